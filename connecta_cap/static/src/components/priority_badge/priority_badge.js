import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

const LOOKS = {
    1: { icon: "fa-angle-down", class: "text-bg-light border" },
    2: { icon: "fa-minus", class: "text-bg-info" },
    3: { icon: "fa-angle-up", class: "text-bg-warning" },
    4: { icon: "fa-angle-double-up", class: "text-bg-danger" },
};

/** The assessed priority in word, shape and colour; a dash while there is none. */
export class PriorityLabel extends Component {
    static template = "connecta_cap.PriorityLabel";
    static props = {
        value: { type: [String, { value: false }], optional: true },
        label: { type: String, optional: true },
    };

    get look() {
        return LOOKS[this.props.value];
    }
}

/** The priority of a record in a list, a board or a form. */
export class PriorityBadge extends Component {
    static template = "connecta_cap.PriorityBadge";
    static components = { PriorityLabel };
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name];
    }

    get label() {
        const { selection } = this.props.record.fields[this.props.name];
        return Object.fromEntries(selection)[this.value];
    }
}

export const priorityBadge = {
    component: PriorityBadge,
    displayName: _t("Assessed priority"),
    supportedTypes: ["selection"],
};

registry.category("fields").add("cap_priority", priorityBadge);
