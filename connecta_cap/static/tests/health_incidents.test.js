import { expect, test } from "@odoo/hoot";
import { click } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthIncidents } from "@connecta_cap/components/health_incidents/health_incidents";
import { INCIDENTS } from "./health_data";

defineMailModels();

const onChange = () => expect.step("read again");

test("what is open can be acknowledged, once", async () => {
    onRpc("cap.health.incident", "action_acknowledge", ({ args }) => {
        expect.step(args[0]);
        return true;
    });
    await mountWithCleanup(HealthIncidents, {
        props: { rows: INCIDENTS, mayAcknowledge: true, onChange },
    });
    expect(".o_cap_acknowledge").toHaveCount(1);
    expect("[data-incident='6']").toHaveText(/Ann, 30 May 10:10/);
    await click("[data-incident='7'] .o_cap_acknowledge");
    await animationFrame();
    expect.verifySteps([[7], "read again"]);
});

test("who may not acknowledge reads, and opens the ticket", async () => {
    mockService("action", { doAction: (action) => expect.step([action.res_model, action.res_id]) });
    await mountWithCleanup(HealthIncidents, {
        props: { rows: INCIDENTS, mayAcknowledge: false, onChange },
    });
    expect(".o_cap_acknowledge").toHaveCount(0);
    await click("[data-incident='7'] td:last button");
    expect.verifySteps([["cap.ticket", 5]]);
});

test("without incidents it says so", async () => {
    await mountWithCleanup(HealthIncidents, {
        props: { rows: [], mayAcknowledge: true, onChange },
    });
    expect("section").toHaveText(/None in the last 90 days/);
});
