import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

// What a request of each priority usually is; the agent's click corrects it.
const USUAL_TYPES = { 1: "feature", 2: "question", 3: "incident", 4: "incident" };

/**
 * Priority, type and a reason that the client reads: filled in beforehand, so that
 * Enter is enough, and a better sentence is welcome.
 */
export class AssessDialog extends Component {
    static template = "connecta_cap.AssessDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        ticketId: Number,
        title: String,
        priority: { type: String, optional: true },
        ticketType: { type: [String, { value: false }], optional: true },
        // the client's tier on the day of receipt
        tier: { type: Object, optional: true },
        isChange: { type: Boolean, optional: true },
        onDone: { type: Function, optional: true },
        onFailed: { type: Function, optional: true },
        // reactive; its `taken` says who was faster: {by, at, label, reason}
        live: { type: Object, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.assessment = useService("cap_assessment");
        this.state = useState({
            priority: this.props.priority || "2",
            ticketType: this.props.ticketType || "",
            reason: "",
            busy: false,
            problem: "",
        });
        this.live = useState(this.props.live || { taken: null });
        useAutofocus({ refName: "reason", selectAll: true });
        onWillStart(async () => {
            this.choices = await this.assessment.loadChoices();
            this.suggest();
        });
    }

    get suggestions() {
        return this.choices.reasons[this.state.priority] || [];
    }

    get label() {
        return Object.fromEntries(this.choices.priorities)[this.state.priority];
    }

    /** Return what the chosen type needs when the client's tier does not give it. */
    get missing() {
        const gate = this.choices.gates?.[this.state.ticketType];
        const given = !gate || gate.tiers.includes(this.props.tier?.id);
        return given || this.props.isChange ? "" : gate.text;
    }

    suggest() {
        this.state.reason = this.suggestions[0] || "";
        if (!this.props.ticketType) {
            this.state.ticketType = USUAL_TYPES[this.state.priority];
        }
    }

    onPriority(priority) {
        const all = Object.values(this.choices.reasons).flat();
        const untouched = !this.state.reason || all.includes(this.state.reason);
        const reason = this.state.reason;
        this.state.priority = priority;
        this.suggest();
        if (!untouched) {
            this.state.reason = reason;
        }
    }

    async confirm() {
        if (this.state.busy || this.live.taken) {
            return;
        }
        if (!this.state.reason.trim()) {
            this.state.problem = _t("Say in a few words why: the client reads it.");
            return;
        }
        this.state.busy = true;
        try {
            await this.send();
        } catch (error) {
            this.state.busy = false;
            this.state.problem = error.data?.message || error.message;
            this.props.onFailed?.();
            return;
        }
        this.props.close();
        this.notification.add(
            _t("%(title)s: %(priority)s", { title: this.props.title, priority: this.label }),
            {
                type: "success",
            },
        );
        this.props.onDone?.();
    }

    send() {
        const { priority, ticketType, reason } = this.state;
        const ids = [this.props.ticketId];
        return this.props.isChange
            ? this.orm.call("cap.ticket", "action_change_priority", [ids, priority, reason])
            : this.orm.call("cap.ticket", "action_assess", [ids, priority, ticketType, reason]);
    }
}
