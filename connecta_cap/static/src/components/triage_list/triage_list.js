import { _t } from "@web/core/l10n/translation";
import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";
import { Component, onMounted, onWillStart, useEffect, useExternalListener } from "@odoo/owl";
import { openAssessment } from "../assess_buttons/assess_buttons";

/** The keys of the triage list, with what they do. */
export class TriageHelp extends Component {
    static template = "connecta_cap.TriageHelp";
    static components = { Dialog };
    static props = { close: Function };

    get keys() {
        return [
            ["j / ↓", _t("Next ticket")],
            ["k / ↑", _t("Previous ticket")],
            ["n", _t("Go to the ticket to look at next")],
            ["1 – 4", _t("Assess as low, normal, high, critical")],
            ["a", _t("Assign to me")],
            ["o / Enter", _t("Open the ticket")],
            ["r", _t("Look for new tickets")],
            ["?", _t("This help")],
        ];
    }
}

/** The triage queue: a list whose rows are reached and assessed by keyboard. */
export class TriageListController extends ListController {
    setup() {
        super.setup();
        this.dialog = useService("dialog");
        this.cursor = 0;
        onWillStart(async () => {
            this.mayAssess = await user.hasGroup("connecta_cap.group_cap_agent");
        });
        useExternalListener(window, "keydown", (event) => this.onKey(event));
        useEffect(() => this.showCursor());
        // the list, not its search bar, gets the first keys
        onMounted(() => setTimeout(() => document.activeElement?.blur()));
    }

    get rows() {
        return [...(this.rootRef.el?.querySelectorAll(".o_data_row") || [])];
    }

    get current() {
        const row = this.rows[this.cursor];
        const find = (list) =>
            list.isGrouped
                ? list.groups.map((group) => find(group.list)).find(Boolean)
                : list.records.find((record) => record.id === row?.dataset.id);
        return find(this.model.root);
    }

    showCursor() {
        this.cursor = Math.max(0, Math.min(this.cursor, this.rows.length - 1));
        this.rows.forEach((row, index) => {
            row.classList.toggle("o_cap_cursor", index === this.cursor);
        });
    }

    moveCursor(step) {
        this.cursor += step;
        this.showCursor();
        this.rows[this.cursor]?.scrollIntoView({ block: "nearest" });
    }

    /** Put the cursor on the ticket that is next, which may not be the first by deadline. */
    async goToNext() {
        const id = await this.orm.call("cap.ticket", "get_next_ticket", []);
        const find = (list) =>
            list.isGrouped
                ? list.groups.map((group) => find(group.list)).find(Boolean)
                : list.records.find((record) => record.resId === id);
        const record = id && find(this.model.root);
        const index = this.rows.findIndex((row) => row.dataset.id === record?.id);
        if (index >= 0) {
            this.moveCursor(index - this.cursor);
        } else if (id) {
            this.props.selectRecord(id, { activeIds: [id] });
        }
    }

    async assignToMe(record) {
        const told = await this.orm.call("cap.ticket", "action_assign_to_me", [[record.resId]]);
        if (told?.type) {
            // a colleague was faster
            await this.actionService.doAction(told);
        }
        await this.model.load();
    }

    showHelp() {
        this.dialog.add(TriageHelp);
    }

    /** Return what a key does to the current row, undefined for other keys. */
    getKeyAction(key, record) {
        if (/^[1-4]$/.test(key)) {
            return this.mayAssess && (() => openAssessment(this.dialog, record, { priority: key }));
        }
        return {
            j: () => this.moveCursor(1),
            ArrowDown: () => this.moveCursor(1),
            k: () => this.moveCursor(-1),
            ArrowUp: () => this.moveCursor(-1),
            a: () => this.mayAssess && this.assignToMe(record),
            o: () => this.openRecord(record),
            Enter: () => this.openRecord(record),
        }[key];
    }

    onKey(event) {
        const typing = event.target.closest?.(
            "input, textarea, select, [contenteditable=true], button, .modal, .dropdown-menu",
        );
        if (
            typing ||
            event.ctrlKey ||
            event.metaKey ||
            event.altKey ||
            document.querySelector(".modal")
        ) {
            return;
        }
        const general = {
            n: () => this.goToNext(),
            r: () => this.model.load(),
            "?": () => this.showHelp(),
        }[event.key];
        const record = this.current;
        const action = general || (record && this.getKeyAction(event.key, record));
        if (action) {
            event.preventDefault();
            event.stopPropagation();
            action();
        }
    }
}

registry.category("views").add("cap_triage_list", {
    ...listView,
    Controller: TriageListController,
    buttonTemplate: "connecta_cap.TriageButtons",
});
