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

/** A promise in words, shape and colour: clock time of its end, working time left. */
export class PromiseClock extends Component {
    static template = "connecta_cap.PromiseClock";
    static props = {
        terms: { type: [Object, { value: false }], optional: true },
        state: { type: [String, { value: false }], optional: true },
        priority: { type: [String, { value: false }], optional: true },
        // a luxon DateTime
        deadline: { type: [Object, { value: false }], optional: true },
    };

    setup() {
        this.ticker = useState(useService("cap_ticker"));
        this.ticker.ask();
    }

    get terms() {
        return this.props.terms || {};
    }

    get work() {
        return this.terms.work || [];
    }

    /** Return a key of LOOKS. */
    get level() {
        if (!this.props.state || this.props.state === "none" || !this.work.length) {
            return "none";
        }
        if (this.props.priority) {
            return this.props.state === "met" ? "met" : "late";
        }
        const over = this.ticker.now >= this.work.at(-1)[1];
        return over ? "overdue" : riskLevel(this.work, this.ticker.now);
    }

    get look() {
        return LOOKS[this.level];
    }

    /** Return the deadline's clock time in the program's zone, with its name. */
    get clockTime() {
        const zoned = this.props.deadline.setZone(this.terms.zone);
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

/** The promise clock of a record in a list, a board or a form. */
export class SlaClock extends Component {
    static template = "connecta_cap.SlaClock";
    static components = { PromiseClock };
    static props = { ...standardFieldProps };
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
