import { deserializeDateTime } from "@web/core/l10n/dates";
import { Component } from "@odoo/owl";
import { PriorityLabel } from "../priority_badge/priority_badge";
import { PromiseClock } from "../sla_clock/sla_clock";

/** One ticket of a list of the desk: what it is about, whose, and how long still. */
export class DeskRow extends Component {
    static template = "connecta_cap.DeskRow";
    static components = { PriorityLabel, PromiseClock };
    static props = {
        row: Object,
        priority: { type: String, optional: true },
        isSelected: { type: Boolean, optional: true },
        onSelect: Function,
        onOpen: Function,
    };

    get deadline() {
        const { sla_deadline: deadline } = this.props.row;
        return deadline ? deserializeDateTime(deadline) : false;
    }

    get isUrgent() {
        return ["3", "4"].includes(this.props.row.urgency[0]);
    }
}
