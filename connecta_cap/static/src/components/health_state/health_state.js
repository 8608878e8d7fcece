import { Component } from "@odoo/owl";

/** A state in colour, icon and word. */
export class HealthState extends Component {
    static template = "connecta_cap.HealthState";
    static props = {
        health: {
            type: Object,
            shape: { state: String, label: String, icon: String, "*": true },
        },
    };
}
