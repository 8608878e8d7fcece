import { deserializeDateTime } from "@web/core/l10n/dates";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { useDropdownState } from "@web/core/dropdown/dropdown_hooks";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { user } from "@web/core/user";
import { Component, markup, onWillUnmount, useState } from "@odoo/owl";
import { ClientPanel } from "../client_panel/client_panel";
import { DeskComposer } from "../desk_composer/desk_composer";
import { PriorityLabel } from "../priority_badge/priority_badge";
import { PromiseClock } from "../sla_clock/sla_clock";

/** The chosen ticket: all that an assessment and an answer need, without leaving. */
export class DeskTicket extends Component {
    static template = "connecta_cap.DeskTicket";
    static components = {
        ClientPanel,
        DeskComposer,
        Dropdown,
        DropdownItem,
        PriorityLabel,
        PromiseClock,
    };
    static props = {
        detail: Object,
        // the row of the list: newer than the detail for a moment
        row: Object,
        priorities: Array,
        // what was written and not sent, by ticket id
        drafts: Object,
        // gets `focusComposer` and `openActions`, for the keys of the desk
        handle: Object,
        onAssess: Function,
        onAssign: Function,
        onOpen: Function,
        onRun: Function,
        onSend: Function,
        onLeave: Function,
    };

    setup() {
        const draft = this.props.drafts[this.props.row.id];
        this.state = useState({ composing: draft ? draft.kind : "" });
        this.composer = {};
        this.menu = useDropdownState();
        Object.assign(this.props.handle, {
            focusComposer: (kind) => this.compose(kind),
            openActions: () => this.props.detail.actions.length && this.menu.open(),
        });
        onWillUnmount(() => {
            this.props.handle.focusComposer = this.props.handle.openActions = null;
        });
    }

    get deadline() {
        const { sla_deadline: deadline } = this.props.row;
        return deadline ? deserializeDateTime(deadline) : false;
    }

    get priorityLabel() {
        return Object.fromEntries(this.props.priorities)[this.props.row.priority];
    }

    get isMine() {
        return this.props.row.user?.id === user.userId;
    }

    get messages() {
        return [...this.props.detail.messages].reverse();
    }

    get draft() {
        return this.props.drafts[this.props.row.id] || { text: "", files: [] };
    }

    moment(at) {
        const then = deserializeDateTime(at);
        const isToday = then.hasSame(luxon.DateTime.now(), "day");
        return then.toFormat(isToday ? "HH:mm" : "ccc d LLL HH:mm");
    }

    body(message) {
        // the server sanitized it when it was posted, as for Odoo's own chatter
        return markup(message.body);
    }

    messageClass(message) {
        const kinds = { note: "is_note", client: "is_client", auto: "is_automatic" };
        return Object.keys(kinds)
            .filter((kind) => message[kinds[kind]])
            .map((kind) => `o_cap_message_${kind}`)
            .join(" ");
    }

    compose(kind) {
        if (this.props.detail.may_work) {
            this.state.composing = kind;
            this.composer.focus?.();
        }
    }

    /** Go back to the list; a composer in which nothing stands closes. */
    leave() {
        if (!this.draft.text.trim() && !this.draft.files.length) {
            this.state.composing = "";
            delete this.props.drafts[this.props.row.id];
        }
        this.props.onLeave();
    }

    keep(text, files) {
        this.props.drafts[this.props.row.id] = { text, files, kind: this.state.composing };
    }

    async send(message) {
        await this.props.onSend(message);
        this.state.composing = "";
    }
}
