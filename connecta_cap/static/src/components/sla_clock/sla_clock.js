import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useState } from "@odoo/owl";
import { remainingSeconds, riskLevel, splitDuration } from "./sla_math";

const LOOKS = {
    none: { icon: "fa-umbrella", class: "text-muted" },
    met: { icon: "fa-check-circle", class: "text-success" },
    late: { icon: "fa-times-circle", class: "text-danger" },
    overdue: { icon: "fa-exclamation-circle", class: "text-danger fw-bold" },
    risk: { icon: "fa-exclamation-triangle", class: "o_cap_clock_risk fw-bold" },
    half: { icon: "fa-hourglass-half", class: "o_cap_clock_half" },
    ok: { icon: "fa-clock-o", class: "text-body" },
};

/** The promise of a ticket: clock time of the deadline and working time left. */
export class SlaClock extends Component {
    static template = "connecta_cap.SlaClock";
    static props = { ...standardFieldProps };

    setup() {
        this.ticker = useState(useService("cap_ticker"));
    }

    get terms() {
        return this.props.record.data.sla_terms || {};
    }

    get work() {
        return this.terms.work || [];
    }

    /** Return a key of LOOKS. */
    get level() {
        const { sla_state: state, priority } = this.props.record.data;
        if (state === "none" || !this.work.length) {
            return "none";
        }
        if (priority) {
            return state === "met" ? "met" : "late";
        }
        const over = this.ticker.now >= this.work.at(-1)[1];
        return over ? "overdue" : riskLevel(this.work, this.ticker.now);
    }

    get look() {
        return LOOKS[this.level];
    }

    /** Return the deadline's clock time in the program's zone, with its name. */
    get clockTime() {
        const deadline = this.props.record.data[this.props.name];
        const zoned = deadline.setZone(this.terms.zone);
        return `${zoned.toFormat("ccc HH:mm")} ${this.terms.zone_name}`;
    }

    get status() {
        switch (this.level) {
            case "none":
                return _t("Not covered");
            case "met":
                return _t("Assessed in time");
            case "late":
                return _t("Assessed late");
            case "overdue":
                return _t("Overdue");
        }
        const left = splitDuration(remainingSeconds(this.work, this.ticker.now));
        return left.hours
            ? _t("%(hours)s h %(minutes)s min left", left)
            : _t("%(minutes)s min left", left);
    }

    get title() {
        return this.level === "none" ? "" : _t("Assess before %s", this.clockTime);
    }
}

export const slaClock = {
    component: SlaClock,
    displayName: _t("Promise clock"),
    supportedTypes: ["datetime"],
    fieldDependencies: [
        { name: "sla_state", type: "selection" },
        { name: "sla_terms", type: "json" },
        { name: "priority", type: "selection" },
    ],
};

registry.category("fields").add("cap_sla_clock", slaClock);
