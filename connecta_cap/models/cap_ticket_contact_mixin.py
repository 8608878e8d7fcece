from odoo import api, models
from odoo.fields import Domain


class CapTicketContactMixin(models.AbstractModel):
    """The contact of a ticket follows it, however it came in and whoever filed it.

    So answers, the assessment and reminders reach who asked; somebody else who becomes
    the contact follows from then on.
    """

    _name = "cap.ticket.contact.mixin"
    _inherit = ["cap.ticket.notice.mixin"]
    _description = "The contact follows the ticket"

    # === CRUD METHODS === #

    def write(self, vals):
        if "partner_id" not in vals:
            return super().write(vals)
        before = {ticket: ticket.sudo().partner_id for ticket in self}
        result = super().write(vals)
        changed = self.filtered(lambda one: one.sudo().partner_id != before[one])
        changed._follow_as_contact()
        for ticket in changed:
            # who works for another client by now is told nothing more
            former = before[ticket]
            if former and not ticket.sudo()._is_insider(former):
                ticket.sudo().message_unsubscribe(former.ids)
        return result

    # === BUSINESS METHODS === #

    def _receive(self):
        result = super()._receive()
        self._follow_as_contact()
        return result

    @api.model
    def _unfollow_former(self, partner, client):
        """Stop telling somebody who has left a client about its tickets.

        :param partner: who has left, with its own contacts.
        :param client: commercial partner.
        """
        partners = partner.sudo().with_context(active_test=False)
        people = partners.search([("id", "child_of", partner.ids)])
        people = people.filtered("partner_share")
        tickets = self.sudo().with_context(active_test=False)
        followed = tickets.search(
            Domain("commercial_partner_id", "=", client.id)
            & Domain("message_partner_ids", "in", people.ids)
        )
        followed.message_unsubscribe(people.ids)

    def _follow_as_contact(self):
        """Let contacts follow their tickets, if they do not yet.

        What the core would look up about the contact is known already.
        """
        lacking = self.sudo().filtered(
            lambda one: one.partner_id not in one.message_follower_ids.partner_id
        )
        for contact, tickets in lacking.grouped("partner_id").items():
            if contact.active:
                tickets._message_subscribe(
                    contact.ids, customer_ids=contact.filtered("partner_share").ids
                )
