import { expect, test } from "@odoo/hoot";
import { click, edit, queryAllTexts, queryOne, select } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthPortfolio } from "@connecta_cap/components/health_portfolio/health_portfolio";
import { ROWS } from "./health_data";

defineMailModels();

const PROPS = { action: {}, actionId: 1 };

async function open(rows = ROWS, context = {}, maySetUp = true) {
    onRpc("cap.health.page", "get_portfolio", () => {
        expect.step("read");
        return { rows, maySetUp };
    });
    mockService("action", {
        doAction: (action, options) =>
            expect.step(action.res_model || [action, options.props.resId]),
    });
    await mountWithCleanup(HealthPortfolio, { props: { ...PROPS, action: { context } } });
    expect.verifySteps(["read"]);
}

const names = () => queryAllTexts(".o_cap_environments .o_cap_open");

test("a row says it all, and opens its environment", async () => {
    await open();
    expect(names()).toEqual(["Acme: Production", "Zeta: Acceptance"]);
    const row = "[data-environment='4']";
    expect(`${row} .o_cap_health`).toHaveText("Down");
    expect(row).toHaveText(/2\s*Down/);
    expect(row).toHaveText(/1\s+to acknowledge/);
    expect(`${row} .o_cap_score summary`).toHaveText("61 of 100");
    const score = queryOne(`${row} .o_cap_score`);
    expect(score.textContent).toInclude("−39: 1 flows are down now");
    expect("[data-environment='5']").toHaveText(/unknown/);
    expect("[data-environment='5']").toHaveText(/never yet/);
    await click(`${row} .o_cap_open`);
    expect.verifySteps([["connecta_cap.cap_health_environment_action", 4]]);
});

test("state, client, kind and words narrow it down", async () => {
    await open();
    await click(".o_cap_state_filter[data-state=ok]");
    await animationFrame();
    expect(names()).toEqual(["Zeta: Acceptance"]);
    await click(".o_cap_state_filter[data-state=ok]");
    await click(".o_cap_client_filter");
    await select("Acme");
    await animationFrame();
    expect(names()).toEqual(["Acme: Production"]);
    await click(".o_cap_kind_filter");
    await select("test");
    await animationFrame();
    expect(".o_cap_health_none").toHaveCount(1);
    await click(".o_cap_health_none button");
    await animationFrame();
    expect(names()).toHaveLength(2);
    await click(".o_cap_search");
    await edit("zet");
    await animationFrame();
    expect(names()).toEqual(["Zeta: Acceptance"]);
});

test("from a subscription it shows that client's", async () => {
    await open(ROWS, { cap_subscription_id: 2 });
    expect(names()).toEqual(["Zeta: Acceptance"]);
    await click(".o_cap_only button");
    await animationFrame();
    expect(names()).toHaveLength(2);
});

test("it reads again every minute and on demand", async () => {
    await open();
    await advanceTime(60000);
    await click(".o_cap_reload");
    await animationFrame();
    expect.verifySteps(["read", "read"]);
});

test("before the first report it says how it starts", async () => {
    await open([]);
    expect(".o_cap_health_empty").toHaveText(/This is how it starts/);
    await click(".o_cap_health_empty button");
    expect.verifySteps(["cap.environment"]);
});
