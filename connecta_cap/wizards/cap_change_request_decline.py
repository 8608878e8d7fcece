from odoo import fields, models


class CapChangeRequestDecline(models.TransientModel):
    """Asks why a change request is declined: the client reads the reason."""

    _name = "cap.change.request.decline"
    _description = "Decline of a change request"

    request_id = fields.Many2one(
        "cap.change.request", required=True, readonly=True, ondelete="cascade"
    )
    reason = fields.Text(required=True)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Decline the request and tell the client why.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self.request_id._set_declined(self.reason)
        return {"type": "ir.actions.act_window_close"}
