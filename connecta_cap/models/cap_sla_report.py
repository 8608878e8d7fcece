from odoo import api, fields, models
from odoo.tools import SQL

from ..const import CHANNELS, TICKET_TYPES

OUTCOMES = [
    ("met", "Kept"),
    ("breached", "Broken"),
    ("open", "Open"),
    ("uncovered", "Not covered"),
]
# Half of the values are below the median; the 90th percentile is a value that occurred.
PERCENTILES = {
    "median": SQL("percentile_cont(0.5)"),
    "p90": SQL("percentile_disc(0.9)"),
}


class CapSlaReport(models.Model):
    """How the promise was kept, one row a ticket: for lists, graphs and pivots.

    Kept of kept and broken is the attainment; what is still open, or was not covered,
    counts neither way. A promise whose deadline has passed is broken, recorded or not.
    What was merged has no row: it counts in the ticket that it goes on in.
    """

    _name = "cap.sla.report"
    _description = "CAP SLA Report"
    _auto = False
    _order = "received_at desc, id desc"
    _rec_name = "ticket_id"
    _depends = {
        "cap.ticket": [
            "ack_at",
            "ack_deadline",
            "channel",
            "commercial_partner_id",
            "company_id",
            "emergency_at",
            "merged_into_id",
            "priority_assigned_at",
            "priority_assigned_by_id",
            "sla_deadline",
            "sla_start",
            "sla_state",
            "sla_worked",
            "team_id",
            "ticket_type",
            "tier_id",
        ],
        "rating.rating": ["cap_ticket_id", "consumed", "rating"],
    }

    # what it is about
    ticket_id = fields.Many2one("cap.ticket", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    client_id = fields.Many2one("res.partner", readonly=True)
    team_id = fields.Many2one("cap.team", readonly=True)
    agent_id = fields.Many2one(
        "res.users", "Assessed by", readonly=True, help="Empty until somebody assessed."
    )
    tier_id = fields.Many2one("cap.tier", readonly=True)
    channel = fields.Selection(CHANNELS, readonly=True)
    ticket_type = fields.Selection(TICKET_TYPES, "Type", readonly=True)
    received_at = fields.Datetime("Received", readonly=True)
    deadline = fields.Datetime("Assess before", readonly=True)

    # the promise
    outcome = fields.Selection(OUTCOMES, "Promise", readonly=True)
    met = fields.Integer("Kept", readonly=True)
    breached = fields.Integer("Broken", readonly=True)
    still_open = fields.Integer("Open", readonly=True)
    uncovered = fields.Integer("Not covered", readonly=True)
    attainment = fields.Float(
        "Kept (%)",
        readonly=True,
        aggregator="avg",
        help="Kept of kept and broken; what is open or was not covered does not count.",
    )
    hours = fields.Float(
        "Working hours to the assessment", readonly=True, aggregator="avg"
    )
    hours_median = fields.Float(
        "Median hours to the assessment", readonly=True, aggregator="median"
    )
    hours_p90 = fields.Float(
        "90th percentile of hours to the assessment", readonly=True, aggregator="p90"
    )

    # emergencies and ratings
    emergency = fields.Integer("Emergencies", readonly=True)
    ack_minutes = fields.Float(
        "Minutes to the acknowledgement", readonly=True, aggregator="avg"
    )
    ack_attainment = fields.Float(
        "Acknowledged in time (%)", readonly=True, aggregator="avg"
    )
    votes = fields.Integer(readonly=True)
    rating = fields.Float(
        "Rating (1 to 5)",
        readonly=True,
        aggregator="avg",
        help="The average of clients' votes: each vote counts once.",
    )

    # === BUSINESS METHODS === #

    @property
    def _table_query(self):
        now = self.env["cap.ticket"]._cap_now()
        return SQL(
            """SELECT row.*,
                (outcome = 'met')::int AS met,
                (outcome = 'breached')::int AS breached,
                (outcome = 'open')::int AS still_open,
                (outcome = 'uncovered')::int AS uncovered,
                CASE outcome WHEN 'met' THEN 100.0 WHEN 'breached' THEN 0.0 END
                    AS attainment,
                hours AS hours_median,
                hours AS hours_p90
            FROM (SELECT %(columns)s, %(outcome)s AS outcome FROM cap_ticket t
                CROSS JOIN LATERAL (SELECT count(*) AS votes, avg(r.rating) AS rating
                    FROM rating_rating r
                    WHERE r.cap_ticket_id = t.id AND r.consumed) v
                WHERE t.merged_into_id IS NULL) row""",
            columns=self._get_columns_sql(),
            outcome=self._get_outcome_sql(now),
        )

    @api.model
    def _get_outcome_sql(self, now):
        return SQL(
            """CASE WHEN t.sla_state = 'running' AND t.sla_deadline <= %s
                THEN 'breached' WHEN t.sla_state = 'running' THEN 'open'
                WHEN t.sla_state = 'none' THEN 'uncovered' ELSE t.sla_state END""",
            now,
        )

    @api.model
    def _get_columns_sql(self):
        return SQL(
            """t.id, t.id AS ticket_id, t.company_id, t.team_id, t.tier_id, t.channel,
            t.ticket_type, t.commercial_partner_id AS client_id,
            t.priority_assigned_by_id AS agent_id, t.sla_start AS received_at,
            t.sla_deadline AS deadline,
            CASE WHEN t.priority_assigned_at IS NOT NULL AND t.sla_deadline IS NOT NULL
                THEN t.sla_worked / 3600.0 END AS hours,
            (t.emergency_at IS NOT NULL)::int AS emergency,
            extract(epoch FROM t.ack_at - t.emergency_at) / 60.0 AS ack_minutes,
            CASE WHEN t.ack_at < t.ack_deadline THEN 100.0
                WHEN t.ack_at IS NOT NULL AND t.ack_deadline IS NOT NULL THEN 0.0 END
                AS ack_attainment,
            v.votes, v.rating"""
        )

    def _read_group_select(self, aggregate_spec, query):
        name, _colon, function = aggregate_spec.partition(":")
        if aggregate_spec == "rating:avg":
            return self._get_rating_sql(query)
        if function not in PERCENTILES:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "%s WITHIN GROUP (ORDER BY %s)",
            PERCENTILES[function],
            self._field_to_sql(self._table, name, query),
        )

    def _get_rating_sql(self, query):
        """Return the average of the votes, however many a ticket has."""
        rating, votes = (
            self._field_to_sql(self._table, name, query) for name in ("rating", "votes")
        )
        return SQL("sum(%s * %s) / nullif(sum(%s), 0)", rating, votes, votes)

    # === ACTION METHODS === #

    def action_open_ticket(self):
        """Open the ticket that a row is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.ticket",
            "res_id": self.ticket_id.id,
            "views": [[False, "form"]],
        }
