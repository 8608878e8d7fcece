from odoo import fields, models


class CapTrainingCorrect(models.TransientModel):
    """Adds training hours to a grant or takes some away, with a reason."""

    _name = "cap.training.correct"
    _description = "Correct training hours"

    lot_id = fields.Many2one("cap.training.lot", "Hours", required=True, readonly=True)
    available = fields.Float(related="lot_id.available")
    expires_on = fields.Date(related="lot_id.expires_on")
    hours = fields.Float(
        "Hours to add", required=True, help="Less than zero takes hours away."
    )
    reason = fields.Char(required=True, help="The client reads it in its statement.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Record the correction as a row of its own.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self.env["cap.training.credit"]._correct(self.lot_id, self.hours, self.reason)
        return {"type": "ir.actions.act_window_close"}
