import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { useX2ManyCrud } from "@web/views/fields/relational_utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component, useEffect, useRef } from "@odoo/owl";
import { DeskAttach, DeskFiles } from "../desk_files/desk_files";
import { useDeskFiles } from "../desk_files/desk_files_hook";

/**
 * The files of a prepared reply, chosen, pasted or dropped anywhere on its form, as at
 * the desk.
 */
export class ReplyFiles extends Component {
    static template = "connecta_cap.ReplyFiles";
    static components = { DeskAttach, DeskFiles };
    static props = { ...standardFieldProps };

    setup() {
        this.root = useRef("root");
        this.operations = useX2ManyCrud(() => this.records, true);
        this.files = useDeskFiles({
            ticketId: () => this.props.record.data.ticket_id.id,
            list: () => this.list,
            add: ({ id }) => this.operations.saveRecord([id]),
            drop: (id) => this.operations.removeRecord(this.find(id)),
        });
        // whoever sends while files are on their way sends them too
        useBus(this.props.record.model.bus, "NEED_LOCAL_CHANGES", ({ detail }) =>
            detail.proms.push(this.files.done),
        );
        useEffect(
            (form) => this.listen(form),
            () => [this.root.el?.closest(".o_form_view")],
        );
    }

    get records() {
        return this.props.record.data[this.props.name];
    }

    get list() {
        return this.records.records.map(({ resId, data }) => ({ id: resId, name: data.name }));
    }

    find(id) {
        return this.records.records.find(({ resId }) => resId === id);
    }

    /** Take what is pasted into or dropped on the form; return what stops that. */
    listen(form) {
        const listeners = {
            paste: (event) => this.files.onPaste(event),
            dragover: (event) => event.preventDefault(),
            drop: (event) => {
                event.preventDefault();
                return this.files.onDrop(event);
            },
        };
        const entries = Object.entries(form ? listeners : {});
        entries.forEach(([name, listener]) => form.addEventListener(name, listener));
        return () =>
            entries.forEach(([name, listener]) => form.removeEventListener(name, listener));
    }
}

registry.category("fields").add("cap_reply_files", {
    component: ReplyFiles,
    supportedTypes: ["many2many"],
    isEmpty: () => false,
    relatedFields: [{ name: "name", type: "char" }],
});
