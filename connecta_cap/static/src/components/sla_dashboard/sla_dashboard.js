import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { useMonthChart } from "../month_chart/month_chart";

/** How the promise is kept: what one call of the server tells about the tickets. */
export class SlaDashboard extends Component {
    static template = "connecta_cap.SlaDashboard";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null });
        onWillStart(() => this.load());
        useMonthChart({
            months: () => this.state.data?.months,
            columns: () => this.outcomes,
            open: (month, key) => this.openMonth(month, key),
            stacked: true,
        });
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
}

registry.category("actions").add("cap_sla_dashboard", SlaDashboard);
