from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import SUBSCRIPTION_MOVES, SUBSCRIPTION_STATES


class CapSubscriptionStateMixin(models.AbstractModel):
    """The life of a cover: draft, active, suspended, closed, one verb for each step."""

    _name = "cap.subscription.state.mixin"
    _inherit = ["cap.state.moves.mixin", "cap.tier.succession.mixin"]
    _description = "State of a subscription"

    state = fields.Selection(
        SUBSCRIPTION_STATES, default="draft", required=True, tracking=True, copy=False
    )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for subscription in self:
            if subscription.state != "draft":
                raise UserError(
                    self.env._(
                        "%(subscription)s has been active: its history is kept. "
                        "Close it instead of deleting it.",
                        subscription=subscription.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_activate(self):
        """Start a draft's cover; its first period says from which day and tier."""
        for subscription in self:
            subscription._set_active()

    # === BUSINESS METHODS === #

    @api.model
    def _get_moves(self):
        return SUBSCRIPTION_MOVES

    def _set_active(self):
        """Start the cover of a draft; what is suspended is resumed instead."""
        self._update_state("active", allowed=("draft",))
        self._after_succession_change()

    def _set_suspended(self, reason=""):
        """Stop the cover from today; our duties wait, the client's credits do not.

        :param reason: why, in the words of who decided it.
        """
        self._update_state("suspended")
        today = self._cap_today()
        self.env["cap.subscription.suspension"].sudo().create(
            [
                {
                    "subscription_id": subscription.id,
                    "date_start": today,
                    "reason": reason,
                    "user_id": self.env.uid,
                }
                for subscription in self
            ]
        )
        self._after_succession_change()

    def _set_resumed(self, reason=""):
        """Bring the cover back from today; our duties move on by the pause.

        :param reason: why, in the words of who decided it.
        """
        self._update_state("active", allowed=("suspended",))
        self._end_suspensions(reason)
        self._after_succession_change()

    def _end_suspensions(self, reason=""):
        suspended = self.sudo().suspension_ids.filtered(lambda line: not line.date_end)
        suspended.write({"date_end": self._cap_today(), "end_reason": reason})
