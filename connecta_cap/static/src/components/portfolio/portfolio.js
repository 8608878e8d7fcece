import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onWillStart, useState } from "@odoo/owl";
import { useMonthChart } from "../month_chart/month_chart";

/** The account manager's morning: what one call of the server tells about the clients. */
export class Portfolio extends Component {
    static template = "connecta_cap.Portfolio";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ data: null });
        onWillStart(() => this.load());
        useMonthChart({
            months: () => this.state.data?.months,
            columns: () => this.columns,
            open: (month, key) => this.openMonth(month, key),
        });
    }

    /** @param {boolean|null} mine only my clients; null: the server's choice */
    async load(mine = null) {
        this.state.data = await this.orm.call("cap.subscription", "get_portfolio", [], { mine });
    }

    get columns() {
        return [
            ["promised", _t("Promised")],
            ["delivered", _t("Delivered")],
            ["late", _t("Late with us")],
            ["lapsed", _t("Lapsed")],
        ];
    }

    /** Open the records that a number counts. */
    open({ label, model, domain }) {
        this.action.doAction({
            type: "ir.actions.act_window",
            name: label,
            res_model: model,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }

    openMonth(month, key) {
        const domain = [...month.domain];
        if (key !== "promised") {
            domain.push(["state", "=", key]);
        }
        const label = `${this.columns.find(([name]) => name === key)[1]}, ${month.label}`;
        this.open({ label, model: "cap.delivery", domain });
    }

    createClient() {
        this.create("cap.subscription");
    }

    createEnvironment() {
        this.create("cap.environment");
    }

    create(model) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("cap_portfolio", Portfolio);
