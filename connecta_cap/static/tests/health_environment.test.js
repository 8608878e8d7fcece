import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthEnvironment } from "@connecta_cap/components/health_environment/health_environment";
import { ENVIRONMENT } from "./health_data";

defineMailModels();

async function open(answer, props) {
    onRpc("cap.health.page", "get_environment", ({ args }) => {
        expect.step(["read", args[0]]);
        return answer;
    });
    mockService("action", {
        doAction: (action, options) =>
            expect.step(
                action.res_model
                    ? [action.res_model, action.res_id]
                    : [action, options.props?.resId],
            ),
    });
    await mountWithCleanup(HealthEnvironment, { props: { actionId: 1, ...props } });
}

test("the address or the button says which environment; its flows open", async () => {
    await open(ENVIRONMENT, { action: { context: {} }, resId: 4 });
    expect.verifySteps([["read", 4]]);
    expect("h1").toHaveText(/Production/);
    expect(".o_cap_zone").toHaveText("All times in Europe/Brussels.");
    expect(queryAllTexts(".o_cap_flows .o_cap_open")).toEqual(["Shop / Orders", "Shop / Stock"]);
    expect(".o_cap_errors").toHaveText(/Timeout: No answer/);
    expect(".o_cap_strip li").toHaveCount(2);
    await click("[data-flow='1'] .o_cap_open");
    await click(".o_cap_settings");
    await click(".o_cap_all");
    expect.verifySteps([
        ["connecta_cap.cap_health_flow_action", 1],
        ["cap.environment", 4],
        ["connecta_cap.cap_health_portfolio_action", undefined],
    ]);
});

test("an acknowledgement reads the page again", async () => {
    onRpc("cap.health.incident", "action_acknowledge", () => true);
    await open(ENVIRONMENT, { action: { context: { active_id: 4 } } });
    await click(".o_cap_acknowledge");
    await animationFrame();
    expect.verifySteps([
        ["read", 4],
        ["read", 4],
    ]);
});

test("what cannot be shown leads back", async () => {
    await open({}, { action: { context: {} } });
    expect(".o_cap_health_missing").toHaveText(/deleted, archived/);
    await click(".o_cap_health_missing button");
    expect.verifySteps([
        ["read", 0],
        ["connecta_cap.cap_health_portfolio_action", undefined],
    ]);
});
