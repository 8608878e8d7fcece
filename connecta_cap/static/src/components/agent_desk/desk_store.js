import { browser } from "@web/core/browser/browser";
import { user } from "@web/core/user";
import { reactive } from "@odoo/owl";

export const TABS = ["queue", "mine", "waiting", "unidentified"];
// What the bus says within so many milliseconds is asked for at once.
const WAIT_MS = 400;
// A server that lags behind its bus is asked again, so often.
const MOST_TRIES = 3;

/** Return whether revision `one` is older than `other`: pairs of write and message. */
export function isOlder(one, other) {
    return one[0] < other[0] || one[1] < other[1];
}

/**
 * What the desk knows: rows, lists and figures. Told of changes, it asks for just the
 * rows that changed; without a connection it knows that it is out of date.
 */
export class DeskStore {
    constructor({ orm, ticker, onChanged }) {
        this.orm = orm;
        this.ticker = ticker;
        this.onChanged = onChanged;
        // what is asked for next: {revision, tries} by ticket id
        this.pending = new Map();
        this.asked = 0;
        this.shown = 0;
        this.state = reactive({
            scope: "teams",
            teams: [],
            lists: Object.fromEntries(TABS.map((tab) => [tab, { ids: [], total: 0 }])),
            rows: {},
            today: { met: 0, decided: 0 },
            mayWork: false,
            isLive: true,
            // when the figures were right for the last time, in ms
            asOf: 0,
        });
    }

    /** Ask for everything. */
    async load() {
        this.pending.clear();
        const answer = await this.ask("get_desk", [this.state.scope]);
        if (!answer) {
            return;
        }
        this.state.rows = {};
        this.state.teams = answer.teams;
        this.state.mayWork = answer.may_work;
        this.show(answer);
    }

    /** Ask for the rows of some tickets, and how the lists stand. */
    async refresh(ids) {
        const answer = await this.ask("get_changes", [ids, this.state.scope]);
        if (answer) {
            // what is not answered is not this person's to see any more
            ids.forEach((id) => delete this.state.rows[id]);
            this.show(answer);
            this.onChanged?.(ids);
        }
        return answer;
    }

    /** Return the server's answer, undefined when a later one was shown already. */
    async ask(method, args) {
        const turn = ++this.asked;
        const sentAt = Date.now();
        const answer = await this.orm.silent.call("cap.agent.desk", method, args);
        this.ticker.sync(answer.now, sentAt);
        this.state.asOf = Date.now();
        if (turn < this.shown) {
            return undefined;
        }
        this.shown = turn;
        return answer;
    }

    show({ lists, rows, today }) {
        for (const row of rows) {
            this.state.rows[row.id] = row;
        }
        Object.assign(this.state, { lists, today });
    }

    /** Hear from the bus that tickets changed. */
    hear({ all, revisions }) {
        if (all) {
            this.plan(() => this.load());
            return;
        }
        for (const [id, revision] of Object.entries(revisions)) {
            const row = this.state.rows[id];
            // what this screen did itself was asked for already
            if (!row || isOlder(row.revision, revision)) {
                this.pending.set(Number(id), { revision, tries: 0 });
            }
        }
        if (this.pending.size) {
            this.plan(() => this.catchUp());
        }
    }

    plan(job) {
        browser.clearTimeout(this.timer);
        this.timer = browser.setTimeout(job, WAIT_MS);
    }

    async catchUp() {
        const wanted = new Map(this.pending);
        this.pending.clear();
        let answer;
        try {
            answer = await this.refresh([...wanted.keys()]);
        } catch {
            // no connection: everything is asked for when it is back
            this.state.isLive = false;
            return;
        }
        if (!answer) {
            return;
        }
        const found = Object.fromEntries(answer.rows.map((row) => [row.id, row]));
        for (const [id, { revision, tries }] of wanted) {
            if (found[id] && isOlder(found[id].revision, revision) && tries < MOST_TRIES) {
                this.pending.set(id, { revision, tries: tries + 1 });
            }
        }
        if (this.pending.size) {
            this.plan(() => this.catchUp());
        }
    }

    /** Return the rows of a list, in order. */
    list(tab) {
        return this.state.lists[tab].ids.map((id) => this.state.rows[id]).filter(Boolean);
    }

    /** Return the row to look at next: the first one that is nobody else's. */
    get next() {
        return this.list("queue").find((row) => !row.user || row.user.id === user.userId);
    }

    stop() {
        browser.clearTimeout(this.timer);
    }
}
