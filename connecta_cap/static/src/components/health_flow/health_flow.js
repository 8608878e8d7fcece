import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HealthCharts } from "@connecta_cap/components/health_charts/health_charts";
import { HealthIncidents } from "@connecta_cap/components/health_incidents/health_incidents";
import { HealthState } from "@connecta_cap/components/health_state/health_state";
import { useHealthData } from "@connecta_cap/components/health_state/use_health_data";
import { HealthStrip } from "@connecta_cap/components/health_strip/health_strip";
import { Component } from "@odoo/owl";

/** One flow: how it does, what went wrong, and the way to a ticket about it. */
export class HealthFlow extends Component {
    static template = "connecta_cap.HealthFlow";
    static components = { HealthCharts, HealthIncidents, HealthState, HealthStrip };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.id = this.props.resId || this.props.action.context?.active_id || 0;
        this.page = useHealthData("get_flow", [this.id]);
    }

    get board() {
        return this.page.state.data;
    }

    openAll() {
        return this.action.doAction("connecta_cap.cap_health_portfolio_action", {
            clearBreadcrumbs: true,
        });
    }

    openEnvironment() {
        return this.action.doAction("connecta_cap.cap_health_environment_action", {
            props: { resId: this.board.environment_id },
        });
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    async file() {
        const action = await this.orm.call("cap.flow", "action_file_ticket", [[this.board.id]]);
        return this.action.doAction(action);
    }
}

registry.category("actions").add("cap_health_flow", HealthFlow);
