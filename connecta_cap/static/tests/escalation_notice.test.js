import { expect, test } from "@odoo/hoot";
import { animationFrame, runAllTimers } from "@odoo/hoot-mock";
import { MockServer, mountWithCleanup, serverState } from "@web/../tests/web_test_helpers";
import { MainComponentsContainer } from "@web/core/main_components_container";
import { defineTickets } from "@connecta_cap/../tests/helpers";

defineTickets();

async function tell(values) {
    MockServer.env["bus.bus"]._sendone(serverState.partnerId, "cap.ticket/escalated", {
        ticket_id: 2,
        title: "Half of the time is used",
        text: "CAP-00002 Labels",
        urgent: false,
        ...values,
    });
    await animationFrame();
    await animationFrame();
}

test("a warning goes away by itself, a broken promise stays", async () => {
    await mountWithCleanup(MainComponentsContainer);
    await tell({});
    expect(".o_notification").toHaveCount(1);
    expect(".o_notification").toHaveText(/CAP-00002 Labels/);
    await runAllTimers();
    await animationFrame();
    expect(".o_notification").toHaveCount(0);
    await tell({ urgent: true });
    await runAllTimers();
    await animationFrame();
    expect(".o_notification").toHaveCount(1);
    expect(".o_notification button:contains(Open)").toHaveCount(1);
});
