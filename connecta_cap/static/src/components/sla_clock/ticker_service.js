import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { reactive } from "@odoo/owl";

const TICK_MS = 10000;
// after so long a page asks again when somebody comes back to it
const STALE_MS = 10 * 60 * 1000;

/**
 * One clock for all widgets of a page, however many rows a list has. It tells the
 * server's time: whose computer is minutes off sees the same promise as everybody.
 */
export const tickerService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        let offset = 0;
        let askedAt = 0;

        const clock = reactive({
            now: Date.now() / 1000,

            /**
             * Take over the server's time from an answer of it.
             *
             * @param {number} serverNow seconds since the epoch
             * @param {number} sentAt when the question was sent, in the browser's ms
             */
            sync(serverNow, sentAt) {
                const middle = (sentAt + Date.now()) / 2000;
                askedAt = Date.now();
                // the answer is in whole seconds, half a second ago on average
                const found = serverNow + 0.5 - middle;
                offset = Math.abs(found) < 1 ? 0 : found;
                tick();
            },

            /** Ask the server for its time, once a page. */
            async ask() {
                if (askedAt) {
                    return;
                }
                const sentAt = Date.now();
                askedAt = sentAt;
                try {
                    clock.sync(await orm.silent.call("cap.agent.desk", "get_time", []), sentAt);
                } catch {
                    // without an answer the browser's own time has to do
                    askedAt = 0;
                }
            },
        });

        function tick() {
            clock.now = Date.now() / 1000 + offset;
        }

        setInterval(tick, TICK_MS);
        browser.addEventListener("visibilitychange", () => {
            if (askedAt && Date.now() - askedAt > STALE_MS) {
                askedAt = 0;
                clock.ask();
            }
        });
        return clock;
    },
};

registry.category("services").add("cap_ticker", tickerService);
