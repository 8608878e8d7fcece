import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const TICK_MS = 15000;

/** Working time left of a ticket's promise, from the spans that the page carries. */
export class Countdown extends Interaction {
    static selector = ".o_cap_countdown";
    dynamicContent = { _root: { "t-out": () => this.text } };

    setup() {
        this.work = JSON.parse(this.el.dataset.work);
        this.tick();
    }

    tick() {
        const now = Date.now() / 1000;
        const left = this.work.reduce(
            (sum, [from, to]) => sum + Math.max(0, to - Math.max(from, now)),
            0,
        );
        const minutes = Math.ceil(left / 60);
        const values = { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
        this.text = left
            ? _t("%(hours)s h %(minutes)s min of working time left", values)
            : _t("The time is up. Reload the page to see the result.");
        this.waitForTimeout(() => this.tick(), TICK_MS);
    }
}

registry.category("public.interactions").add("cap_countdown", Countdown);
