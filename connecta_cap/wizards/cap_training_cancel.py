from odoo import api, fields, models


class CapTrainingCancel(models.TransientModel):
    """Ends a session that does not take place, and says what becomes of its hours."""

    _name = "cap.training.cancel"
    _description = "Cancel a training session"

    session_id = fields.Many2one(
        "cap.training.session", required=True, ondelete="cascade"
    )
    hours = fields.Float(related="session_id.hours")
    cancel_until = fields.Datetime(related="session_id.cancel_until")
    who = fields.Selection(
        [
            ("ours", "We cancel"),
            ("client", "The client cancels"),
            ("nobody", "Nobody came"),
        ],
        "What happened",
        required=True,
        default="ours",
        help="Whether the hours return depends on it: what we cancel costs none.",
    )
    reason = fields.Char(required=True, help="Both sides read it.")
    waive = fields.Boolean(
        "Return the hours all the same", help="Your decision, with the reason above."
    )
    is_lost = fields.Boolean(compute="_compute_is_lost")

    # === COMPUTE METHODS === #

    @api.depends("who", "session_id")
    def _compute_is_lost(self):
        for wizard in self:
            late = wizard.session_id._is_too_late_to_cancel()
            wizard.is_lost = wizard.who == "nobody" or (wizard.who == "client" and late)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Cancel the session or record that nobody came.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        waive = self.waive and self.is_lost
        if self.who == "nobody":
            self.session_id._set_no_show(self.reason, waive)
        else:
            by_client = self.who == "client"
            self.session_id._set_cancelled(self.reason, by_client, waive)
        return {"type": "ir.actions.act_window_close"}
