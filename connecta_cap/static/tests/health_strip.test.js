import { expect, test } from "@odoo/hoot";
import { hover, press, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthStrip } from "@connecta_cap/components/health_strip/health_strip";
import { LEGEND, STRIP } from "./health_data";

defineMailModels();

test("each day says its words, by keyboard and mouse", async () => {
    const props = { days: STRIP, legend: LEGEND, troubles: [STRIP[1]] };
    await mountWithCleanup(HealthStrip, { props });
    expect(".o_cap_strip li").toHaveCount(2);
    expect("li[tabindex='0']").toHaveCount(1);
    expect(".o_cap_strip_words").toHaveText("Mon 1 Jun: Down; down for 30 min");
    queryOne(".o_cap_strip li:last").focus();
    await press("ArrowLeft");
    await animationFrame();
    expect(".o_cap_strip li:first").toBeFocused();
    expect(".o_cap_strip li:first").toHaveAttribute("tabindex", "0");
    expect(".o_cap_strip_words").toHaveText("Sun 31 May: OK; all runs good");
    await press("ArrowLeft");
    await animationFrame();
    expect(".o_cap_strip li:first").toBeFocused();
    await press("End");
    await animationFrame();
    expect(".o_cap_strip li:last").toBeFocused();
    await hover(".o_cap_strip li:first");
    await animationFrame();
    expect(".o_cap_strip_words").toHaveText("Sun 31 May: OK; all runs good");
    expect(".o_cap_legend li[data-state=down]").toHaveText("Down: 1 d");
});
