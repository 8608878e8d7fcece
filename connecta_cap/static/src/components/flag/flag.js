import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** A mark for a yes, nothing for a no; named for those who do not see icons. */
export class Flag extends Component {
    static template = "connecta_cap.Flag";
    static props = {
        ...standardFieldProps,
        icon: { type: String },
        label: { type: String },
    };
}

export const flag = {
    component: Flag,
    supportedTypes: ["boolean"],
    extractProps: ({ options, string }) => ({
        icon: options.icon || "fa-flag",
        label: options.label || string,
    }),
};

registry.category("fields").add("cap_flag", flag);
