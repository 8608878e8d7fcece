import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { ConfirmationDialog } from "@web/core/confirmation_dialog/confirmation_dialog";
import { Dialog } from "@web/core/dialog/dialog";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { useBus, useService } from "@web/core/utils/hooks";
import { KeepLast } from "@web/core/utils/concurrency";
import { user } from "@web/core/user";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import {
    Component,
    onMounted,
    onWillStart,
    onWillUnmount,
    reactive,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";
import { AssessDialog } from "../assess_dialog/assess_dialog";
import { DeskRow } from "../desk_row/desk_row";
import { DeskTicket } from "../desk_ticket/desk_ticket";
import { DeskStore, TABS } from "./desk_store";

const CHANNEL = "cap_desk";
const LISTS = {
    queue: ["connecta_cap.cap_ticket_action_triage", {}],
    mine: ["connecta_cap.cap_ticket_action_mine", {}],
    waiting: ["connecta_cap.cap_ticket_action", { search_default_waiting: 1 }],
    unidentified: ["connecta_cap.cap_ticket_action_unidentified", {}],
};

/** The keys of the desk, with what they do. */
export class DeskHelp extends Component {
    static template = "connecta_cap.DeskHelp";
    static components = { Dialog };
    static props = { close: Function, keys: Array };
}

/** The agents' screen: lists at the left, the chosen ticket at the side, always live. */
export class AgentDesk extends Component {
    static template = "connecta_cap.AgentDesk";
    static components = { DeskRow, DeskTicket };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.assessment = useService("cap_assessment");
        this.bus = useService("bus_service");
        this.list = useRef("list");
        this.ticket = { focusComposer: null };
        this.drafts = {};
        this.keepLast = new KeepLast();
        this.store = new DeskStore({
            orm: this.orm,
            ticker: useService("cap_ticker"),
            onChanged: (ids) => this.onChanged(ids),
        });
        this.desk = useState(this.store.state);
        this.state = useState({
            tab: TABS[0],
            selectedId: false,
            detail: null,
            // on a narrow screen the ticket lies over the lists
            isOpen: false,
            said: "",
            ...this.props.state?.desk,
        });
        useSetupAction({ getLocalState: () => ({ desk: this.remember() }) });
        this.setupBus();
        this.setupKeys();
        onWillStart(async () => {
            const [choices] = await Promise.all([this.assessment.loadChoices(), this.store.load()]);
            this.priorities = choices.priorities;
        });
        onMounted(() => {
            this.select(this.state.selectedId || this.rows[0]?.id, { focus: true });
        });
        onWillUnmount(() => this.store.stop());
    }

    setupBus() {
        const hear = (payload) => this.store.hear(payload);
        onMounted(() => {
            this.bus.subscribe("cap.ticket/changed", hear);
            this.bus.addChannel(CHANNEL);
        });
        onWillUnmount(() => {
            this.bus.unsubscribe("cap.ticket/changed", hear);
            this.bus.deleteChannel(CHANNEL);
        });
        for (const lost of ["BUS:DISCONNECT", "BUS:RECONNECTING"]) {
            useBus(this.bus, lost, () => (this.desk.isLive = false));
        }
        for (const back of ["BUS:CONNECT", "BUS:RECONNECT"]) {
            useBus(this.bus, back, () => this.onConnected());
        }
        useExternalListener(browser, "online", () => this.onConnected());
    }

    setupKeys() {
        const keys = {
            j: () => this.move(1),
            arrowdown: () => this.move(1),
            k: () => this.move(-1),
            arrowup: () => this.move(-1),
            n: () => this.goToNext(),
            arrowright: () => this.moveTab(1),
            arrowleft: () => this.moveTab(-1),
            a: () => this.assignToMe(),
            r: () => this.ticket.focusComposer?.("reply"),
            i: () => this.ticket.focusComposer?.("note"),
            o: () => this.openForm(),
        };
        for (const [key, job] of Object.entries(keys)) {
            useHotkey(key, job, {
                allowRepeat: true,
                isAvailable: (target) => !target.closest?.(".o-dropdown--menu, [role=tab]"),
            });
        }
        for (const priority of ["1", "2", "3", "4"]) {
            useHotkey(priority, () => this.assess(priority));
        }
        // Odoo's service knows letters and digits only
        useExternalListener(window, "keydown", (event) => {
            const typing = event.target.closest?.("input, textarea, [contenteditable=true]");
            if (event.key === "?" && !typing && !document.querySelector(".modal")) {
                event.preventDefault();
                this.showHelp();
            }
        });
    }

    get keys() {
        return [
            ["j / ↓", _t("Next ticket of the list")],
            ["k / ↑", _t("Previous ticket")],
            ["n", _t("The ticket to look at next")],
            ["← / →", _t("Other list")],
            ["1 – 4", _t("Assess as low, normal, high, critical")],
            ["a", _t("Assign to me")],
            ["r", _t("Reply to the client")],
            ["i", _t("Internal note")],
            ["o", _t("Open the form")],
            ["Ctrl + Enter", _t("Send what you wrote")],
            ["Esc", _t("Back to the list; what you wrote is kept")],
            ["?", _t("This help")],
        ];
    }

    /** The keys of the visible legend. */
    get legend() {
        return [
            ["j k", _t("move")],
            ["n", _t("next")],
            ["1–4", _t("assess")],
            ["a", _t("assign to me")],
            ["r", _t("reply")],
            ["i", _t("note")],
            ["o", _t("open")],
            ["?", _t("all keys")],
        ];
    }

    get tabs() {
        const labels = {
            queue: [_t("Queue"), _t("Queue")],
            mine: [_t("My tickets"), _t("Mine")],
            waiting: [_t("Waiting for client"), _t("Waiting")],
            unidentified: [_t("Unknown senders"), _t("Unknown")],
        };
        return TABS.map((key) => ({
            key,
            label: labels[key][0],
            short: labels[key][1],
            total: this.desk.lists[key].total,
        }));
    }

    get empty() {
        return {
            queue: [_t("Nothing waits for a priority"), _t("New requests appear by themselves.")],
            mine: [_t("Nothing is assigned to you"), _t("Take a ticket with the key a.")],
            waiting: [
                _t("No client owes you an answer"),
                _t("“Send and wait” puts a ticket here until the client answers."),
            ],
            unidentified: [
                _t("Every sender is known"),
                _t("Mails from unknown addresses wait here to be linked to a client."),
            ],
        }[this.state.tab];
    }

    get rows() {
        return this.store.list(this.state.tab);
    }

    get selected() {
        return this.desk.rows[this.state.selectedId];
    }

    get todayWords() {
        const { met, decided } = this.desk.today;
        return decided
            ? _t("%(met)s of %(decided)s in time", { met, decided })
            : _t("nothing decided yet");
    }

    get todayPercent() {
        const { met, decided } = this.desk.today;
        return decided ? Math.floor((100 * met) / decided) : 0;
    }

    get asOf() {
        return luxon.DateTime.fromMillis(this.desk.asOf).toFormat("HH:mm");
    }

    priorityLabel(row) {
        return Object.fromEntries(this.priorities)[row.priority];
    }

    remember() {
        const { tab, selectedId, isOpen } = this.state;
        return { tab, selectedId, isOpen };
    }

    say(text) {
        this.state.said = text;
    }

    // --- what comes from outside ---

    async onConnected() {
        if (this.desk.isLive) {
            return;
        }
        await this.store.load();
        this.desk.isLive = true;
        await this.loadDetail();
    }

    /** Show at the side what changed, and tell who is assessing it. */
    onChanged(ids) {
        for (const id of ids) {
            const row = this.desk.rows[id];
            if (row?.is_emergency && row.is_ringing && !this.knownEmergencies?.has(id)) {
                this.knownEmergencies = (this.knownEmergencies || new Set()).add(id);
                this.say(_t("New emergency: %(number)s %(name)s", row));
            }
            this.tellTaken(row);
        }
        if (ids.includes(this.state.selectedId)) {
            if (this.selected) {
                this.loadDetail();
            } else {
                this.select(this.rows[0]?.id);
            }
        } else if (!this.state.selectedId && this.rows.length) {
            this.select(this.rows[0].id);
        }
    }

    /** Tell an open assessment that somebody else was faster. */
    tellTaken(row) {
        const open = this.assessing;
        if (!open || open.id !== row?.id || !row.assessed || open.isChange) {
            return;
        }
        const { by_id: byId, by, at, reason } = row.assessed;
        if (byId !== user.userId) {
            open.live.taken = { by, at, reason, label: this.priorityLabel(row) };
        }
    }

    async loadDetail() {
        const id = this.state.selectedId;
        if (!id) {
            this.state.detail = null;
            return;
        }
        const call = this.orm.silent.call("cap.ticket", "get_desk_ticket", [[id]]);
        const detail = await this.keepLast.add(call);
        this.state.detail = detail;
        this.desk.rows[id] = detail.row;
    }

    // --- moving about ---

    async select(id, { focus = false, open = false } = {}) {
        this.state.selectedId = id || false;
        this.state.isOpen = (open || this.state.isOpen) && Boolean(id);
        if (this.state.detail?.row.id !== id) {
            this.state.detail = null;
        }
        if (focus) {
            this.focusList();
        }
        await this.loadDetail();
    }

    focusList() {
        this.list.el?.focus({ preventScroll: true });
        browser.requestAnimationFrame(() => {
            const row = document.getElementById(`o_cap_row_${this.state.selectedId}`);
            row?.scrollIntoView({ block: "nearest" });
        });
    }

    showTab(tab) {
        this.state.tab = tab;
        this.position = 0;
        this.state.isOpen = false;
        return this.select(this.rows[0]?.id);
    }

    moveTab(step) {
        const at = (TABS.indexOf(this.state.tab) + step + TABS.length) % TABS.length;
        this.showTab(TABS[at]);
        this.focusList();
    }

    /** Go along the list; from a ticket that has left it, to who took its place. */
    move(step) {
        const ids = this.rows.map((row) => row.id);
        const found = ids.indexOf(this.state.selectedId);
        const from = found < 0 ? (this.position || 0) - (step > 0 ? 1 : 0) : found;
        this.position = Math.max(0, Math.min(from + step, ids.length - 1));
        if (ids.length) {
            return this.select(ids[this.position], { focus: true });
        }
    }

    goToNext() {
        const { next } = this.store;
        if (!next) {
            this.notification.add(_t("Nothing waits for a priority."), { type: "info" });
            return;
        }
        this.state.tab = "queue";
        return this.select(next.id, { focus: true });
    }

    closeDetail() {
        this.state.isOpen = false;
        this.focusList();
    }

    // --- what an agent does ---

    assess(priority) {
        const row = this.selected;
        if (!row || !this.desk.mayWork) {
            return;
        }
        const isChange = Boolean(row.priority);
        const live = reactive({ taken: null });
        this.assessing = { id: row.id, live, isChange };
        const asked = row.requested_type !== "help" && row.requested_type;
        this.dialog.add(
            AssessDialog,
            {
                ticketId: row.id,
                title: `${row.number} ${row.name}`,
                priority: priority || row.priority || undefined,
                ticketType: row.type?.[0] || asked || undefined,
                tier: row.tier || undefined,
                isChange,
                live,
                onDone: () => this.onAssessed(row, isChange),
                onFailed: () => this.store.refresh([row.id]),
            },
            {
                onClose: () => {
                    this.assessing = null;
                    this.focusList();
                },
            },
        );
    }

    async onAssessed(row, isChange) {
        const wasNext = this.state.tab === "queue" && !isChange;
        const at = this.rows.findIndex((one) => one.id === row.id);
        await this.store.refresh([row.id]);
        if (wasNext && at >= 0 && this.state.selectedId === row.id) {
            const after = this.rows[Math.min(at, this.rows.length - 1)];
            await this.select(after?.id, { focus: true });
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
        await this.run({ method: "action_assign_to_me" });
        // a colleague may have been faster: the server has said so then
        if (this.desk.rows[row.id]?.user?.id === user.userId) {
            this.say(_t("%s is yours now.", row.number));
        }
    }

    /** Do what the side of the desk offers, and show what came of it. */
    async run(offer) {
        const id = this.state.selectedId;
        const again = () => this.store.refresh([id]);
        if (offer.action) {
            const context = { active_id: id, active_ids: [id], active_model: "cap.ticket" };
            return this.action.doAction(offer.action, {
                additionalContext: context,
                onClose: again,
            });
        }
        const result = await this.orm.call("cap.ticket", offer.method, [[id]]);
        if (result?.type) {
            return this.action.doAction(result, { onClose: again });
        }
        return again();
    }

    /** Do what was chosen under *Actions*, asking first where that is wanted. */
    choose(offer) {
        if (!offer.confirm) {
            return this.run(offer);
        }
        this.dialog.add(ConfirmationDialog, {
            title: offer.label,
            body: offer.confirm,
            confirmLabel: offer.label,
            confirm: () => this.run(offer),
            cancel: () => {},
        });
    }

    async send({ text, isNote, wait, fileIds }) {
        const id = this.state.selectedId;
        await this.orm.call("cap.ticket", "action_say", [[id], text, isNote, wait, fileIds]);
        delete this.drafts[id];
        this.notification.add(isNote ? _t("The note is saved.") : _t("Your answer is sent."), {
            type: "success",
        });
        await this.store.refresh([id]);
        this.focusList();
    }

    setScope(scope) {
        this.desk.scope = scope;
        return this.store.load().then(() => this.select(this.rows[0]?.id));
    }

    openForm(id = this.state.selectedId) {
        if (id) {
            return this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "cap.ticket",
                res_id: id,
                views: [[false, "form"]],
            });
        }
    }

    createTicket() {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("New ticket"),
            res_model: "cap.ticket",
            views: [[false, "form"]],
            context: { default_channel: "phone" },
        });
    }

    openList() {
        const [action, additionalContext] = LISTS[this.state.tab];
        return this.action.doAction(action, { additionalContext });
    }

    showHelp() {
        this.dialog.add(DeskHelp, { keys: this.keys });
    }
}

registry.category("actions").add("cap_agent_desk", AgentDesk);
