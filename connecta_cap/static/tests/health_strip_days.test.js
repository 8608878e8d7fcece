import { expect, test } from "@odoo/hoot";
import { hover, press, queryOne } from "@odoo/hoot-dom";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";

setupInteractionWhiteList("cap_health_strip");

test("one stop of the keyboard, arrows walk from day to day and say it", async () => {
    await startInteractions(`
        <section class="o_cap_strip_box">
            <ol class="o_cap_strip">
                <li tabindex="0" aria-label="Mon: OK"></li>
                <li tabindex="0" aria-label="Tue: Down"></li>
                <li tabindex="0" aria-label="Wed: OK"></li>
            </ol>
            <p class="o_cap_strip_words"></p>
        </section>`);
    expect("li[tabindex='0']").toHaveCount(1);
    expect("li:eq(2)").toHaveAttribute("tabindex", "0");
    queryOne("li:eq(2)").focus();
    await press("ArrowLeft");
    expect("li:eq(1)").toBeFocused();
    expect("li:eq(1)").toHaveAttribute("tabindex", "0");
    expect("li[tabindex='0']").toHaveCount(1);
    expect(".o_cap_strip_words").toHaveText("Tue: Down");
    await press("ArrowUp");
    expect("li:eq(0)").toBeFocused();
    await press("ArrowLeft");
    expect("li:eq(0)").toBeFocused();
    await press("End");
    expect("li:eq(2)").toBeFocused();
    await press("Home");
    expect(".o_cap_strip_words").toHaveText("Mon: OK");
    await hover("li:eq(1)");
    expect(".o_cap_strip_words").toHaveText("Tue: Down");
});
