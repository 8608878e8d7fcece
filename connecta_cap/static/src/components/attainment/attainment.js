import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** A share of kept promises, in words and as a bar; a dash when nothing is decided. */
export class Attainment extends Component {
    static template = "connecta_cap.Attainment";
    static props = { ...standardFieldProps };

    get decided() {
        return this.props.record.data.attainment_decided;
    }

    /** Whole percent, rounded down: only what was always kept is 100 %. */
    get percent() {
        return Math.floor(this.props.record.data[this.props.name] * 100 + 1e-9);
    }

    get words() {
        return this.decided
            ? _t("%(share)s of %(count)s", { share: `${this.percent} %`, count: this.decided })
            : "–";
    }

    get title() {
        return this.decided
            ? _t("Assessed in time in the last 90 days")
            : _t("Nothing was decided in the last 90 days");
    }
}

export const attainment = {
    component: Attainment,
    supportedTypes: ["float"],
    fieldDependencies: [{ name: "attainment_decided", type: "integer" }],
};

registry.category("fields").add("cap_attainment", attainment);
