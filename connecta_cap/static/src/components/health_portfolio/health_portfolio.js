import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { HealthState } from "@connecta_cap/components/health_state/health_state";
import { useHealthData } from "@connecta_cap/components/health_state/use_health_data";
import { Component, useState } from "@odoo/owl";

/** All environments that report, the worst first. */
export class HealthPortfolio extends Component {
    static template = "connecta_cap.HealthPortfolio";
    static components = { HealthState };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.page = useHealthData("get_portfolio");
        // a way in from one client shows that client's
        const only = this.props.action.context?.cap_subscription_id;
        this.filter = useState({ state: "", client: "", kind: "", text: "", only });
    }

    get rows() {
        return this.page.state.data.rows;
    }

    get shown() {
        const { state, client, kind, only } = this.filter;
        const text = this.filter.text.trim().toLowerCase();
        return this.rows.filter(
            (row) =>
                (!only || row.subscription_id === only) &&
                (!state || row.health.state === state) &&
                (!client || row.client === client) &&
                (!kind || row.kind === kind) &&
                `${row.client} ${row.name} ${row.versions}`.toLowerCase().includes(text),
        );
    }

    /** The states that occur, with how many environments have them; the worst first. */
    get states() {
        const found = new Map();
        for (const { health } of this.rows) {
            const known = found.get(health.state) || { ...health, count: 0 };
            known.count += 1;
            found.set(health.state, known);
        }
        return [...found.values()];
    }

    get clients() {
        return [...new Set(this.rows.map((row) => row.client))].sort((a, b) => a.localeCompare(b));
    }

    get kinds() {
        return [...new Map(this.rows.map((row) => [row.kind, row.kind_label]))];
    }

    toggle(state) {
        this.filter.state = this.filter.state === state ? "" : state;
    }

    clear() {
        Object.assign(this.filter, { state: "", client: "", kind: "", text: "", only: false });
    }

    open(row) {
        return this.action.doAction("connecta_cap.cap_health_environment_action", {
            props: { resId: row.id },
        });
    }

    create() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.environment",
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("cap_health_portfolio", HealthPortfolio);
