import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onMounted, onWillUpdateProps, useState } from "@odoo/owl";

/** Who asks: contact, cover, people, health, and what else the client waits for. */
export class ClientPanel extends Component {
    static template = "connecta_cap.ClientPanel";
    static props = {
        panel: Object,
        // opens another ticket of the client
        onOpen: Function,
    };

    setup() {
        this.action = useService("action");
    }

    openRecord(resModel, resId) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: resModel,
            res_id: resId,
            views: [[false, "form"]],
        });
    }

    get stateLook() {
        const looks = {
            active: "text-bg-success",
            suspended: "text-bg-warning",
            closed: "text-bg-secondary",
        };
        return looks[this.props.panel.cover.state[0]] || "text-bg-light border";
    }

    tone(tone) {
        return tone ? `text-${tone === "warning" ? "warning-emphasis" : tone} fw-bold` : "";
    }
}

/** The panel on a ticket's form: asked for when the form is there, not before. */
export class ClientPanelWidget extends Component {
    static template = "connecta_cap.ClientPanelWidget";
    static components = { ClientPanel };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ panel: null });
        onMounted(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => {
            if (record.resId !== this.shownId || record.data.partner_id?.id !== this.contactId) {
                this.load(record);
            }
        });
    }

    async load(record) {
        this.shownId = record.resId;
        this.contactId = record.data.partner_id?.id;
        this.state.panel = null;
        if (record.resId) {
            const panel = await this.orm.call("cap.ticket", "get_client_panel", [[record.resId]]);
            if (this.shownId === record.resId) {
                this.state.panel = panel;
            }
        }
    }

    open(id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.ticket",
            res_id: id,
            views: [[false, "form"]],
        });
    }
}

registry.category("view_widgets").add("cap_client_panel", {
    component: ClientPanelWidget,
    fieldDependencies: [{ name: "partner_id", type: "many2one", relation: "res.partner" }],
});
