import { _t } from "@web/core/l10n/translation";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { useService } from "@web/core/utils/hooks";

// what *Open as a list* opens: an action, and its context
const LISTS = {
    queue: ["connecta_cap.cap_ticket_action_triage", {}],
    mine: ["connecta_cap.cap_ticket_action_mine", {}],
    waiting: ["connecta_cap.cap_ticket_action", { search_default_waiting: 1 }],
    unidentified: ["connecta_cap.cap_ticket_action_unidentified", {}],
};

/**
 * What the desk does with a ticket, and the screens that it opens.
 *
 * @param {(id: Number) => Promise} refresh asks for a ticket anew, once something was done
 */
export function useDeskActions(refresh) {
    const orm = useService("orm");
    const action = useService("action");
    const dialog = useService("dialog");

    /** Do what the server offers for a ticket, and show what came of it. */
    async function run(id, offer) {
        const onClose = () => refresh(id);
        if (offer.action) {
            const context = { active_id: id, active_ids: [id], active_model: "cap.ticket" };
            return action.doAction(offer.action, { additionalContext: context, onClose });
        }
        const result = await orm.call("cap.ticket", offer.method, [[id]]);
        return result?.type ? action.doAction(result, { onClose }) : onClose();
    }

    const openTicket = (values) =>
        action.doAction({
            type: "ir.actions.act_window",
            res_model: "cap.ticket",
            views: [[false, "form"]],
            ...values,
        });

    return {
        run,

        /** Do what was chosen under *Actions*, asking first where that is wanted. */
        choose(id, offer) {
            if (!offer.confirm) {
                return run(id, offer);
            }
            dialog.add(ConfirmationDialog, {
                title: offer.label,
                body: offer.confirm,
                confirmLabel: offer.label,
                confirm: () => run(id, offer),
                cancel: () => {},
            });
        },

        say(id, { text, isNote, wait, fileIds }) {
            return orm.call("cap.ticket", "action_say", [[id], text, isNote, wait, fileIds]);
        },

        openForm: (id) => openTicket({ res_id: id }),

        createTicket: () =>
            openTicket({ name: _t("New ticket"), context: { default_channel: "phone" } }),

        openList(tab) {
            const [name, additionalContext] = LISTS[tab];
            return action.doAction(name, { additionalContext });
        },
    };
}
