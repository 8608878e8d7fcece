import { _t } from "@web/core/l10n/translation";
import { loadBundle } from "@web/core/assets";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";

/** How the promise is kept: what one call of the server tells about the tickets. */
export class SlaDashboard extends Component {
    static template = "connecta_cap.SlaDashboard";
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

    async load(days = 90, team_id = false) {
        this.state.data = await this.orm.call("cap.sla.dashboard", "get_figures", [], {
            days,
            team_id,
        });
    }

    chooseDays(days) {
        return this.load(days, this.state.data.team_id);
    }

    chooseTeam(event) {
        return this.load(this.state.data.days, Number(event.target.value) || false);
    }

    get outcomes() {
        return [
            ["met", _t("Kept")],
            ["breached", _t("Broken")],
            ["open", _t("Open")],
            ["uncovered", _t("Not covered")],
        ];
    }

    wordPeriod(days) {
        return days === 365 ? _t("A year") : _t("%s days", days);
    }

    /** Open the tickets that a number counts. */
    open(label, domain) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: label,
            res_model: "cap.sla.report",
            domain,
            views: [
                [false, "list"],
                [false, "pivot"],
                [false, "graph"],
            ],
        });
    }

    openMonth(month, outcome) {
        const label = `${this.outcomes.find(([key]) => key === outcome)[1]}, ${month.label}`;
        this.open(label, [...month.domain, ["outcome", "=", outcome]]);
    }

    /** The page's own colours, so that the chart follows light and dark. */
    get colors() {
        const style = window.getComputedStyle(this.canvas.el);
        const names = [...this.outcomes.map(([key]) => key), "text", "grid"];
        return Object.fromEntries(
            names.map((name) => [name, style.getPropertyValue(`--o-cap-${name}`).trim()]),
        );
    }

    draw() {
        this.chart?.destroy();
        this.chart = null;
        if (!this.canvas.el) {
            return;
        }
        const { months } = this.state.data;
        const colors = this.colors;
        const axis = {
            stacked: true,
            ticks: { color: colors.text, precision: 0 },
            grid: { color: colors.grid },
        };
        this.chart = new window.Chart(this.canvas.el, {
            type: "bar",
            data: {
                labels: months.map((month) => month.label),
                datasets: this.outcomes.map(([key, label]) => ({
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
                    bar && this.openMonth(months[bar.index], this.outcomes[bar.datasetIndex][0]),
            },
        });
    }
}

registry.category("actions").add("cap_sla_dashboard", SlaDashboard);
