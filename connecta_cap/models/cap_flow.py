from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CRITICALITIES, HEALTH_STATES
from ..tools.health_state import Thresholds


class CapFlow(models.Model):
    """An integration flow of an environment, known since its first report.

    The reporter's key says which flow it is; its name may change.
    """

    _name = "cap.flow"
    _inherit = [
        "cap.flow.dashboard.mixin",
        "cap.flow.filing.mixin",
        "cap.portal.whitelist.mixin",
        "cap.health.state.mixin",
        "cap.health.history.mixin",
        "mail.thread",
    ]
    _description = "CAP Flow"
    _order = "environment_id, criticality desc, name, id"
    _rec_names_search = ["name", "connector", "key"]

    # flow
    name = fields.Char(required=True)
    connector = fields.Char()
    key = fields.Char(
        required=True,
        help="What the reporter calls it: it stays when the name changes.",
    )
    environment_id = fields.Many2one(
        "cap.environment", required=True, index=True, ondelete="cascade"
    )
    subscription_id = fields.Many2one(
        related="environment_id.subscription_id", store=True, index=True
    )
    partner_id = fields.Many2one(
        related="environment_id.partner_id", string="Client", store=True
    )
    company_id = fields.Many2one(
        related="environment_id.company_id", store=True, index=True
    )
    active = fields.Boolean(default=True)
    is_paused = fields.Boolean(
        "Paused", tracking=True, help="It is not judged, and alarms nobody."
    )
    owner_note = fields.Text("Owner", help="Whose flow it is, and what hangs on it.")
    criticality = fields.Selection(
        CRITICALITIES,
        default="2",
        required=True,
        tracking=True,
        help="A critical flow that stays down opens a ticket by itself; one of high "
        "criticality brings its environment down.",
    )

    # limits; 0 for the environment's
    degraded_percent = fields.Float("Degraded from", help="0: as the environment.")
    down_percent = fields.Float("Down from", help="0: as the environment.")
    slow_ms = fields.Integer("Slow from", help="Milliseconds (95 %); 0 for no limit.")
    queue_limit = fields.Integer("Queue limit", help="Waiting items; 0 for no limit.")
    pending_limit = fields.Integer(
        "Age limit", help="Minutes that the oldest item may wait; 0 for no limit."
    )
    silence_limit = fields.Integer(
        "Silent after",
        help="Minutes without a window until “no data”; 0: as the environment.",
    )
    ticket_after = fields.Integer(
        "Ticket after", help="Minutes; 0: as the environment."
    )

    # how it does
    state = fields.Selection(
        HEALTH_STATES, readonly=True, copy=False, default="no_data", index=True
    )
    state_since = fields.Datetime("Since", readonly=True, copy=False)
    level = fields.Integer(readonly=True, copy=False)
    watched_at = fields.Datetime("Judged up to", readonly=True, copy=False)
    last_window_at = fields.Datetime("Last window", readonly=True, copy=False)
    named_at = fields.Datetime(readonly=True, copy=False)
    incident_ids = fields.One2many("cap.health.incident", "flow_id", "Incidents")

    _key_unique = models.UniqueIndex(
        "(environment_id, key)", "The environment has a flow with this key already."
    )
    _limits = models.Constraint(
        "CHECK(degraded_percent BETWEEN 0 AND 100 AND down_percent BETWEEN 0 AND 100"
        " AND slow_ms >= 0 AND queue_limit >= 0 AND pending_limit >= 0"
        " AND silence_limit >= 0 AND ticket_after >= 0)",
        "No limit is negative, and a share is at most 100 percent.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "connector")
    def _compute_display_name(self):
        for flow in self:
            parts = (flow.connector, flow.name)
            flow.display_name = " / ".join(part for part in parts if part)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "state",
            "state_since",
            "level",
            "watched_at",
            "last_window_at",
            "named_at",
        }

    # === BUSINESS METHODS === #

    def _get_reported_sql(self):
        test = self._get_reported_test(SQL("f.id"))
        return SQL(
            "SELECT f.id FROM cap_flow f WHERE f.id IN %s AND %s", self._ids, test
        )

    def _get_incident_domain(self):
        return Domain("flow_id", "in", self.ids)

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "connector",
            "environment_id",
            "partner_id",
            "company_id",
            "active",
            "criticality",
            "state",
            "state_since",
            "is_paused",
            "last_window_at",
        }

    def _get_thresholds(self):
        """Return from when on a window of this flow is bad."""
        self.ensure_one()
        rest = self.environment_id._get_thresholds()
        return Thresholds(
            self.degraded_percent or rest.degraded_percent,
            self.down_percent or rest.down_percent,
            self.slow_ms,
            self.queue_limit,
            self.pending_limit * 60,
        )
