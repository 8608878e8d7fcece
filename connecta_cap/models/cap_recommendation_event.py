from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import RECOMMENDATION_STATES


class CapRecommendationEvent(models.Model):
    """One step of a recommendation: who took it, when and why; never changed."""

    _name = "cap.recommendation.event"
    _description = "CAP Recommendation Event"
    _order = "at, id"
    _rec_name = "state"

    recommendation_id = fields.Many2one(
        "cap.recommendation",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="recommendation_id.company_id")
    state_before = fields.Selection(RECOMMENDATION_STATES, "From", readonly=True)
    state = fields.Selection(RECOMMENDATION_STATES, "To", required=True, readonly=True)
    at = fields.Datetime("When", required=True, readonly=True)
    user_id = fields.Many2one("res.users", "By", readonly=True, ondelete="restrict")
    note = fields.Char("Why", readonly=True)

    # === CRUD METHODS === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._(
                "The history is append-only: a step is never changed. Take another "
                "step that puts it right."
            )
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The history is append-only: a step is never deleted.")
        )
