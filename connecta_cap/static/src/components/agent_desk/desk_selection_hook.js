import { browser } from "@web/core/browser/browser";
import { useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { useRef, useState } from "@odoo/owl";
import { TABS } from "./desk_store";

/**
 * Which list is shown, which of its tickets is chosen, and what is known of that one.
 *
 * @param {DeskStore} store
 * @param {Object} [remembered] where the person was before
 */
export function useDeskSelection(store, remembered = {}) {
    const orm = useService("orm");
    const list = useRef("list");
    const keepLast = new KeepLast();
    // where the chosen ticket is in its list, or was before it left
    let position = 0;
    const state = useState({
        tab: TABS[0],
        selectedId: false,
        detail: null,
        // on a narrow screen the ticket lies over the lists
        isOpen: false,
        ...remembered,
    });

    const selection = {
        state,

        get rows() {
            return store.list(state.tab);
        },

        remember() {
            const { tab, selectedId, isOpen } = state;
            return { tab, selectedId, isOpen };
        },

        async loadDetail() {
            const id = state.selectedId;
            if (!id) {
                state.detail = null;
                return;
            }
            const call = orm.silent.call("cap.ticket", "get_desk_ticket", [[id]]);
            const detail = await keepLast.add(call);
            state.detail = detail;
            store.state.rows[id] = detail.row;
        },

        async select(id, { focus = false, open = false } = {}) {
            state.selectedId = id || false;
            state.isOpen = (open || state.isOpen) && Boolean(id);
            if (state.detail?.row.id !== id) {
                state.detail = null;
            }
            if (focus) {
                selection.focusList();
            }
            await selection.loadDetail();
        },

        selectFirst(options) {
            return selection.select(selection.rows[0]?.id, options);
        },

        focusList() {
            list.el?.focus({ preventScroll: true });
            browser.requestAnimationFrame(() => {
                const row = document.getElementById(`o_cap_row_${state.selectedId}`);
                row?.scrollIntoView({ block: "nearest" });
            });
        },

        showTab(tab) {
            state.tab = tab;
            position = 0;
            state.isOpen = false;
            return selection.selectFirst();
        },

        moveTab(step) {
            const at = (TABS.indexOf(state.tab) + step + TABS.length) % TABS.length;
            selection.showTab(TABS[at]);
            selection.focusList();
        },

        /** Go along the list; from a ticket that has left it, to who took its place. */
        move(step) {
            const ids = selection.rows.map((row) => row.id);
            const found = ids.indexOf(state.selectedId);
            const from = found < 0 ? position - (step > 0 ? 1 : 0) : found;
            position = Math.max(0, Math.min(from + step, ids.length - 1));
            if (ids.length) {
                return selection.select(ids[position], { focus: true });
            }
        },

        close() {
            state.isOpen = false;
            selection.focusList();
        },
    };
    return selection;
}
