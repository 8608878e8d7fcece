import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthFlow } from "@connecta_cap/components/health_flow/health_flow";
import { FLOW } from "./health_data";

defineMailModels();

const PROPS = { action: { context: {} }, actionId: 1, resId: 1 };

async function open(answer) {
    onRpc("cap.health.page", "get_flow", () => answer);
    onRpc("cap.flow", "action_file_ticket", ({ args }) => {
        expect.step(["file", args[0]]);
        return { res_model: "cap.ticket" };
    });
    mockService("action", {
        doAction: (action, options) =>
            expect.step(
                action.res_model
                    ? [action.res_model, action.res_id]
                    : [action, options.props?.resId],
            ),
    });
    await mountWithCleanup(HealthFlow, { props: PROPS });
}

test("a red flow leads to a ticket about it", async () => {
    await open(FLOW);
    expect(".o_cap_file").toHaveClass("btn-primary");
    expect(".o_cap_owner").toHaveText(/Web team/);
    expect(".o_cap_windows tbody tr").toHaveCount(1);
    await click(".o_cap_file");
    await animationFrame();
    expect.verifySteps([
        ["file", [1]],
        ["cap.ticket", undefined],
    ]);
    await click(".o_cap_environment");
    expect.verifySteps([["connecta_cap.cap_health_environment_action", 4]]);
});

test("a ticket that is open already is a click away", async () => {
    await open({ ...FLOW, tickets: [{ id: 5, number: "CAP-00005", name: "Orders stop" }] });
    expect(".o_cap_file").toHaveClass("btn-secondary");
    await click(".o_cap_tickets button");
    expect.verifySteps([["cap.ticket", 5]]);
});

test("who may not create tickets sees no button", async () => {
    await open({ ...FLOW, may_file: false });
    expect(".o_cap_file").toHaveCount(0);
});

test("a flow that is gone leads back", async () => {
    await open({});
    await click(".o_cap_health_missing button");
    expect.verifySteps([["connecta_cap.cap_health_portfolio_action", undefined]]);
});
