import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

/** Asks for what an emergency needs, and only then, before the form is sent. */
export class Emergency extends Interaction {
    static selector = ".o_cap_emergency";
    dynamicContent = {
        "#cap_emergency": { "t-on-change": this.update },
        ".o_cap_emergency_fields input": { "t-att-required": () => this.isEmergency },
    };

    setup() {
        this.update();
    }

    update() {
        this.isEmergency = this.el.querySelector("#cap_emergency").checked;
    }
}

registry.category("public.interactions").add("cap_emergency", Emergency);
