import { _t } from "@web/core/l10n/translation";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { patch } from "@web/core/utils/patch";
import { useService } from "@web/core/utils/hooks";
import { WebClient } from "@web/webclient/webclient";
import { Component, useEffect, useRef, useState } from "@odoo/owl";

const RINGING = "o_cap_alarm_rings";

/**
 * Emergencies that ring, in a bar between the menu and whatever is on the screen.
 *
 * It takes room of its own instead of lying over anything, and dialogs keep below it.
 * Folded it is one line; it goes when somebody has acknowledged.
 */
export class EmergencyAlert extends Component {
    static template = "connecta_cap.EmergencyAlert";
    static props = {};

    setup() {
        this.emergency = useService("cap_emergency");
        this.action = useService("action");
        this.state = useState(this.emergency.state);
        this.pending = useState({ ticketId: false });
        this.bar = useRef("bar");
        useEffect(
            (bar) => bar && this.keepFree(bar),
            () => [this.bar.el],
        );
        // from anywhere, out of a dialog or a field too: nothing else moves the focus
        useHotkey("alt+shift+e", () => this.bar.el?.querySelector("button").focus(), {
            bypassEditableProtection: true,
            global: true,
        });
    }

    /** The emergency that was raised last, for who listens to the screen. */
    get latest() {
        return this.state.alerts.find((alert) => alert.ticket_id === this.state.latestId);
    }

    label(alert) {
        return _t("Emergency %s", alert.number);
    }

    /** Tell the page's styles how far the bar reaches; returns how to stop. */
    keepFree(bar) {
        const root = document.documentElement;
        const measure = () => {
            const { top, bottom } = bar.getBoundingClientRect();
            root.style.setProperty("--o-cap-alarm-top", `${top}px`);
            root.style.setProperty("--o-cap-alarm-bottom", `${bottom}px`);
        };
        const observer = new window.ResizeObserver(measure);
        observer.observe(bar);
        if (bar.nextElementSibling) {
            // its size changes too when the menu above disappears
            observer.observe(bar.nextElementSibling);
        }
        root.classList.add(RINGING);
        measure();
        return () => {
            observer.disconnect();
            root.classList.remove(RINGING);
        };
    }

    async acknowledge(alert) {
        this.pending.ticketId = alert.ticket_id;
        try {
            await this.emergency.acknowledge(alert.ticket_id);
        } finally {
            this.pending.ticketId = false;
        }
    }

    open(alert) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.ticket",
            res_id: alert.ticket_id,
            views: [[false, "form"]],
        });
    }
}

patch(WebClient, { components: { ...WebClient.components, EmergencyAlert } });
