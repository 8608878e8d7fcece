import { browser } from "@web/core/browser/browser";
import { useBus, useService } from "@web/core/utils/hooks";
import { onMounted, onWillUnmount, useExternalListener } from "@odoo/owl";

const CHANNEL = "cap_desk";
const CHANGED = "cap.ticket/changed";

/**
 * Keeps the desk live: what changes is heard from the bus, and so is a lost connection.
 *
 * @param {(payload: Object) => any} hear called with what changed
 * @param {() => any} onLost
 * @param {() => any} onConnected called at each sign that the connection is back
 */
export function useDeskBus({ hear, onLost, onConnected }) {
    const bus = useService("bus_service");
    onMounted(() => {
        bus.subscribe(CHANGED, hear);
        bus.addChannel(CHANNEL);
    });
    onWillUnmount(() => {
        bus.unsubscribe(CHANGED, hear);
        bus.deleteChannel(CHANNEL);
    });
    for (const lost of ["BUS:DISCONNECT", "BUS:RECONNECTING"]) {
        useBus(bus, lost, onLost);
    }
    for (const back of ["BUS:CONNECT", "BUS:RECONNECT"]) {
        useBus(bus, back, onConnected);
    }
    useExternalListener(browser, "online", onConnected);
}
