import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { onWillStart, onWillUnmount, useState } from "@odoo/owl";

const EVERY = 60000;

/**
 * What a dashboard shows: read at once, and again every minute while somebody looks.
 *
 * @param {string} method of `cap.health.page`
 * @param {Array} args
 * @returns {{ state: { data: Object }, load: () => Promise<void> }}
 */
export function useHealthData(method, args = []) {
    const orm = useService("orm");
    const state = useState({ data: null });
    const load = async (service = orm) => {
        state.data = await service.call("cap.health.page", method, args);
    };
    onWillStart(() => load());
    const timer = browser.setInterval(() => {
        if (document.visibilityState === "visible") {
            // a minute without the server leaves what is shown
            load(orm.silent).catch(() => {});
        }
    }, EVERY);
    onWillUnmount(() => browser.clearInterval(timer));
    return { state, load };
}
