import { expect, test } from "@odoo/hoot";
import { click, queryOne, select } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mockService, mountWithCleanup, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { SlaDashboard } from "@connecta_cap/components/sla_dashboard/sla_dashboard";

defineMailModels();

const PROPS = { action: {}, actionId: 1 };
const FULL = {
    days: 90,
    periods: [30, 90, 365],
    team_id: false,
    teams: [
        { id: 1, name: "Support" },
        { id: 2, name: "Night" },
    ],
    total: 7,
    tiles: [
        {
            key: "attainment",
            label: "Kept",
            value: "75 %",
            hint: "of 4 decided",
            tone: "success",
            domain: [["outcome", "in", ["met", "breached"]]],
        },
    ],
    months: [
        { label: "May 2026", domain: [["id", ">", 0]], met: 3, breached: 1, open: 0, uncovered: 0 },
        { label: "Jun 2026", domain: [["id", ">", 9]], met: 0, breached: 0, open: 2, uncovered: 1 },
    ],
    tables: [
        {
            key: "agent_id",
            label: "Assessed by",
            with_votes: true,
            rows: [
                {
                    key: 6,
                    label: "Ann",
                    domain: [["agent_id", "=", 6]],
                    share: 0.75,
                    share_text: "75 %",
                    count: 5,
                    breached: 1,
                    open: 0,
                    median_text: "1 h 05 min",
                    p90_text: "3 h 00 min",
                    votes: "4.5 of 5 (2)",
                },
                {
                    key: "none",
                    label: "None yet",
                    domain: [["agent_id", "=", false]],
                    share: null,
                    share_text: "–",
                    count: 2,
                    breached: 0,
                    open: 2,
                    median_text: "–",
                    p90_text: "–",
                    votes: "",
                },
            ],
        },
    ],
};

function answer(data) {
    onRpc("cap.sla.dashboard", "get_figures", ({ kwargs }) => {
        expect.step(`days: ${kwargs.days}, team: ${kwargs.team_id}`);
        return { ...data, days: kwargs.days, team_id: kwargs.team_id };
    });
    mockService("action", {
        doAction: (action) => expect.step([action.res_model, action.domain]),
    });
}

test("one call fills the page, and each number opens its tickets", async () => {
    answer(FULL);
    await mountWithCleanup(SlaDashboard, { props: PROPS });
    expect.verifySteps(["days: 90, team: false"]);
    expect(".o_cap_card[data-key=attainment] .o_cap_card_value").toHaveText("75 %");
    await click(".o_cap_card[data-key=attainment]");
    await click("section[data-key=agent_id] tbody tr:eq(0) button");
    expect.verifySteps([
        ["cap.sla.report", [["outcome", "in", ["met", "breached"]]]],
        ["cap.sla.report", [["agent_id", "=", 6]]],
    ]);
});

test("a share is words and a bar; without a decision there is no bar", async () => {
    answer(FULL);
    await mountWithCleanup(SlaDashboard, { props: PROPS });
    expect.verifySteps(["days: 90, team: false"]);
    const rows = "section[data-key=agent_id] tbody tr";
    expect(`${rows}:eq(0) .o_cap_share`).toHaveText("75 %");
    expect(`${rows}:eq(0) .o_cap_bar`).toHaveCount(1);
    expect(`${rows}:eq(1) .o_cap_bar`).toHaveCount(0);
    expect(`${rows}:eq(0)`).toHaveText(/4.5 of 5 \(2\)/);
});

test("the chart's numbers are in a table, whose cells open their tickets", async () => {
    answer(FULL);
    await mountWithCleanup(SlaDashboard, { props: PROPS });
    expect.verifySteps(["days: 90, team: false"]);
    const chart = window.Chart.getChart(queryOne(".o_cap_chart canvas"));
    expect(chart.data.datasets.map((set) => set.data)).toEqual([
        [3, 0],
        [1, 0],
        [0, 2],
        [0, 1],
    ]);
    expect(chart.data.datasets[0].backgroundColor).not.toBe("");
    queryOne(".o_cap_sla_dashboard details").open = true;
    await click(".o_cap_months tbody tr:eq(1) td:eq(2) button");
    expect.verifySteps([
        [
            "cap.sla.report",
            [
                ["id", ">", 9],
                ["outcome", "=", "open"],
            ],
        ],
    ]);
});

test("days and team are a choice away, and stay chosen", async () => {
    answer(FULL);
    await mountWithCleanup(SlaDashboard, { props: PROPS });
    await click("[data-days='30']");
    await animationFrame();
    expect("[data-days='30']").toHaveAttribute("aria-pressed", "true");
    await click("#o_cap_team");
    await select("2");
    await animationFrame();
    expect.verifySteps(["days: 90, team: false", "days: 30, team: false", "days: 30, team: 2"]);
    expect("#o_cap_team").toHaveValue("2");
});

test("without tickets it says so, and the choices stay", async () => {
    answer({ ...FULL, total: 0 });
    await mountWithCleanup(SlaDashboard, { props: PROPS });
    expect(".o_cap_sla_empty").toHaveText(/No ticket came in here/);
    expect("canvas").toHaveCount(0);
    expect("[data-days]").toHaveCount(3);
    expect.verifySteps(["days: 90, team: false"]);
});
