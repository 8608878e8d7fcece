import { rpc } from "@web/core/network/rpc";
import { useFileUploader } from "@web/core/utils/files";
import { useService } from "@web/core/utils/hooks";
import { useState } from "@odoo/owl";

/**
 * Uploads files by Odoo's own route, where they wait for their message. One that may not
 * go along is taken away again at once, and the reason told.
 *
 * @param {Object} holder who keeps the files that may go along
 * @param {() => Number} holder.ticketId
 * @param {() => Boolean} [holder.isNote] whether only colleagues get them
 * @param {() => {id: Number, name: String}[]} holder.list
 * @param {(file: {id: Number, name: String}) => any} holder.add
 * @param {(id: Number) => any} holder.drop
 */
export function useDeskFiles({ ticketId, isNote = () => false, list, add, drop }) {
    const orm = useService("orm");
    const upload = useFileUploader();
    const state = useState({
        // how many files are on their way
        uploading: 0,
        problem: "",
    });

    const discard = (id) => rpc("/mail/attachment/delete", { attachment_id: id });

    async function attachOne(file) {
        const answer = await upload("/mail/attachment/upload", {
            csrf_token: window.odoo.csrf_token,
            ufile: [file],
            thread_id: ticketId(),
            thread_model: "cap.ticket",
            is_pending: true,
        });
        if (!answer) {
            return; // larger than Odoo takes, which it has said
        }
        const id = answer.data.attachment_id;
        const ids = [...list().map((one) => one.id), id];
        try {
            await orm.call("cap.ticket", "check_files", [[ticketId()], ids, isNote()]);
        } catch (error) {
            await discard(id);
            throw error;
        }
        await add({ id, name: file.name });
    }

    async function attachAll(files) {
        for (const file of files) {
            state.uploading += 1;
            try {
                await attachOne(file);
            } catch (error) {
                state.problem = error.data?.message || error.message;
            } finally {
                state.uploading -= 1;
            }
        }
    }

    let done = Promise.resolve();

    function attach(files) {
        state.problem = "";
        done = Promise.all([done, attachAll(files)]);
        return done;
    }

    return {
        state,
        attach,
        /** settled when no file is on its way any more */
        get done() {
            return done;
        },
        async remove(id) {
            state.problem = "";
            await drop(id);
            await discard(id);
        },
        onPaste(event) {
            const files = [...event.clipboardData.files];
            if (files.length) {
                event.preventDefault();
                return attach(files);
            }
        },
        onDrop(event) {
            return attach([...event.dataTransfer.files]);
        },
    };
}
