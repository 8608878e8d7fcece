from odoo import api, fields, models


class CapTicketOutside(models.TransientModel):
    """Asks for the reason why a request is outside the program, and for the answer."""

    _name = "cap.ticket.outside"
    _description = "A ticket outside the program"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="cascade"
    )
    reason_id = fields.Many2one("cap.outside.reason", required=True)
    answer = fields.Text(
        "What the client reads",
        compute="_compute_answer",
        store=True,
        readonly=False,
        required=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("reason_id")
    def _compute_answer(self):
        for wizard in self:
            lang = wizard.ticket_id.sudo().partner_id.lang
            reason = wizard.reason_id.with_context(lang=lang or self.env.lang)
            wizard.answer = reason and reason._word_answer()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Send the answer, and keep the reason on the ticket.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self.ticket_id.action_set_outside(self.reason_id.id, self.answer)
        return {"type": "ir.actions.act_window_close"}
