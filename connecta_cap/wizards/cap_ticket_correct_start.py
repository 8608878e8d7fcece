from odoo import api, fields, models


class CapTicketCorrectStart(models.TransientModel):
    """Asks when a client called whose ticket was filed later, and why it was."""

    _name = "cap.ticket.correct.start"
    _description = "Correct the start of a call"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="cascade"
    )
    noted_at = fields.Datetime("Noted", related="ticket_id.sla_start")
    start = fields.Datetime("The client called on", required=True)
    reason = fields.Char("Why it was filed late", required=True)
    preview = fields.Char("Then", compute="_compute_preview")

    # === COMPUTE METHODS === #

    @api.depends("ticket_id", "start")
    def _compute_preview(self):
        for wizard in self:
            ticket, start = wizard.ticket_id, wizard.start
            is_earlier = start and ticket and start < ticket.sla_start
            wizard.preview = wizard._word_preview() if is_earlier else False

    # === ACTION METHODS === #

    def action_confirm(self):
        """Move the start of the clock.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self.ticket_id.action_correct_start(self.start, self.reason)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _word_preview(self):
        """Return what becomes of the promise, before the start is moved."""
        ticket = self.ticket_id
        vals = ticket._prepare_start_vals(self.start)
        if not vals:
            return self.env._("Nothing is promised: only the start moves.")
        deadline = vals["sla_deadline"]
        words = ticket._explain_deadline(self.start, deadline, vals["sla_terms"])
        judged_at = ticket.priority_assigned_at or ticket._cap_now()
        if ticket.sla_state == "breached" or judged_at >= deadline:
            return self.env._("%(words)s. The promise is broken.", words=words)
        return self.env._("%(words)s.", words=words)
