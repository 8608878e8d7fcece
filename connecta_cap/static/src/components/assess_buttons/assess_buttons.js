import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart } from "@odoo/owl";
import { AssessDialog } from "../assess_dialog/assess_dialog";

/** Open the assessment of a ticket's record, and reload its view afterwards. */
export function openAssessment(dialog, record, options = {}) {
    const { number, name, ticket_type: ticketType } = record.data;
    const { requested_type: asked, tier_id: tier } = record.data;
    dialog.add(AssessDialog, {
        ticketId: record.resId,
        title: [number, name].filter(Boolean).join(" "),
        ticketType: ticketType || (asked !== "help" && asked) || undefined,
        tier: tier || undefined,
        onDone: () => (record.model.root === record ? record.load() : record.model.load()),
        ...options,
    });
}

/** One button a priority; a click opens the assessment with the rest filled in. */
export class AssessButtons extends Component {
    static template = "connecta_cap.AssessButtons";
    static props = { ...standardWidgetProps };

    setup() {
        this.dialog = useService("dialog");
        onWillStart(async () => {
            this.mayAssess = await user.hasGroup("connecta_cap.group_cap_agent");
        });
    }

    get priorities() {
        return this.props.record.fields.priority.selection;
    }

    onClick(priority) {
        openAssessment(this.dialog, this.props.record, { priority });
    }
}

/** Gives an assessed ticket another priority, with a reason. */
export class ChangePriority extends AssessButtons {
    static template = "connecta_cap.ChangePriority";

    onClick() {
        const { priority } = this.props.record.data;
        openAssessment(this.dialog, this.props.record, { priority, isChange: true });
    }
}

const fieldDependencies = [
    { name: "number", type: "char" },
    { name: "name", type: "char" },
    { name: "priority", type: "selection" },
    { name: "ticket_type", type: "selection" },
    { name: "requested_type", type: "selection" },
    { name: "tier_id", type: "many2one", relation: "cap.tier" },
];

registry.category("view_widgets").add("cap_assess_buttons", {
    component: AssessButtons,
    fieldDependencies,
    listViewWidth: 250,
    label: _t("Assess"),
});
registry.category("view_widgets").add("cap_change_priority", {
    component: ChangePriority,
    fieldDependencies,
});
