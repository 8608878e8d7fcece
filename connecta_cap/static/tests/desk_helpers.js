import { onRpc } from "@web/../tests/web_test_helpers";
import { NINE, TERMS, defineTickets } from "@connecta_cap/../tests/helpers";

/** Return a row of the desk, as the server makes it. */
export const row = (id, values = {}) => ({
    id,
    revision: [1000 + id, id],
    number: `CAP-0000${id}`,
    name: `Ticket ${id}`,
    client: "Acme",
    tier: { id: 1, display_name: "Essential" },
    is_emergency: false,
    is_ringing: false,
    priority_line: false,
    is_unidentified: false,
    is_closed: false,
    urgency: ["2", "Normal"],
    channel: "Portal",
    requested_type: "help",
    asks: "Help",
    type: null,
    priority: "",
    assessed: null,
    sla_state: "running",
    sla_deadline: "2026-03-30 11:00:00",
    sla_terms: TERMS,
    user: null,
    stage: "New",
    stage_kind: "new",
    tags: [],
    answered: false,
    ...values,
});

export const assessed = (id, values = {}) =>
    row(id, {
        priority: "3",
        stage: "In progress",
        stage_kind: "open",
        type: ["incident", "Incident"],
        sla_state: "met",
        assessed: { by_id: 99, by: "Ann", at: "Mon 30 Mar 10:42 CEST", reason: "It blocks." },
        ...values,
    });

export const PANEL = {
    client: { id: 5, name: "Acme" },
    contact: { name: "Tom", email: "tom@acme.example", phone: "" },
    cover: {
        id: 8,
        name: "CAPS-0001",
        state: ["active", "Active"],
        tier: "Essential",
        gives: [{ name: "Training session", summary: "3 h every 6 months" }],
        renewal: { text: "Agreed until 1 May", tone: "warning" },
        fair_use: [{ label: "Research", text: "7 of 6", days: 90, is_above: true }],
        consultant: null,
        account_manager: "Mia",
        health: {
            state: "none",
            icon: "fa-question-circle-o",
            label: "No monitoring yet",
            text: "Nothing is measured for this client.",
        },
    },
    tickets: { total: 7, rows: [{ id: 3, number: "CAP-00003", name: "Labels", stage: "New" }] },
};

export const detail = (shown, values = {}) => ({
    row: shown,
    description: "Nothing arrives.",
    area: "Flow",
    received: "Mon 30 Mar 09:00 CEST",
    explanation: "received, due Mon 13:00",
    emergency: null,
    hints: [],
    messages: [],
    panel: PANEL,
    actions: [],
    may_work: true,
    ...values,
});

/** Return the lists that hold these ids. */
export const lists = (ids) =>
    Object.fromEntries(
        ["queue", "mine", "waiting", "unidentified"].map((key) => [
            key,
            { ids: ids[key] || [], total: (ids[key] || []).length },
        ]),
    );

/** Answer what the desk asks; returns the world, which a test may change. */
export function defineDesk(rows = [row(1), row(2), assessed(3)]) {
    defineTickets();
    const world = {
        rows: Object.fromEntries(rows.map((one) => [one.id, one])),
        lists: { queue: [1, 2], mine: [3] },
        details: {},
        teams: ["Support"],
        calls: [],
        now: () => NINE,
    };
    const frame = () => ({
        now: world.now(),
        today: { met: 2, decided: 3 },
        lists: lists(world.lists),
    });
    onRpc("cap.agent.desk", "get_desk", ({ args }) => {
        world.calls.push(["get_desk", ...args]);
        return {
            ...frame(),
            rows: Object.values(world.rows),
            teams: world.teams,
            may_work: true,
        };
    });
    onRpc("cap.agent.desk", "get_changes", ({ args }) => {
        world.calls.push(["get_changes", ...args]);
        return { ...frame(), rows: args[0].map((id) => world.rows[id]).filter(Boolean) };
    });
    onRpc("cap.ticket", "get_desk_ticket", ({ args }) =>
        detail(world.rows[args[0][0]], world.details[args[0][0]]),
    );
    return world;
}
