import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Interaction } from "@web/public/interaction";

const TICK_MS = 15000;

/**
 * Return how far the server's clock is ahead of this browser's, in seconds.
 *
 * @param {number} serverNow when the server made the page, in seconds since the epoch
 */
export function pageOffset(serverNow) {
    const [visit] = window.performance.getEntriesByType("navigation");
    if (!serverNow || !visit || visit.type === "back_forward") {
        // a page out of the browser's memory was made who knows when
        return 0;
    }
    const since = Math.max(0, window.performance.now() - visit.responseStart) / 1000;
    const offset = serverNow + since - Date.now() / 1000;
    // the server tells whole seconds
    return Math.abs(offset) < 2 ? 0 : offset;
}

/** Working time left of a ticket's promise, from the spans that the page carries. */
export class Countdown extends Interaction {
    static selector = ".o_cap_countdown";
    dynamicContent = { _root: { "t-out": () => this.text } };

    setup() {
        this.work = JSON.parse(this.el.dataset.work);
        this.offset = pageOffset(Number(this.el.dataset.now));
        this.tick();
    }

    tick() {
        const now = Date.now() / 1000 + this.offset;
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
