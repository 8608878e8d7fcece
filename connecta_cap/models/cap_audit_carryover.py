from odoo import api, fields, models

from ..const import RECOMMENDATION_STATES


class CapAuditCarryover(models.Model):
    """A recommendation of an earlier audit that comes back because it is unfinished."""

    _name = "cap.audit.carryover"
    _inherit = ["cap.guarded.mixin", "cap.audit.part.mixin"]
    _description = "CAP Recommendation carried over"
    _rec_name = "recommendation_id"

    recommendation_id = fields.Many2one(
        "cap.recommendation", required=True, index=True, ondelete="restrict"
    )
    carried_from = fields.Many2one(
        related="recommendation_id.audit_id", string="From audit"
    )
    state = fields.Selection(related="recommendation_id.state")
    # frozen when the audit is published: what the client reads does not change later
    state_then = fields.Selection(RECOMMENDATION_STATES, "State then", readonly=True)
    note = fields.Char("Remark", help="Where it stands; the client reads it.")

    _once = models.UniqueIndex(
        "(audit_id, recommendation_id)",
        "This recommendation is carried over into the audit already.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("audit_id", "recommendation_id")
    def _check_same_client(self):
        for line in self:
            line.recommendation_id._check_belongs_to(line.audit_id)

    # === BUSINESS METHODS === #

    def _prepare_rows(self):
        """Return what a client reads of each line, in order."""
        labels = dict(self._fields["state_then"]._description_selection(self.env))
        return [
            {
                "name": line.recommendation_id.name,
                "flow": line.recommendation_id.flow,
                "from": line.carried_from.name,
                "state": labels[line.state_then or line.state],
                "note": line.note,
            }
            for line in self
        ]

    def _freeze(self):
        """Keep the states of this day for what the client reads."""
        for line in self:
            line._guarded_write({"state_then": line.state})

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state_then"}

    @api.model
    def _get_published_content(self):
        return super()._get_published_content() - {"state_then"}
