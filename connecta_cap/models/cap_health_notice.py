from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import NOTICE_EVENTS


class CapHealthNotice(models.Model):
    """That somebody was told about an incident: once for each rule and event."""

    _name = "cap.health.notice"
    _description = "CAP Health Notice"
    _order = "id desc"
    _rec_name = "incident_id"

    incident_id = fields.Many2one(
        "cap.health.incident", required=True, readonly=True, ondelete="cascade"
    )
    environment_id = fields.Many2one(related="incident_id.environment_id")
    company_id = fields.Many2one(related="incident_id.company_id")
    rule_id = fields.Many2one(
        "cap.health.rule", required=True, readonly=True, ondelete="cascade"
    )
    event = fields.Selection(NOTICE_EVENTS, required=True, readonly=True)
    sent_at = fields.Datetime("Told", required=True, readonly=True)
    partner_ids = fields.Many2many(
        "res.partner", "cap_health_notice_partner_rel", string="To", readonly=True
    )

    _once = models.UniqueIndex(
        "(incident_id, rule_id, event)", "This was told already."
    )

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(self.env._("What was told is on record: it never changes."))

    # === BUSINESS METHODS === #

    @api.model
    def _read_told(self, incidents):
        """Return {(incident id, rule id): set of events told} in one query."""
        told = {}
        for incident, rule, events in self._read_group(
            [("incident_id", "in", incidents.ids)],
            ["incident_id", "rule_id"],
            ["event:array_agg"],
        ):
            told[incident.id, rule.id] = set(events)
        return told
