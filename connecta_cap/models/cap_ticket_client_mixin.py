from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import LIVE_STATES


class CapTicketClientMixin(models.AbstractModel):
    """Whose request it is: contact, client and the subscription that covers it.

    The client is who was known first. A contact who changes employer takes no ticket
    along, and no ticket is handed to another client with its history.
    """

    _name = "cap.ticket.client.mixin"
    _inherit = ["cap.guarded.mixin"]
    _description = "Client of a request"

    partner_id = fields.Many2one(
        "res.partner", "Contact", index=True, tracking=True, ondelete="restrict"
    )
    commercial_partner_id = fields.Many2one(
        "res.partner",
        "Client",
        compute="_compute_commercial_partner_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    subscription_id = fields.Many2one(
        "cap.subscription",
        compute="_compute_subscription_id",
        store=True,
        precompute=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    _client_idx = models.Index("(commercial_partner_id, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "subscription_id")
    def _compute_commercial_partner_id(self):
        for ticket in self:
            ticket.commercial_partner_id = (
                ticket._get_client() or ticket.subscription_id.sudo().partner_id
            )

    @api.depends("partner_id", "company_id")
    def _compute_subscription_id(self):
        found = self._find_live_subscriptions(
            self.env["res.partner"].union(*(ticket._get_client() for ticket in self)),
            self.company_id,
        )
        by_client = {
            (subscription.partner_id, subscription.company_id): subscription
            for subscription in found
        }
        for ticket in self:
            client = ticket._get_client()
            ticket.subscription_id = by_client.get((client, ticket.company_id))

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "subscription_id", "company_id")
    def _check_same_client(self):
        for ticket in self.sudo():
            subscription = ticket.subscription_id
            if subscription and (
                subscription.partner_id != ticket.commercial_partner_id
                or subscription.company_id != ticket.company_id
            ):
                raise ValidationError(
                    self.env._(
                        "%(ticket)s is for %(client)s, but its subscription belongs to "
                        "%(other)s. Choose a contact of the same client.",
                        ticket=ticket.display_name,
                        client=ticket.commercial_partner_id.display_name,
                        other=subscription.display_name,
                    )
                )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"commercial_partner_id"}

    def write(self, vals):
        if "partner_id" in vals:
            self._check_client_kept(vals["partner_id"])
        return super().write(vals)

    def _check_client_kept(self, partner_id):
        """Refuse to hand a ticket to another client: its history would go along."""
        contact = self.env["res.partner"].browse(partner_id)
        for ticket in self:
            known = ticket.commercial_partner_id
            is_kept = contact == ticket.partner_id
            if known and known != contact.commercial_partner_id and not is_kept:
                raise UserError(
                    self.env._(
                        "%(ticket)s belongs to %(client)s and cannot be moved to "
                        "another client. Create a new ticket for that client instead.",
                        ticket=ticket.display_name,
                        client=known.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    def _get_client(self):
        """Return whose request it is: who was known first, or the contact's client.

        A contact who has moved to another client since leaves the ticket behind.
        """
        self.ensure_one()
        return (
            self._origin.commercial_partner_id or self.partner_id.commercial_partner_id
        )

    @api.model
    def _get_serving_company(self, client, company):
        """Return the company that covers a client, `company` when there is no other.

        :param client: commercial partner, may be empty.
        :param company: `res.company`, preferred among those that cover the client.
        """
        return self._find_cover(client, company).company_id or company

    @api.model
    def _find_cover(self, client, company):
        """Return the subscription that says most about a client, empty without one.

        :param client: commercial partner, may be empty.
        :param company: `res.company`, preferred among those that cover the client.
        """
        subscriptions = self.env["cap.subscription"].sudo()
        if client:
            subscriptions = subscriptions.search_fetch([("partner_id", "=", client.id)])
        best = subscriptions.sorted(
            lambda subscription: (
                subscription.state != "active",
                subscription.state not in LIVE_STATES,
                subscription.company_id != company,
                -subscription.id,
            )
        )
        return best[:1]

    @api.model
    def _find_live_subscriptions(self, clients, companies):
        """Return the live subscriptions of some clients in some companies.

        :param clients: commercial partners.
        :param companies: `res.company` records.
        """
        # who found it a moment ago hands it over: a client has one live one a company
        known = self.env.context.get("cap_cover")
        if (
            isinstance(known, self.pool["cap.subscription"])
            and known.state in LIVE_STATES
            and (known.partner_id, known.company_id) == (clients, companies)
        ):
            return known
        return (
            self.env["cap.subscription"]
            .sudo()
            .search(
                Domain("partner_id", "in", clients.ids)
                & Domain("company_id", "in", companies.ids)
                & Domain("state", "in", LIVE_STATES)
            )
        )
