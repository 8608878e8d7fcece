import { registry } from "@web/core/registry";
import { reactive } from "@odoo/owl";

const TICK_MS = 10000;

/** One clock for all widgets of a page, however many rows a list has. */
export const tickerService = {
    start() {
        const clock = reactive({ now: Date.now() / 1000 });
        setInterval(() => {
            clock.now = Date.now() / 1000;
        }, TICK_MS);
        return clock;
    },
};

registry.category("services").add("cap_ticker", tickerService);
