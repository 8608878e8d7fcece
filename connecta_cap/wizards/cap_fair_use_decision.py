from odoo import fields, models


class CapFairUseDecision(models.TransientModel):
    """Asks why a review of fair use waits, or why nothing is suggested."""

    _name = "cap.fair.use.decision"
    _description = "Decision on a fair use review"

    review_id = fields.Many2one(
        "cap.fair.use.review", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("snooze", "Snooze"), ("dismiss", "Dismiss")], required=True, readonly=True
    )
    until = fields.Date()
    reason = fields.Char("Why", required=True)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Snooze or dismiss the review.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        if self.kind == "snooze":
            self.review_id._set_snoozed(self.until, self.reason)
        else:
            self.review_id._set_dismissed(self.reason)
        return {"type": "ir.actions.act_window_close"}
