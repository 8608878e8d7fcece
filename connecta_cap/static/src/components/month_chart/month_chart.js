import { loadBundle } from "@web/core/assets";
import { onWillStart, useEffect, useRef } from "@odoo/owl";

/** The page's own colours by name, so that a chart follows light and dark. */
export function readColors(element, names) {
    const style = window.getComputedStyle(element);
    return Object.fromEntries(
        names.map((name) => [name, style.getPropertyValue(`--o-cap-${name}`).trim()]),
    );
}

/**
 * Draw months as bars on the canvas called `canvas`, anew whenever they change.
 *
 * @param {Object} chart
 * @param {() => Object[]} chart.months rows with a `label` and a number by key
 * @param {() => [string, string][]} chart.columns key and label of each set of bars
 * @param {(month: Object, key: string) => void} chart.open called with the clicked bar
 * @param {boolean} [chart.stacked] bars of a month stand on one another
 */
export function useMonthChart({ months, columns, open, stacked = false }) {
    const canvas = useRef("canvas");
    onWillStart(() => loadBundle("web.chartjs_lib"));
    useEffect(
        () => {
            if (!canvas.el) {
                return;
            }
            const config = configure(canvas.el, months(), columns(), open, stacked);
            const drawn = new window.Chart(canvas.el, config);
            return () => drawn.destroy();
        },
        () => [canvas.el, months()],
    );
}

function configure(element, months, columns, open, stacked) {
    const keys = columns.map(([key]) => key);
    const colors = readColors(element, [...keys, "text", "grid"]);
    const axis = {
        stacked,
        ticks: { color: colors.text, precision: 0 },
        grid: { color: colors.grid },
    };
    return {
        type: "bar",
        data: {
            labels: months.map((month) => month.label),
            datasets: columns.map(([key, label]) => ({
                label,
                data: months.map((month) => month[key]),
                backgroundColor: colors[key],
            })),
        },
        options: {
            maintainAspectRatio: false,
            animation: false,
            scales: { x: axis, y: { ...axis, beginAtZero: true } },
            plugins: { legend: { labels: { color: colors.text } } },
            onClick: (event, [bar]) => bar && open(months[bar.index], keys[bar.datasetIndex]),
        },
    };
}
