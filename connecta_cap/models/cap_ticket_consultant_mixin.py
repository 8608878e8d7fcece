from odoo import models


class CapTicketConsultantMixin(models.AbstractModel):
    """The consultant's part in a client's tickets: follows them, takes the advice.

    Everything asks the subscription who acts today; without the entitlement that is
    nobody, and nothing happens.
    """

    _name = "cap.ticket.consultant.mixin"
    _inherit = ["cap.ticket.intake.mixin"]
    _description = "A consultant's tickets"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        # an assessment, or a person who corrects it, says that it is advice
        if vals.get("ticket_type") == "advice" and "user_id" not in vals:
            self._assign_advice()
        return result

    # === BUSINESS METHODS === #

    def _receive(self):
        result = super()._receive()
        for subscription, tickets in self.sudo().grouped("subscription_id").items():
            if subscription:
                followers = subscription._get_ticket_followers()
                tickets.message_subscribe(followers.ids)
        asked = self.filtered(
            lambda ticket: ticket.ticket_type == "advice" and not ticket.user_id
        )
        asked._assign_advice()
        return result

    def _assign_advice(self):
        """Give Connecta Advice to the consultant of today, if the client has one."""
        for subscription, tickets in self.sudo().grouped("subscription_id").items():
            consultant = subscription and subscription._get_acting_consultant()
            if consultant:
                tickets.user_id = consultant
