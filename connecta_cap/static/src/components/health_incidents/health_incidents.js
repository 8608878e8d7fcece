import { useService } from "@web/core/utils/hooks";
import { HealthState } from "@connecta_cap/components/health_state/health_state";
import { Component } from "@odoo/owl";

/** The incidents of 90 days; what is open can be acknowledged. */
export class HealthIncidents extends Component {
    static template = "connecta_cap.HealthIncidents";
    static components = { HealthState };
    static props = { rows: Array, mayAcknowledge: Boolean, onChange: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
    }

    async acknowledge(row) {
        await this.orm.call("cap.health.incident", "action_acknowledge", [[row.id]]);
        await this.props.onChange();
    }

    open(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }
}
