import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { session } from "@web/session";
import { reactive } from "@odoo/owl";
import { Alarm } from "./alarm";

const MUTED_KEY = "cap_alarm_muted";

/** The emergencies that ring for this user: those at the start, then what the bus says. */
export const emergencyService = {
    dependencies: ["bus_service", "orm"],
    start(env, { bus_service: bus, orm }) {
        const alarm = new Alarm();
        const state = reactive({
            alerts: [],
            mayAcknowledge: Boolean(session.cap_may_acknowledge),
            isMuted: browser.localStorage.getItem(MUTED_KEY) === "1",
            isBlocked: false,
            isFolded: false,
            latestId: false,
        });

        async function sound() {
            if (state.alerts.length && !state.isMuted) {
                state.isBlocked = !(await alarm.start());
            } else {
                alarm.stop();
                state.isBlocked = false;
            }
        }

        function raise(alert) {
            const at = state.alerts.findIndex((known) => known.ticket_id === alert.ticket_id);
            if (at < 0) {
                state.alerts.push(alert);
                show(alert.ticket_id);
            } else {
                // another round about the same: what was folded stays so, and rings on
                state.alerts[at] = alert;
                sound();
            }
        }

        /** Open the bar for a new one, unless the bus said in one breath that it is over. */
        async function show(ticketId) {
            await Promise.resolve();
            if (state.alerts.some((alert) => alert.ticket_id === ticketId)) {
                state.latestId = ticketId;
                state.isFolded = false;
                sound();
            }
        }

        function drop(ticketId) {
            state.alerts = state.alerts.filter((alert) => alert.ticket_id !== ticketId);
            state.isFolded &&= state.alerts.length > 0;
            sound();
        }

        for (const alert of session.cap_alerts || []) {
            raise(alert);
        }
        bus.subscribe("cap.alert/raised", raise);
        bus.subscribe("cap.alert/stopped", ({ ticket_id }) => drop(ticket_id));
        // the first click anywhere lets the browser make a sound
        browser.addEventListener("click", () => state.isBlocked && sound());

        return {
            state,
            async acknowledge(ticketId) {
                try {
                    await orm.call("cap.ticket", "action_acknowledge", [[ticketId]]);
                } finally {
                    // a colleague was faster: the error says who
                    drop(ticketId);
                }
            },
            /** Make it small, or show it again; nothing is acknowledged, and it rings on. */
            toggleFold() {
                state.isFolded = !state.isFolded;
            },
            toggleMute() {
                state.isMuted = !state.isMuted;
                browser.localStorage.setItem(MUTED_KEY, state.isMuted ? "1" : "0");
                return sound();
            },
        };
    },
};

registry.category("services").add("cap_emergency", emergencyService);
