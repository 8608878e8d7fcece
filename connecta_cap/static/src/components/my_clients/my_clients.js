import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useExternalListener, useRef, useState } from "@odoo/owl";

const STEPS = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 };

/** A consultant's day: what is due, meetings, advice, clients; one call to the server. */
export class MyClients extends Component {
    static template = "connecta_cap.MyClients";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.state = useState({ day: "", sections: [] });
        useExternalListener(window, "keydown", (event) => this.onKey(event));
        onWillStart(() => this.load());
    }

    async load() {
        Object.assign(this.state, await this.orm.call("cap.consultant.desk", "get_desk", []));
    }

    open(row) {
        if (row.action) {
            return this.openAll(row);
        }
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: row.model,
            res_id: row.res_id,
            views: [[false, "form"]],
        });
    }

    openAll(section) {
        return this.action.doAction(section.action, { additionalContext: section.context });
    }

    tone(row) {
        return row.tone ? `text-bg-${row.tone}` : "text-bg-light border";
    }

    /** Move the focus from row to row, through all sections. */
    move(step) {
        const rows = [...this.root.el.querySelectorAll(".o_cap_desk_row")];
        const at = rows.indexOf(document.activeElement);
        const next = at < 0 ? 0 : Math.max(0, Math.min(at + step, rows.length - 1));
        rows[next]?.focus();
    }

    onKey(event) {
        const busy = event.target.closest?.(
            "input, textarea, select, [contenteditable=true], .modal, .dropdown-menu",
        );
        if (busy || event.ctrlKey || event.metaKey || event.altKey) {
            return;
        }
        if (STEPS[event.key]) {
            event.preventDefault();
            this.move(STEPS[event.key]);
        } else if (event.key === "r") {
            this.load();
        }
    }
}

registry.category("actions").add("cap_my_clients", MyClients);
