import { expect, test } from "@odoo/hoot";
import { click, queryAllTexts, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { Portfolio } from "@connecta_cap/components/portfolio/portfolio";

defineMailModels();

const NO_HEALTH = { total: 0, tiles: [], may_add: true };
const EMPTY = { mine: true, total: 0, tiers: [], tiles: [], health: NO_HEALTH, months: [] };

function healthTile(key, label, value, tone) {
    const domain = [["health_state", "=", key]];
    const icon = "fa-circle";
    return { key, label, value, tone, icon, hint: "clients", model: "cap.subscription", domain };
}

const FULL = {
    mine: true,
    total: 3,
    tiers: [
        {
            key: "advisor",
            label: "Advisor",
            value: 3,
            model: "cap.subscription",
            domain: [["tier_id", "=", 2]],
        },
    ],
    tiles: [
        {
            key: "late",
            label: "Late with us",
            value: "2",
            hint: "deliveries, for 1 clients",
            icon: "fa-exclamation-triangle",
            tone: "danger",
            model: "cap.delivery",
            domain: [["state", "=", "late"]],
        },
    ],
    health: {
        total: 3,
        tiles: [
            healthTile("down", "Down", "1", "danger"),
            healthTile("degraded", "Degraded", "0", "muted"),
            healthTile("ok", "OK", "2", "success"),
        ],
        may_add: false,
    },
    months: [
        {
            label: "May 2026",
            domain: [["id", ">", 0]],
            promised: 4,
            delivered: 2,
            late: 1,
            lapsed: 1,
        },
        {
            label: "Jun 2026",
            domain: [["id", ">", 9]],
            promised: 1,
            delivered: 0,
            late: 1,
            lapsed: 0,
        },
    ],
};
const PROPS = { action: {}, actionId: 1 };

function answer(data) {
    onRpc("cap.subscription", "get_portfolio", ({ kwargs }) => {
        expect.step(`mine: ${kwargs.mine}`);
        return { ...data, mine: kwargs.mine ?? data.mine };
    });
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.domain || "new"]),
    });
}

test("one call fills the page, and each number opens its records", async () => {
    answer(FULL);
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect.verifySteps(["mine: null"]);
    expect(".o_cap_card[data-key=late] .o_cap_card_value").toHaveText("2");
    expect(".o_cap_card[data-key=late]").toHaveText(/Late with us/);
    await click(".o_cap_card[data-key=late]");
    await click(".o_cap_card[data-key=advisor]");
    expect.verifySteps([
        ["cap.delivery", [["state", "=", "late"]]],
        ["cap.subscription", [["tier_id", "=", 2]]],
    ]);
});

test("the chart's numbers are in a table, whose cells open their deliveries", async () => {
    answer(FULL);
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect.verifySteps(["mine: null"]);
    const canvas = queryOne(".o_cap_chart canvas");
    const chart = window.Chart.getChart(canvas);
    expect(chart.data.datasets.map((set) => set.data)).toEqual([
        [4, 1],
        [2, 0],
        [1, 1],
        [1, 0],
    ]);
    expect(chart.data.datasets[2].backgroundColor).not.toBe("");
    await click(".o_cap_months tbody tr:eq(0) td:eq(2) button");
    await click(".o_cap_months tbody tr:eq(1) td:eq(0) button");
    expect.verifySteps([
        [
            "cap.delivery",
            [
                ["id", ">", 0],
                ["state", "=", "late"],
            ],
        ],
        ["cap.delivery", [["id", ">", 9]]],
    ]);
});

test("the clients' health, the worst first; each count opens its clients", async () => {
    answer(FULL);
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect.verifySteps(["mine: null"]);
    const cards = ".o_cap_portfolio_health .o_cap_card";
    expect(queryAllTexts(`${cards} .o_cap_card_label`)).toEqual(["Down", "Degraded", "OK"]);
    expect(queryAllTexts(`${cards} .o_cap_card_value`)).toEqual(["1", "0", "2"]);
    expect(`${cards}[data-key=down]`).toHaveAttribute("data-tone", "danger");
    expect(`${cards}[data-key=degraded]`).toHaveAttribute("data-tone", "muted");
    expect(".o_cap_portfolio_no_health").toHaveCount(0);
    await click(`${cards}[data-key=down]`);
    expect.verifySteps([["cap.subscription", [["health_state", "=", "down"]]]]);
});

test("without environments it says so, and who may sets one up", async () => {
    answer({ ...FULL, health: NO_HEALTH });
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect.verifySteps(["mine: null"]);
    expect(".o_cap_portfolio_health").toHaveCount(0);
    expect(".o_cap_portfolio_no_health").toHaveText(/No environment of these clients/);
    await click(".o_cap_portfolio_no_health button");
    expect.verifySteps([["cap.environment", "new"]]);
});

test("who may not add an environment is not offered to", async () => {
    answer({ ...FULL, health: { ...NO_HEALTH, may_add: false } });
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect.verifySteps(["mine: null"]);
    expect(".o_cap_portfolio_no_health").toHaveCount(1);
    expect(".o_cap_portfolio_no_health button").toHaveCount(0);
});

test("all clients are a click away", async () => {
    answer(FULL);
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect(".o_cap_mine").toHaveAttribute("aria-pressed", "true");
    await click(".o_cap_all");
    await animationFrame();
    expect.verifySteps(["mine: null", "mine: false"]);
    expect(".o_cap_mine").toHaveAttribute("aria-pressed", "false");
    expect(".o_cap_all").toHaveClass("active");
});

test("without clients it says what to do", async () => {
    answer(EMPTY);
    await mountWithCleanup(Portfolio, { props: PROPS });
    expect(".o_cap_portfolio_empty").toHaveText(/You look after no client yet/);
    expect("canvas").toHaveCount(0);
    await click(".o_cap_portfolio_empty button");
    expect.verifySteps(["mine: null", ["cap.subscription", "new"]]);
});
