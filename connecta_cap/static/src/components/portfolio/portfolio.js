import { _t } from "@web/core/l10n/translation";
import { loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

const STATES = ["promised", "delivered", "late", "lapsed"];

/** The account manager's morning: what one call of the server tells about the clients. */
export class Portfolio extends Component {
    static template = "connecta_cap.Portfolio";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvas = useRef("canvas");
        this.state = useState({ data: null });
        onWillStart(() => Promise.all([loadBundle("web.chartjs_lib"), this.load()]));
        useEffect(
            () => this.draw(),
            () => [this.state.data],
        );
        onWillUnmount(() => this.chart?.destroy());
    }

    /** @param {boolean|null} mine only my clients; null: the server's choice */
    async load(mine = null) {
        this.state.data = await this.orm.call("cap.subscription", "get_portfolio", [], { mine });
    }

    get columns() {
        return [
            ["promised", _t("Promised")],
            ["delivered", _t("Delivered")],
            ["late", _t("Late with us")],
            ["lapsed", _t("Lapsed")],
        ];
    }

    /** Open the records that a number counts. */
    open({ label, model, domain }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: label,
            res_model: model,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    openMonth(month, key) {
        const domain = [...month.domain];
        if (key !== "promised") {
            domain.push(["state", "=", key]);
        }
        const label = `${this.columns.find(([name]) => name === key)[1]}, ${month.label}`;
        this.open({ label, model: "cap.delivery", domain });
    }

    createClient() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.subscription",
            views: [[false, "form"]],
        });
    }

    /** The page's own colours, so that the chart follows light and dark. */
    get colors() {
        const style = window.getComputedStyle(this.canvas.el);
        const read = (name) => style.getPropertyValue(`--o-cap-${name}`).trim();
        return Object.fromEntries([...STATES, "text", "grid"].map((name) => [name, read(name)]));
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.canvas.el) {
            return;
        }
        const { months } = this.state.data;
        const colors = this.colors;
        const axis = { ticks: { color: colors.text, precision: 0 }, grid: { color: colors.grid } };
        this.chart = new window.Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: months.map((month) => month.label),
                datasets: this.columns.map(([key, label]) => ({
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
                onClick: (event, [bar]) =>
                    bar && this.openMonth(months[bar.index], STATES[bar.datasetIndex]),
            },
        });
    }
}

registry.category("actions").add("cap_portfolio", Portfolio);
