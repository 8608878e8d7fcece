import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 30, ArrowUp: -30 };

/** The strip of days is one stop of the keyboard; arrows walk from day to day. */
export class HealthStripDays extends Interaction {
    static selector = ".o_cap_strip_box";
    dynamicContent = {
        ".o_cap_strip > li": {
            "t-on-keydown": this.onKeydown,
            "t-on-focus": this.show,
            "t-on-mouseenter": this.show,
        },
    };

    setup() {
        this.days = [...this.el.querySelectorAll(".o_cap_strip > li")];
    }

    start() {
        this.stopAt(this.days.length - 1);
    }

    /** Only one of the days is reached with the tabulator. */
    stopAt(index) {
        this.days.forEach((day, n) => day.setAttribute("tabindex", n === index ? "0" : "-1"));
    }

    onKeydown(event) {
        const last = this.days.length - 1;
        const at = this.days.indexOf(event.currentTarget);
        const step = STEPS[event.key];
        let next = step && at + step;
        if (event.key === "Home") {
            next = 0;
        } else if (event.key === "End") {
            next = last;
        } else if (!step) {
            return;
        }
        event.preventDefault();
        next = Math.max(0, Math.min(next, last));
        this.stopAt(next);
        this.days[next].focus();
    }

    show(event) {
        this.el.querySelector(".o_cap_strip_words").textContent =
            event.currentTarget.getAttribute("aria-label");
    }
}

registry.category("public.interactions").add("cap_health_strip", HealthStripDays);
