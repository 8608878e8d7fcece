import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { readColors } from "../month_chart/month_chart";

const COLORS = ["ok", "down", "degraded", "p50", "p95", "queue", "line", "mark", "text"];

/** Draws the numbered changes over a chart: deployments and versions. */
function drawMarks(marks, color) {
    return {
        id: "cap_marks",
        afterDatasetsDraw({ ctx, chartArea, scales }) {
            ctx.save();
            ctx.strokeStyle = ctx.fillStyle = color;
            ctx.textAlign = "center";
            ctx.setLineDash([2, 2]);
            for (const { index, number } of marks) {
                const x = scales.x.getPixelForValue(index);
                ctx.beginPath();
                ctx.moveTo(x, chartArea.top);
                ctx.lineTo(x, chartArea.bottom);
                ctx.stroke();
                ctx.fillText(number, x, chartArea.top - 3);
            }
            ctx.restore();
        },
    };
}

/** Success, runs, durations and queue over time, with the changes that came between. */
export class HealthCharts extends Component {
    static template = "connecta_cap.HealthCharts";
    static props = {
        series: Object,
        periods: Array,
        zone: String,
        limits: { type: Object, optional: true },
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ period: "7d" });
        this.drawn = [];
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [this.props.series, this.state.period],
        );
        onWillUnmount(() => this.clear());
    }

    get series() {
        return this.props.series[this.state.period];
    }

    get charts() {
        const limits = this.props.limits || {};
        const { success, ok, failed, p50, p95, queue } = this.series;
        return [
            {
                key: "success",
                title: _t("Success rate, %"),
                lines: [[_t("Good runs"), success, "ok"]],
                most: 100,
            },
            {
                key: "runs",
                title: _t("Runs"),
                bars: [
                    [_t("Good"), ok, "ok"],
                    [_t("Failed"), failed, "down"],
                ],
            },
            {
                key: "durations",
                title: _t("Duration, ms"),
                lines: [
                    ["p50", p50, "p50"],
                    ["p95", p95, "p95"],
                ],
                limit: limits.slow_ms,
            },
            {
                key: "queue",
                title: _t("Queue, waiting"),
                lines: [[_t("Waiting"), queue, "queue"]],
                limit: limits.queue_limit,
            },
        ];
    }

    get rows() {
        return this.series.labels
            .map((label, n) => ({
                label,
                ...Object.fromEntries(
                    ["ok", "failed", "p50", "p95", "queue"].map((key) => [
                        key,
                        this.series[key][n] ?? "–",
                    ]),
                ),
            }))
            .reverse();
    }

    clear() {
        this.drawn.forEach((chart) => chart.destroy());
        this.drawn = [];
    }

    draw() {
        this.clear();
        if (this.series.empty) {
            return;
        }
        const colors = readColors(this.root.el, COLORS);
        for (const chart of this.charts) {
            const canvas = this.root.el.querySelector(`canvas[data-chart=${chart.key}]`);
            this.drawn.push(new window.Chart(canvas, this.configure(chart, colors)));
        }
    }

    configure(chart, colors) {
        const line = ([label, data, color]) => ({
            type: "line",
            label,
            data,
            borderColor: colors[color],
            backgroundColor: colors[color],
            borderDash: color === "p50" ? [5, 3] : [],
            borderWidth: 2,
            pointRadius: data.length > 60 ? 0 : 2,
        });
        const bar = ([label, data, color]) => ({
            type: "bar",
            label,
            data,
            backgroundColor: colors[color],
        });
        const datasets = [...(chart.lines || []).map(line), ...(chart.bars || []).map(bar)];
        if (chart.limit) {
            const label = _t("Limit %s", chart.limit);
            const flat = this.series.labels.map(() => chart.limit);
            datasets.push({
                ...line([label, flat, "degraded"]),
                borderDash: [6, 4],
                pointRadius: 0,
            });
        }
        const ticks = { color: colors.text, maxRotation: 0, autoSkipPadding: 16 };
        return {
            type: "bar",
            data: { labels: this.series.labels, datasets },
            options: {
                maintainAspectRatio: false,
                animation: false,
                interaction: { mode: "index", intersect: false },
                layout: { padding: { top: 12 } },
                scales: {
                    x: { ticks, grid: { display: false }, stacked: Boolean(chart.bars) },
                    y: {
                        ticks,
                        beginAtZero: true,
                        max: chart.most,
                        grid: { color: colors.line },
                        stacked: Boolean(chart.bars),
                    },
                },
                plugins: {
                    legend: {
                        display: datasets.length > 1,
                        labels: { color: colors.text, boxWidth: 12 },
                        position: "bottom",
                    },
                },
            },
            plugins: [drawMarks(this.series.marks, colors.mark)],
        };
    }
}
