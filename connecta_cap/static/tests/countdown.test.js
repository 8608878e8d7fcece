import { expect, test } from "@odoo/hoot";
import { advanceTime, mockDate } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { NINE } from "@connecta_cap/../tests/helpers";

setupInteractionWhiteList("cap_countdown");

test("working time runs down to an end", async () => {
    mockDate("2026-03-30 10:59:00", 0);
    await startInteractions(
        `<p class="o_cap_countdown" data-work="[[${NINE}, ${NINE + 14400}]]"></p>`,
    );
    expect(".o_cap_countdown").toHaveText("0 h 1 min of working time left");
    await advanceTime(75000);
    expect(".o_cap_countdown").toHaveText(/The time is up/);
});
