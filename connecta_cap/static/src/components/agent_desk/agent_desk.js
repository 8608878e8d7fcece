import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { user } from "@web/core/user";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { Component, onMounted, onWillStart, onWillUnmount, useState } from "@odoo/owl";
import { DeskHelp } from "../desk_help/desk_help";
import { DeskRow } from "../desk_row/desk_row";
import { DeskTicket } from "../desk_ticket/desk_ticket";
import { useDeskActions } from "./desk_actions_hook";
import { useDeskAssessment } from "./desk_assessment_hook";
import { useDeskBus } from "./desk_bus_hook";
import { useDeskKeys } from "./desk_keys_hook";
import { useDeskSelection } from "./desk_selection_hook";
import { DeskStore, TABS } from "./desk_store";
import { listKeys, listLegend, nameTabs, percentToday, wordEmpty, wordToday } from "./desk_words";

/** The agents' screen: lists at the left, the chosen ticket at the side, always live. */
export class AgentDesk extends Component {
    static template = "connecta_cap.AgentDesk";
    static components = { DeskRow, DeskTicket };
    static props = { ...standardActionServiceProps };

    setup() {
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.choices = useService("cap_assessment");
        this.store = new DeskStore({
            orm: useService("orm"),
            ticker: useService("cap_ticker"),
            onChanged: (ids) => this.onChanged(ids),
        });
        this.desk = useState(this.store.state);
        this.selection = useDeskSelection(this.store, this.props.state?.desk);
        this.state = this.selection.state;
        this.actions = useDeskActions((id) => this.onActed(id));
        this.assessment = useDeskAssessment({
            onDone: (row, isChange) => this.onAssessed(row, isChange),
            onFailed: (row) => this.store.refresh([row.id]),
            onClose: () => this.selection.focusList(),
        });
        // what a screen reader says
        this.voice = useState({ said: "" });
        this.knownEmergencies = new Set();
        // gets what the keys of the desk do at the side
        this.ticket = {};
        this.drafts = {};
        useSetupAction({ getLocalState: () => ({ desk: this.selection.remember() }) });
        useDeskBus({
            hear: (payload) => this.store.hear(payload),
            onLost: () => (this.desk.isLive = false),
            onConnected: () => this.onConnected(),
        });
        this.setupKeys();
        onWillStart(async () => {
            const [choices] = await Promise.all([this.choices.loadChoices(), this.store.load()]);
            this.priorities = choices.priorities;
        });
        onMounted(() => {
            const { selectedId } = this.state;
            this.selection.select(selectedId || this.rows[0]?.id, { focus: true });
        });
        onWillUnmount(() => this.store.stop());
    }

    setupKeys() {
        const { move, moveTab } = this.selection;
        useDeskKeys({
            keys: {
                j: () => move(1),
                arrowdown: () => move(1),
                k: () => move(-1),
                arrowup: () => move(-1),
                n: () => this.goToNext(),
                arrowright: () => moveTab(1),
                arrowleft: () => moveTab(-1),
                a: () => this.assignToMe(),
                r: () => this.ticket.focusComposer?.("reply"),
                i: () => this.ticket.focusComposer?.("note"),
                m: () => this.ticket.openActions?.(),
                o: () => this.openForm(),
            },
            assess: (priority) => this.assess(priority),
            showHelp: () => this.showHelp(),
        });
    }

    // --- what is shown ---

    get rows() {
        return this.selection.rows;
    }

    get selected() {
        return this.desk.rows[this.state.selectedId];
    }

    get tabs() {
        const names = nameTabs();
        return TABS.map((key) => ({ key, ...names[key], total: this.desk.lists[key].total }));
    }

    get empty() {
        return wordEmpty(this.state.tab);
    }

    get legend() {
        return listLegend();
    }

    get todayWords() {
        return wordToday(this.desk.today);
    }

    get todayPercent() {
        return percentToday(this.desk.today);
    }

    get asOf() {
        return luxon.DateTime.fromMillis(this.desk.asOf).toFormat("HH:mm");
    }

    priorityLabel(row) {
        return Object.fromEntries(this.priorities)[row?.priority];
    }

    say(text) {
        this.voice.said = text;
    }

    // --- what comes from outside ---

    async onConnected() {
        if (this.desk.isLive) {
            return;
        }
        await this.store.load();
        this.desk.isLive = true;
        await this.selection.loadDetail();
    }

    /** Show at the side what changed, and tell who is assessing it. */
    onChanged(ids) {
        for (const id of ids) {
            const row = this.desk.rows[id];
            if (row?.is_emergency && row.is_ringing && !this.knownEmergencies.has(id)) {
                this.knownEmergencies.add(id);
                this.say(_t("New emergency: %(number)s %(name)s", row));
            }
            this.assessment.tellTaken(row, this.priorityLabel(row));
        }
        const { selectedId } = this.state;
        if (ids.includes(selectedId) && this.selected) {
            this.selection.loadDetail();
        } else if (ids.includes(selectedId) || (!selectedId && this.rows.length)) {
            this.selection.selectFirst();
        }
    }

    // --- what an agent does ---

    goToNext() {
        const { next } = this.store;
        if (!next) {
            this.notification.add(_t("Nothing waits for a priority."), { type: "info" });
            return;
        }
        this.state.tab = "queue";
        return this.selection.select(next.id, { focus: true });
    }

    assess(priority) {
        if (this.selected && this.desk.mayWork) {
            this.assessment.assess(this.selected, priority);
        }
    }

    /** Lead on to the ticket that took the place of one that was just assessed. */
    async onAssessed(row, isChange) {
        const wasNext = this.state.tab === "queue" && !isChange;
        const at = this.rows.findIndex((one) => one.id === row.id);
        await this.store.refresh([row.id]);
        if (wasNext && at >= 0 && this.state.selectedId === row.id) {
            const after = this.rows[Math.min(at, this.rows.length - 1)];
            await this.selection.select(after?.id, { focus: true });
            this.say(
                after
                    ? _t("Next: %(number)s %(name)s", after)
                    : _t("Nothing waits for a priority any more."),
            );
        }
    }

    async assignToMe() {
        const row = this.selected;
        if (!row || !this.desk.mayWork) {
            return;
        }
        if (row.user) {
            const text =
                row.user.id === user.userId
                    ? _t("%s is yours already.", row.number)
                    : _t("%(number)s is with %(name)s. Open it to change that.", {
                          number: row.number,
                          name: row.user.name,
                      });
            this.notification.add(text, { type: "info" });
            return;
        }
        await this.actions.run(row.id, { method: "action_assign_to_me" });
        // a colleague may have been faster: the server has said so then
        if (this.desk.rows[row.id]?.user?.id === user.userId) {
            this.say(_t("%s is yours now.", row.number));
        }
    }

    async onActed(id) {
        await this.store.refresh([id]);
        this.selection.focusList();
    }

    async send(message) {
        const id = this.state.selectedId;
        await this.actions.say(id, message);
        delete this.drafts[id];
        const told = message.isNote ? _t("The note is saved.") : _t("Your answer is sent.");
        this.notification.add(told, { type: "success" });
        await this.store.refresh([id]);
        this.selection.focusList();
    }

    async setScope(scope) {
        this.desk.scope = scope;
        await this.store.load();
        return this.selection.selectFirst();
    }

    openForm(id = this.state.selectedId) {
        return id && this.actions.openForm(id);
    }

    showHelp() {
        this.dialog.add(DeskHelp, { keys: listKeys() });
    }
}

registry.category("actions").add("cap_agent_desk", AgentDesk);
