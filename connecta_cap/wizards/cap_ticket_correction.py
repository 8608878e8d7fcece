from odoo import fields, models


class CapTicketCorrection(models.TransientModel):
    """Asks why an earlier view of a ticket is put right."""

    _name = "cap.ticket.correction"
    _description = "Correction of a ticket"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="cascade"
    )
    kind = fields.Selection(
        [("inside", "Not outside CAP after all"), ("reclassify", "No emergency")],
        required=True,
        readonly=True,
    )
    reason = fields.Char("Why", required=True, help="The client reads this.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Put it right, and tell the client why.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        if self.kind == "inside":
            self.ticket_id.action_set_inside(self.reason)
        else:
            self.ticket_id.action_reclassify(self.reason)
        return {"type": "ir.actions.act_window_close"}
