import { expect, test } from "@odoo/hoot";
import { click, press, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { MyClients } from "@connecta_cap/components/my_clients/my_clients";

defineMailModels();

const row = (id, values = {}) => ({
    id: `cap.delivery-${id}`,
    model: "cap.delivery",
    res_id: id,
    title: `Audit ${id}`,
    text: "Acme, by 1 June",
    badge: "Late",
    tone: "danger",
    lines: ["Read the client's open tickets: 2"],
    ...values,
});

async function mountDesk() {
    let calls = 0;
    onRpc("cap.consultant.desk", "get_desk", () => {
        calls += 1;
        expect.step(`call ${calls}`);
        return {
            day: "Monday 1 June",
            sections: [
                {
                    key: "due",
                    title: "Due or late",
                    icon: "fa-check-square-o",
                    empty: "Nothing is due.",
                    rows: [row(1), row(2, { tone: "", badge: "", lines: [] })],
                    total: 5,
                    action: "connecta_cap.cap_delivery_action",
                    context: { search_default_open: 1 },
                },
                {
                    key: "advice",
                    title: "Connecta Advice",
                    icon: "fa-comments-o",
                    empty: "Nobody waits for your advice.",
                    rows: [],
                    total: 0,
                    action: "",
                    context: {},
                },
            ],
        };
    });
    mockService("action", {
        doAction(action, options) {
            expect.step([action.res_model || action, action.res_id, options?.additionalContext]);
        },
    });
    await mountWithCleanup(MyClients, {
        props: { action: {}, actionId: 1, className: "" },
    });
}

test("one call fills every section, and empty ones say so", async () => {
    await mountDesk();
    expect.verifySteps(["call 1"]);
    expect("[data-section=due] .o_cap_desk_row").toHaveCount(2);
    expect("[data-section=due] .badge:eq(0)").toHaveText("5");
    expect("[data-section=due] .o_cap_desk_line").toHaveCount(1);
    expect("[data-section=advice] .o_cap_desk_empty").toHaveText("Nobody waits for your advice.");
});

test("a row opens its record, and see all opens the list", async () => {
    await mountDesk();
    await click(".o_cap_desk_row:eq(1)");
    await click("[data-section=due] .o_cap_desk_all");
    expect.verifySteps([
        "call 1",
        ["cap.delivery", 2, undefined],
        ["connecta_cap.cap_delivery_action", undefined, { search_default_open: 1 }],
    ]);
});

test("a row about several records opens their list", async () => {
    onRpc("cap.consultant.desk", "get_desk", () => ({
        day: "Monday 1 June",
        sections: [
            {
                key: "recommendations",
                title: "Open recommendations",
                icon: "fa-lightbulb-o",
                empty: "None.",
                rows: [
                    row(7, {
                        badge: "1 overdue",
                        action: "connecta_cap.cap_recommendation_action",
                        context: { search_default_partner_id: 7 },
                    }),
                ],
                total: 3,
                action: "connecta_cap.cap_recommendation_action",
                context: {},
            },
        ],
    }));
    mockService("action", {
        doAction: (action, options) => expect.step([action, options?.additionalContext]),
    });
    await mountWithCleanup(MyClients, { props: { action: {}, actionId: 1, className: "" } });
    expect("[data-section=recommendations] .o_cap_desk_row .badge").toHaveText("1 overdue");
    await click(".o_cap_desk_row");
    expect.verifySteps([
        ["connecta_cap.cap_recommendation_action", { search_default_partner_id: 7 }],
    ]);
});

test("the keys move through the rows and reload", async () => {
    await mountDesk();
    await press("j");
    expect(queryFirst(".o_cap_desk_row:eq(0)")).toBe(document.activeElement);
    await press("j");
    await press("j");
    expect(queryFirst(".o_cap_desk_row:eq(1)")).toBe(document.activeElement);
    await press("k");
    await press("Enter");
    await press("r");
    await animationFrame();
    expect.verifySteps(["call 1", ["cap.delivery", 1, undefined], "call 2"]);
});
