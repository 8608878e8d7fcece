import { expect, test } from "@odoo/hoot";
import { advanceTime, mockDate } from "@odoo/hoot-mock";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";
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

const visit = (values) =>
    patchWithCleanup(window.performance, {
        getEntriesByType: () => [{ type: "navigate", responseStart: 1000, ...values }],
        now: () => 61000,
    });

const start = () =>
    startInteractions(
        `<p class="o_cap_countdown" data-now="${NINE + 3600}"
            data-work="[[${NINE}, ${NINE + 14400}]]"></p>`,
    );

test("a computer that is wrong counts with the server's time", async () => {
    // the page came a minute ago, at ten by the server's clock
    mockDate("2031-01-01 00:00:00", 0);
    visit();
    await start();
    expect(".o_cap_countdown").toHaveText("2 h 59 min of working time left");
});

test("a page out of the browser's memory counts with the browser's time", async () => {
    mockDate("2026-03-30 10:59:00", 0);
    visit({ type: "back_forward" });
    await start();
    expect(".o_cap_countdown").toHaveText("0 h 1 min of working time left");
});
