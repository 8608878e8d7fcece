import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { reactive } from "@odoo/owl";
import { AssessDialog } from "../assess_dialog/assess_dialog";

/**
 * Opens the assessment of a row of the desk, and tells it when a colleague is faster.
 *
 * @param {(row: Object, isChange: Boolean) => any} onDone
 * @param {(row: Object) => any} onFailed
 * @param {() => any} onClose
 */
export function useDeskAssessment({ onDone, onFailed, onClose }) {
    const dialog = useService("dialog");
    let open = null;

    return {
        assess(row, priority) {
            const isChange = Boolean(row.priority);
            const live = reactive({ taken: null });
            open = { id: row.id, live, isChange };
            const asked = row.requested_type !== "help" && row.requested_type;
            const props = {
                ticketId: row.id,
                title: `${row.number} ${row.name}`,
                priority: priority || row.priority || undefined,
                ticketType: row.type?.[0] || asked || undefined,
                tier: row.tier || undefined,
                isChange,
                live,
                onDone: () => onDone(row, isChange),
                onFailed: () => onFailed(row),
            };
            dialog.add(AssessDialog, props, {
                onClose: () => {
                    open = null;
                    onClose();
                },
            });
        },

        /** Tell an open assessment of this row that somebody else was faster. */
        tellTaken(row, label) {
            if (!open || open.id !== row?.id || !row.assessed || open.isChange) {
                return;
            }
            const { by_id: byId, by, at, reason } = row.assessed;
            if (byId !== user.userId) {
                open.live.taken = { by, at, reason, label };
            }
        },
    };
}
