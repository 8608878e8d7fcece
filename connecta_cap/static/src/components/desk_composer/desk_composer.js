import { _t } from "@web/core/l10n/translation";
import { rpc } from "@web/core/network/rpc";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useFileUploader } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { Component, onMounted, onWillUnmount, status, useRef, useState } from "@odoo/owl";

// a shortcut that was just completed by a space or a new line
const SHORTCUT = /(^|\s)::(\S+)(\s)$/;

/**
 * Writes to the client, or a note that stays inside: two forms that nobody confuses,
 * told apart by colour, by icon and by the words on the button.
 */
export class DeskComposer extends Component {
    static template = "connecta_cap.DeskComposer";
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
        this.upload = useFileUploader();
        this.field = useRef("field");
        this.picker = useRef("picker");
        // done when no file is on its way any more
        this.uploads = Promise.resolve();
        this.state = useState({
            text: this.props.text || "",
            files: [...(this.props.files || [])],
            // how many files are on their way
            uploading: 0,
            busy: false,
            problem: "",
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

    removeLabel(file) {
        return _t("Remove %s", file.name);
    }

    async onInput() {
        this.state.problem = "";
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

    onPick() {
        const files = [...this.picker.el.files];
        // the same file may be chosen again after it was removed
        this.picker.el.value = "";
        this.field.el.focus();
        return this.attach(files);
    }

    onPaste(event) {
        const files = [...event.clipboardData.files];
        if (files.length) {
            event.preventDefault();
            return this.attach(files);
        }
    }

    onDrop(event) {
        return this.attach([...event.dataTransfer.files]);
    }

    attach(files) {
        this.state.problem = "";
        this.uploads = Promise.all([this.uploads, this.attachAll(files)]);
        return this.uploads;
    }

    /** Upload files by Odoo's own route, where they wait for the message. */
    async attachAll(files) {
        for (const file of files) {
            this.state.uploading += 1;
            try {
                await this.attachOne(file);
            } catch (error) {
                this.state.problem = error.data?.message || error.message;
            } finally {
                this.state.uploading -= 1;
            }
        }
    }

    async attachOne(file) {
        const answer = await this.upload("/mail/attachment/upload", {
            csrf_token: window.odoo.csrf_token,
            ufile: [file],
            thread_id: this.props.ticketId,
            thread_model: "cap.ticket",
            is_pending: true,
        });
        if (!answer) {
            return; // larger than Odoo takes, which it has said
        }
        const attached = { id: answer.data.attachment_id, name: file.name };
        this.state.files.push(attached);
        try {
            const ids = this.state.files.map(({ id }) => id);
            await this.orm.call("cap.ticket", "check_files", [
                [this.props.ticketId],
                ids,
                this.isNote,
            ]);
            this.keep();
        } catch (error) {
            await this.remove(attached.id);
            throw error;
        }
    }

    async remove(id) {
        this.state.files = this.state.files.filter((file) => file.id !== id);
        this.keep();
        await rpc("/mail/attachment/delete", { attachment_id: id });
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

    get isEmpty() {
        const { text, files, uploading } = this.state;
        return !text.trim() && !files.length && !uploading;
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
            await this.uploads;
            if (this.state.problem || status(this) === "destroyed") {
                return; // a file was refused, or the author left
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
