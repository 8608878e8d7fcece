import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

/** Emergencies on top of whatever is on the screen, until somebody acknowledges them. */
export class EmergencyAlert extends Component {
    static template = "connecta_cap.EmergencyAlert";
    static props = {};

    setup() {
        this.emergency = useService("cap_emergency");
        this.action = useService("action");
        this.state = useState(this.emergency.state);
        this.pending = useState({ ticketId: false });
    }

    async acknowledge(alert) {
        this.pending.ticketId = alert.ticket_id;
        try {
            await this.emergency.acknowledge(alert.ticket_id);
        } finally {
            this.pending.ticketId = false;
        }
    }

    open(alert) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.ticket",
            res_id: alert.ticket_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("main_components").add("cap_emergency_alert", { Component: EmergencyAlert });
