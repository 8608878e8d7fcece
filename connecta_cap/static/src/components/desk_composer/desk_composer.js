import { _t } from "@web/core/l10n/translation";
import { useAutoresize } from "@web/core/utils/autoresize";
import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";

/**
 * Writes to the client, or a note that stays inside: two forms that nobody confuses,
 * told apart by colour, by icon and by the words on the button.
 */
export class DeskComposer extends Component {
    static template = "connecta_cap.DeskComposer";
    static props = {
        kind: { validate: (kind) => ["reply", "note"].includes(kind) },
        text: { type: String, optional: true },
        recipient: { type: String, optional: true },
        mayWait: { type: Boolean, optional: true },
        // gets `focus`
        handle: { type: Object, optional: true },
        onInput: Function,
        onSend: Function,
        onLeave: Function,
    };

    setup() {
        this.field = useRef("field");
        this.state = useState({ text: this.props.text || "", busy: false, problem: "" });
        useAutoresize(this.field, { minimumHeight: 80 });
        const focus = () => this.field.el?.focus();
        if (this.props.handle) {
            this.props.handle.focus = focus;
        }
        onMounted(() => {
            focus();
            this.field.el.scrollIntoView({ block: "nearest" });
        });
        onWillUnmount(() => this.props.handle && delete this.props.handle.focus);
    }

    get isNote() {
        return this.props.kind === "note";
    }

    get label() {
        return this.isNote
            ? _t("Internal note: only colleagues read it")
            : _t("Reply to %s", this.props.recipient || _t("the client"));
    }

    onInput() {
        this.state.problem = "";
        this.props.onInput(this.state.text);
    }

    onKeydown(event) {
        if (event.key === "Escape") {
            event.stopPropagation();
            this.props.onLeave();
        } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            this.send(false);
        }
    }

    async send(wait) {
        if (this.state.busy) {
            return;
        }
        if (!this.state.text.trim()) {
            this.state.problem = _t("Write something first.");
            this.field.el.focus();
            return;
        }
        this.state.busy = true;
        try {
            await this.props.onSend({ text: this.state.text, isNote: this.isNote, wait });
        } catch (error) {
            // what was written stays here
            this.state.problem = error.data?.message || error.message;
        } finally {
            this.state.busy = false;
        }
    }
}
