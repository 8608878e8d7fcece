import { expect, test } from "@odoo/hoot";
import { queryOne } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { Component, useState, xml } from "@odoo/owl";
import { mountWithCleanup } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { readColors, useMonthChart } from "@connecta_cap/components/month_chart/month_chart";

defineMailModels();

const JUNE = { label: "June", good: 3, bad: 1 };
const JULY = { label: "July", good: 5, bad: 0 };

class Page extends Component {
    static template = xml`
        <div style="--o-cap-good: #0a0; --o-cap-bad: #a00;">
            <canvas t-if="state.shown" t-ref="canvas"/>
        </div>`;
    static props = {};

    setup() {
        this.state = useState({ months: [JUNE], shown: true });
        useMonthChart({
            months: () => this.state.months,
            columns: () => [
                ["good", "Good"],
                ["bad", "Bad"],
            ],
            open: (month, key) => expect.step([month.label, key]),
            stacked: true,
        });
    }
}

const chart = () => window.Chart.getChart(queryOne("canvas"));

test("months become bars in the page's colours, and a bar opens", async () => {
    await mountWithCleanup(Page);
    const { data, options } = chart().config;
    expect(data.labels).toEqual(["June"]);
    expect(data.datasets.map((set) => [set.label, ...set.data])).toEqual([
        ["Good", 3],
        ["Bad", 1],
    ]);
    expect(data.datasets.map((set) => set.backgroundColor)).toEqual(["#0a0", "#a00"]);
    expect([options.scales.x.stacked, options.scales.y.stacked]).toEqual([true, true]);
    options.onClick({}, [{ index: 0, datasetIndex: 1 }]);
    options.onClick({}, []);
    expect.verifySteps([["June", "bad"]]);
});

test("it is drawn anew for other months, and gone with its canvas", async () => {
    const page = await mountWithCleanup(Page);
    page.state.months = [JUNE, JULY];
    await animationFrame();
    const drawn = chart();
    expect(drawn.data.labels).toEqual(["June", "July"]);
    page.state.shown = false;
    await animationFrame();
    expect(drawn.canvas).toBe(null);
});

test("colours are read by name", async () => {
    await mountWithCleanup(Page);
    expect(readColors(queryOne("canvas"), ["bad"])).toEqual({ bad: "#a00" });
});
