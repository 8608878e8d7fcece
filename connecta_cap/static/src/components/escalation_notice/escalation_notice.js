import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Shows what the bus says about promises at risk; a broken one stays until it is closed. */
export const escalationNoticeService = {
    dependencies: ["bus_service", "notification", "action"],
    start(env, { bus_service: bus, notification, action }) {
        bus.subscribe("cap.ticket/escalated", ({ ticket_id, title, text, urgent }) => {
            const buttons = [
                {
                    name: _t("Open"),
                    primary: true,
                    onClick: () =>
                        action.doAction({
                            type: "ir.actions.act_window",
                            res_model: "cap.ticket",
                            res_id: ticket_id,
                            views: [[false, "form"]],
                        }),
                },
            ];
            notification.add(text, {
                title,
                type: urgent ? "danger" : "warning",
                sticky: urgent,
                buttons: ticket_id ? buttons : [],
            });
        });
    },
};

registry.category("services").add("cap_escalation_notice", escalationNoticeService);
