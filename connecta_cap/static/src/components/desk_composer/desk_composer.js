import { _t } from "@web/core/l10n/translation";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useService } from "@web/core/utils/hooks";
import { Component, onMounted, onWillUnmount, status, useRef, useState } from "@odoo/owl";
import { DeskAttach, DeskFiles } from "../desk_files/desk_files";
import { useDeskFiles } from "../desk_files/desk_files_hook";

// a shortcut that was just completed by a space or a new line
const SHORTCUT = /(^|\s)::(\S+)(\s)$/;

/**
 * Writes to the client, or a note that stays inside: two forms that nobody confuses,
 * told apart by colour, by icon and by the words on the button.
 */
export class DeskComposer extends Component {
    static template = "connecta_cap.DeskComposer";
    static components = { DeskAttach, DeskFiles };
    static props = {
        kind: { validate: (kind) => ["reply", "note"].includes(kind) },
        ticketId: Number,
        text: { type: String, optional: true },
        // what was attached and not sent: its id and name
        files: { type: Array, optional: true },
        recipient: { type: String, optional: true },
        mayWait: { type: Boolean, optional: true },
        // gets `focus`
        handle: { type: Object, optional: true },
        onInput: Function,
        onSend: Function,
        onLeave: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.field = useRef("field");
        this.state = useState({
            text: this.props.text || "",
            files: [...(this.props.files || [])],
            busy: false,
            problem: "",
        });
        this.files = useDeskFiles({
            ticketId: () => this.props.ticketId,
            isNote: () => this.isNote,
            list: () => this.state.files,
            add: (file) => this.setFiles([...this.state.files, file]),
            drop: (id) => this.setFiles(this.state.files.filter((file) => file.id !== id)),
        });
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

    get problem() {
        return this.state.problem || this.files.state.problem;
    }

    async onInput() {
        this.state.problem = this.files.state.problem = "";
        this.keep();
        await this.expand();
    }

    /** Put Odoo's canned response in place of its shortcut, as in any other message. */
    async expand() {
        const field = this.field.el;
        const typed = this.state.text.slice(0, field.selectionStart);
        const found = SHORTCUT.exec(typed);
        if (!found) {
            return;
        }
        this.responses ??= this.orm.searchRead(
            "mail.canned.response",
            [],
            ["source", "substitution"],
        );
        const [, before, source, after] = found;
        const response = (await this.responses).find((one) => one.source === source);
        if (response && this.state.text.startsWith(typed)) {
            const start = typed.slice(0, found.index) + before + response.substitution + after;
            this.state.text = start + this.state.text.slice(typed.length);
            field.value = this.state.text;
            field.setSelectionRange(start.length, start.length);
            this.keep();
        }
    }

    keep() {
        const files = this.state.files.map(({ id, name }) => ({ id, name }));
        this.props.onInput(this.state.text, files);
    }

    setFiles(files) {
        this.state.files = files;
        this.state.problem = "";
        this.keep();
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

    onPick(files) {
        this.field.el.focus();
        return this.files.attach(files);
    }

    get isEmpty() {
        const { text, files } = this.state;
        return !text.trim() && !files.length && !this.files.state.uploading;
    }

    /** Send what was written with its files, also those that are on their way. */
    async send(wait) {
        if (this.state.busy) {
            return;
        }
        if (this.isEmpty) {
            this.state.problem = _t("Write something first.");
            this.field.el.focus();
            return;
        }
        this.state.busy = true;
        try {
            if (this.files.state.uploading) {
                await this.files.done;
                if (this.files.state.problem || status(this) === "destroyed") {
                    return; // a file was refused meanwhile, or the author left
                }
            }
            await this.props.onSend({
                text: this.state.text,
                isNote: this.isNote,
                wait,
                fileIds: this.state.files.map(({ id }) => id),
            });
        } catch (error) {
            // what was written stays here
            this.state.problem = error.data?.message || error.message;
        } finally {
            this.state.busy = false;
        }
    }
}
