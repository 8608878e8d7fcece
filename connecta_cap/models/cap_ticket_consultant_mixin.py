from odoo import api, models
from odoo.fields import Domain

from ..const import CONSULTANT


class CapTicketConsultantMixin(models.AbstractModel):
    """The consultant's part in a client's tickets: follows them, takes the advice.

    Everything asks the subscription who acts today; without the entitlement that is
    nobody, and nothing happens.
    """

    _name = "cap.ticket.consultant.mixin"
    _inherit = ["cap.ticket.scope.mixin"]
    _description = "A consultant's tickets"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        # an assessment, or a person who corrects it, says that it is advice
        if vals.get("ticket_type") == "advice" and "user_id" not in vals:
            self._assign_advice()
        return result

    # === BUSINESS METHODS === #

    @api.model
    def _get_advice_domain(self):
        """Return the domain of advice, by its type or by what the client asks for."""
        return Domain("ticket_type", "=", "advice") | (
            Domain("ticket_type", "=", False) & Domain("requested_type", "=", "advice")
        )

    def _receive(self):
        result = super()._receive()
        for subscription, tickets in self.sudo().grouped("subscription_id").items():
            given = tickets.tier_id._get_codes_on(self._cap_today())
            if subscription and CONSULTANT in given:
                followers = subscription._get_ticket_followers()
                tickets.message_subscribe(followers.ids)
        asked = self.filtered(
            lambda ticket: (
                (ticket.ticket_type or ticket.requested_type) == "advice"
                and not ticket.user_id
            )
        )
        asked._assign_advice()
        return result

    def _assign_advice(self):
        """Give Connecta Advice to the consultant of today, if the client has one."""
        for subscription, tickets in self.sudo().grouped("subscription_id").items():
            consultant = subscription and subscription._get_acting_consultant()
            if consultant:
                tickets.user_id = consultant
