from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..const import INCIDENT_ENDS, INCIDENT_KINDS
from .cap_health_reader import iso


class CapHealthIncident(models.Model):
    """A span of trouble of a flow, or of silence: it opens and closes with the state.

    It keeps the worst that it came to: what was degraded and then down is one incident.
    """

    _name = "cap.health.incident"
    _inherit = ["cap.portal.whitelist.mixin", "cap.clock.mixin"]
    _description = "CAP Incident"
    _order = "closed_at desc nulls first, opened_at desc, id desc"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, index=True, ondelete="cascade"
    )
    flow_id = fields.Many2one(
        "cap.flow", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    partner_id = fields.Many2one(
        related="environment_id.partner_id", string="Client", store=True
    )
    company_id = fields.Many2one(
        related="environment_id.company_id", store=True, index=True
    )
    criticality = fields.Selection(related="flow_id.criticality")
    kind = fields.Selection(INCIDENT_KINDS, required=True, readonly=True)
    opened_at = fields.Datetime("Since", required=True, readonly=True)
    closed_at = fields.Datetime("Until", readonly=True)
    ended = fields.Selection(INCIDENT_ENDS, "How it ended", readonly=True)
    down_at = fields.Datetime("Down since", readonly=True)
    down_spans = fields.Json(
        readonly=True, help="When it was down: pairs of from and until."
    )
    is_down = fields.Boolean("Down now", readonly=True)
    minutes = fields.Integer("Lasted (min)", compute="_compute_minutes")
    ack_at = fields.Datetime("Acknowledged", readonly=True)
    ack_by_id = fields.Many2one("res.users", "Acknowledged by", readonly=True)
    note = fields.Text("Notes")
    ticket_id = fields.Many2one(
        "cap.ticket", readonly=True, index="btree_not_null", ondelete="set null"
    )
    notice_ids = fields.One2many("cap.health.notice", "incident_id", "Told")

    _one_open = models.UniqueIndex(
        "(environment_id, COALESCE(flow_id, 0), (kind = 'no_data'))"
        " WHERE closed_at IS NULL",
        "An incident of this flow is open already.",
    )
    _span_idx = models.Index("(environment_id, opened_at)")
    _ordered = models.Constraint(
        "CHECK(closed_at IS NULL OR closed_at >= opened_at)",
        "An incident ends after it begins.",
    )

    # === COMPUTE METHODS === #

    @api.depends("kind", "flow_id", "environment_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for incident in self:
            known = incident.sudo()
            where = known.flow_id.display_name or known.environment_id.name
            incident.display_name = f"{kinds.get(incident.kind, '')}: {where}"

    @api.depends("opened_at", "closed_at")
    def _compute_minutes(self):
        now = self._cap_now()
        for incident in self:
            span = (incident.closed_at or now) - (incident.opened_at or now)
            incident.minutes = span.total_seconds() // 60

    # === CRUD METHODS === #

    def write(self, vals):
        if vals.keys() - {"note"} and not self.env.su:
            raise UserError(
                self.env._(
                    "An incident follows from what was reported: only its notes can "
                    "be changed, and it can be acknowledged."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    def action_acknowledge(self):
        """Say that somebody looks after the incidents; the first to say so stands."""
        self.check_access("write")
        user = self.env.user
        if not user._is_internal():
            raise AccessError(self.env._("Only staff acknowledges an incident."))
        fresh = self.filtered(lambda one: not one.ack_at)
        fresh.sudo().write({"ack_at": self._cap_now(), "ack_by_id": user.id})
        return True

    def action_open_ticket(self):
        """Open the ticket of the incident.

        :return: action dictionary.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.ticket",
            "res_id": self.ticket_id.id,
            "view_mode": "form",
        }

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "environment_id",
            "flow_id",
            "partner_id",
            "company_id",
            "kind",
            "opened_at",
            "closed_at",
            "ended",
            "minutes",
            "ack_at",
            "ticket_id",
        }

    def _prepare_rows(self):
        """Return the incidents as the dashboards take them, in their order."""
        return [
            {
                "id": one.id,
                "flow_id": one.flow_id.id or None,
                "flow": one.flow_id.display_name or "",
                "kind": one.kind,
                "opened_at": iso(one.opened_at),
                "closed_at": iso(one.closed_at),
                "minutes": one.minutes,
                "ended": one.ended or None,
                "ack_at": iso(one.ack_at),
                "ack_by": one.ack_by_id.name or "",
                "ticket_id": one.ticket_id.id or None,
                "ticket": one.ticket_id.number or "",
            }
            for one in self
        ]

    def _close(self, at, ended):
        """End an open incident.

        :param at: when it was over, naive UTC.
        :param ended: a key of `INCIDENT_ENDS`.
        """
        self.ensure_one()
        at = max(at, self.opened_at)
        self._follow_level(False, at)
        self.sudo().write({"closed_at": at, "ended": ended})

    def _follow_level(self, is_down, at):
        """Note whether the flow is down now; the kind keeps the worst.

        :param at: since when, naive UTC.
        """
        self.ensure_one()
        if is_down == self.is_down:
            return
        spans = list(self.down_spans or [])
        vals = {"is_down": is_down}
        if is_down:
            vals |= {"kind": "down", "down_at": at}
            spans.append([at.isoformat(), None])
        else:
            spans[-1][1] = at.isoformat()
        self.sudo().write(vals | {"down_spans": spans})

    def _list_down_spans(self, now):
        """Return when the flow was down, as pairs of naive UTC moments.

        :param now: the end of what still goes on.
        """
        self.ensure_one()
        return [
            tuple(datetime.fromisoformat(text) if text else now for text in span)
            for span in self.down_spans or ()
        ]

    @api.model
    def _find_waiting(self, environments):
        """Return those environments that have an open incident: time matters there."""
        groups = self._read_group(
            [("environment_id", "in", environments.ids), ("closed_at", "=", False)],
            ["environment_id"],
        )
        return environments.browse().union(*(group[0] for group in groups))
