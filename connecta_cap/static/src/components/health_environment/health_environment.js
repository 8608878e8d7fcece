import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HealthCharts } from "@connecta_cap/components/health_charts/health_charts";
import { HealthIncidents } from "@connecta_cap/components/health_incidents/health_incidents";
import { HealthState } from "@connecta_cap/components/health_state/health_state";
import { useHealthData } from "@connecta_cap/components/health_state/use_health_data";
import { HealthStrip } from "@connecta_cap/components/health_strip/health_strip";
import { Component, useState } from "@odoo/owl";

/** One environment: how it does, its flows, incidents, errors and figures over time. */
export class HealthEnvironment extends Component {
    static template = "connecta_cap.HealthEnvironment";
    static components = { HealthCharts, HealthIncidents, HealthState, HealthStrip };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.id = this.props.resId || this.props.action.context?.active_id || 0;
        this.page = useHealthData("get_environment", [this.id]);
        this.filter = useState({ text: "" });
    }

    get board() {
        return this.page.state.data;
    }

    get flows() {
        const text = this.filter.text.trim().toLowerCase();
        return this.board.flows.filter((flow) =>
            `${flow.connector} ${flow.name} ${flow.health.label}`.toLowerCase().includes(text),
        );
    }

    openAll() {
        return this.action.doAction("connecta_cap.cap_health_portfolio_action", {
            clearBreadcrumbs: true,
        });
    }

    openFlow(flow) {
        return this.action.doAction("connecta_cap.cap_health_flow_action", {
            props: { resId: flow.id },
        });
    }

    openSettings() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.environment",
            res_id: this.board.id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("cap_health_environment", HealthEnvironment);
