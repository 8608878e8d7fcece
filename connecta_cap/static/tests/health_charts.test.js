import { expect, test } from "@odoo/hoot";
import { click, queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { HealthCharts } from "@connecta_cap/components/health_charts/health_charts";
import { PERIODS, SERIES } from "./health_data";

defineMailModels();

const PROPS = { series: SERIES, periods: PERIODS, zone: "Europe/Brussels" };
const find = (key) => window.Chart.getChart(queryOne(`canvas[data-chart=${key}]`));

test("four charts of a week, with changes and numbers in a table", async () => {
    await mountWithCleanup(HealthCharts, { props: { ...PROPS, limits: { slow_ms: 1000 } } });
    expect("canvas").toHaveCount(4);
    const runs = find("runs");
    expect(runs.data.datasets.map((set) => set.data)).toEqual([
        [3, 4, 5],
        [1, 1, 1],
    ]);
    const limit = find("durations").data.datasets[2];
    expect([limit.label, limit.data]).toEqual(["Limit 1000", [1000, 1000, 1000]]);
    expect(find("queue").data.datasets).toHaveLength(1);
    expect(".o_cap_marks li").toHaveText(/1 Jun 11:00: Deployment, Release 7/);
    expect(".o_cap_numbers tbody tr").toHaveCount(3);
    const empty = queryOne(".o_cap_numbers tbody tr:eq(0) td:eq(2)");
    expect(empty.textContent).toBe("–");
    expect(".o_cap_charts").toHaveText(/Times in Europe\/Brussels/);
});

test("another period is a click away, also one without figures", async () => {
    await mountWithCleanup(HealthCharts, { props: PROPS });
    await click("button[data-period='24h']");
    await animationFrame();
    expect("button[data-period='24h']").toHaveAttribute("aria-pressed", "true");
    expect(find("runs").data.datasets[0].data).toEqual([1, 2]);
    expect(".o_cap_marks").toHaveCount(0);
    await click("button[data-period='90d']");
    await animationFrame();
    expect("canvas").toHaveCount(0);
    expect(".o_cap_charts").toHaveText(/Nothing was reported/);
    await click("button[data-period='7d']");
    await animationFrame();
    expect(find("runs").data.datasets[0].data).toEqual([3, 4, 5]);
});
