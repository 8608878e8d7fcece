from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..const import PANEL_TICKETS


class CapTicketPanelMixin(models.AbstractModel):
    """Who asks: contact, client, cover and what else the client waits for."""

    _name = "cap.ticket.panel.mixin"
    _inherit = ["cap.ticket.identify.mixin"]
    _description = "Client panel of a ticket"

    # === BUSINESS METHODS === #

    @api.readonly
    def get_client_panel(self):
        """Return what the client panel of this ticket shows, as plain JSON.

        :return: dict of `client`, `contact`, `cover` and `tickets`; `client` and
            `cover` are None as long as they are not known.
        :raises AccessError: for clients, and whoever does not see the ticket.
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user._is_internal():
            raise AccessError(
                self.env._(
                    "This is for our staff. Your own page is %(page)s.",
                    page=self.access_url,
                )
            )
        known = self.sudo()
        client, contact = known.commercial_partner_id, known.partner_id
        (client | contact).fetch(["name", "email", "phone"])
        return {
            "client": {"id": client.id, "name": client.name} if client else None,
            "contact": {
                "name": contact.name or known._name_sender(),
                "email": contact.email or known.sender_email or "",
                "phone": known.callback_phone or contact.phone or client.phone or "",
            },
            "cover": known.subscription_id._prepare_panel()
            if known.subscription_id
            else None,
            "tickets": self._prepare_panel_tickets(client),
        }

    def _prepare_panel_tickets(self, client):
        """Return the other open tickets of the client: the latest, and how many."""
        tickets = self.browse()
        total = 0
        if client:
            domain = (
                Domain("commercial_partner_id", "=", client.id)
                & Domain("is_closed", "=", False)
                & Domain("id", "!=", self.id)
            )
            tickets = self.search(domain, order="id desc", limit=PANEL_TICKETS + 1)
            total = len(tickets)
            if total > PANEL_TICKETS:
                total = self.search_count(domain)
        return {
            "total": total,
            "rows": [
                {
                    "id": ticket.id,
                    "number": ticket.number,
                    "name": ticket.name,
                    "priority": ticket.priority or "",
                    "stage": ticket.stage_id.sudo().name or "",
                }
                for ticket in tickets[:PANEL_TICKETS]
            ],
        }
