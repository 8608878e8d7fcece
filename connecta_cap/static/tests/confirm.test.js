import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { setupInteractionWhiteList, startInteractions } from "@web/../tests/public/helpers";
import { mockService } from "@web/../tests/web_test_helpers";

setupInteractionWhiteList("cap_confirm");

test("a form with a question waits for the answer", async () => {
    mockService("dialog", {
        add(_dialog, { title, body, confirmLabel }) {
            expect.step([title, body, confirmLabel]);
        },
    });
    await startInteractions(`
        <form class="o_cap_confirm"><button type="submit" data-confirm="Close it?">Close</button></form>`);
    await click("form button");
    await animationFrame();
    expect.verifySteps([["Close", "Close it?", "Close"]]);
});
