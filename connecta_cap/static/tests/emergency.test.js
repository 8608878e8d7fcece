import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";

setupInteractionWhiteList("cap_emergency");

const FORM = `
    <fieldset class="o_cap_emergency">
        <input id="cap_emergency" type="checkbox"/>
        <div class="o_cap_emergency_fields"><input name="blocked_process"/></div>
    </fieldset>`;

test("only an emergency needs the blocked process", async () => {
    await startInteractions(FORM);
    expect("[name=blocked_process]").not.toHaveAttribute("required");
    await click("#cap_emergency");
    await animationFrame();
    expect("[name=blocked_process]").toHaveAttribute("required");
    await click("#cap_emergency");
    await animationFrame();
    expect("[name=blocked_process]").not.toHaveAttribute("required");
});
