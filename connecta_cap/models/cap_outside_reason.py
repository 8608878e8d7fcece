from odoo import fields, models


class CapOutsideReason(models.Model):
    """Why a request is not what the program is for, and where the client can go.

    "CAP focuses on Connecta's integration layer": a polite no with a way onward is an
    answer too. Leads word it; an agent may change the words for a single client.
    """

    _name = "cap.outside.reason"
    _description = "CAP Outside Reason"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    answer = fields.Text(
        required=True,
        translate=True,
        help="Why it is outside the program, in words that the client reads.",
    )
    onward = fields.Text(
        "Way onward",
        required=True,
        translate=True,
        help="Who helps then: Connecta Advice, or a quotation.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    ticket_count = fields.Integer("Tickets", compute="_compute_ticket_count")

    # === COMPUTE METHODS === #

    def _compute_ticket_count(self):
        counts = dict(
            self.env["cap.ticket"]._read_group(
                [("outside_reason_id", "in", self.ids)],
                ["outside_reason_id"],
                ["__count"],
            )
        )
        for reason in self:
            reason.ticket_count = counts.get(reason, 0)

    # === ACTION METHODS === #

    def action_view_tickets(self):
        """Open the tickets that got this answer.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_ticket_action"
        )
        return action | {"domain": [("outside_reason_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _word_answer(self):
        """Return the answer with the way onward, in the language of the context."""
        self.ensure_one()
        return f"{self.answer} {self.onward}"
