import { defineModels, fields, models, onRpc } from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

const HOUR = 3600;
// Mon 30 Mar 2026 09:00-13:00 in Brussels
export const NINE = Date.UTC(2026, 2, 30, 7) / 1000;
export const TERMS = {
    zone: "Europe/Brussels",
    zone_name: "CEST",
    work: [[NINE, NINE + 4 * HOUR]],
};

export class CapTier extends models.Model {
    _name = "cap.tier";

    name = fields.Char();

    _records = [
        { id: 1, name: "Essential" },
        { id: 2, name: "Advisor" },
    ];
}

export class CapTicket extends models.Model {
    _name = "cap.ticket";

    number = fields.Char();
    name = fields.Char();
    is_emergency = fields.Boolean();
    priority = fields.Selection({
        selection: [
            ["1", "Low"],
            ["2", "Normal"],
            ["3", "High"],
            ["4", "Critical"],
        ],
    });
    ticket_type = fields.Selection({
        selection: [
            ["incident", "Incident"],
            ["question", "Question"],
            ["research", "Research"],
        ],
    });
    requested_type = fields.Selection({
        selection: [
            ["help", "Help"],
            ["research", "Research"],
        ],
        default: "help",
    });
    tier_id = fields.Many2one({ relation: "cap.tier" });
    partner_id = fields.Many2one({ relation: "res.partner" });
    sla_state = fields.Selection({
        selection: [
            ["none", "Not covered"],
            ["running", "To assess"],
            ["met", "Met"],
            ["breached", "Breached"],
        ],
    });
    sla_deadline = fields.Datetime();
    sla_terms = fields.Json();

    _records = [
        {
            id: 1,
            tier_id: 1,
            number: "CAP-00001",
            name: "Orders stop",
            is_emergency: true,
            sla_state: "running",
            sla_deadline: "2026-03-30 11:00:00",
            sla_terms: TERMS,
        },
        {
            id: 2,
            tier_id: 1,
            requested_type: "research",
            number: "CAP-00002",
            name: "Labels",
            sla_state: "running",
            sla_deadline: "2026-03-30 11:00:00",
            sla_terms: TERMS,
        },
    ];
}

/** Define the ticket model, and answer what the assessment asks the server. */
export function defineTickets({ isAgent = true } = {}) {
    defineMailModels();
    defineModels([CapTicket, CapTier]);
    onRpc("has_group", () => isAgent);
    // the mock's time: this browser's clock is right
    onRpc("cap.agent.desk", "get_time", () => Math.floor(Date.now() / 1000));
    onRpc("cap.ticket", "get_assessment_choices", () => ({
        priorities: [
            ["1", "Low"],
            ["2", "Normal"],
            ["3", "High"],
            ["4", "Critical"],
        ],
        types: [
            ["incident", "Incident"],
            ["question", "Question"],
            ["research", "Research"],
        ],
        gates: { research: { tiers: [2], text: "Research comes with Advisor." } },
        reasons: { 1: ["Later."], 2: ["Soon."], 3: ["Today.", "Live data."], 4: ["Now."] },
    }));
}
