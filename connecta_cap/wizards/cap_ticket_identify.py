from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.mail import parse_contact_from_email


class CapTicketIdentify(models.TransientModel):
    """Links a request of an unknown sender to a client: a contact is chosen or made."""

    _name = "cap.ticket.identify"
    _description = "Link a ticket to a client"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, ondelete="cascade"
    )
    email_from = fields.Char(related="ticket_id.email_from")
    candidate_ids = fields.Many2many(related="ticket_id.candidate_ids")
    client_id = fields.Many2one(
        "res.partner",
        required=True,
        compute="_compute_client_id",
        store=True,
        readonly=False,
        domain="[('parent_id', '=', False)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        domain="[('id', 'child_of', client_id)]",
        help="Leave it empty to make a new contact with the address of the mail.",
    )
    contact_name = fields.Char(
        "New contact", compute="_compute_contact_name", store=True, readonly=False
    )
    cover = fields.Char(compute="_compute_cover")

    # === COMPUTE METHODS === #

    @api.depends("ticket_id")
    def _compute_client_id(self):
        for wizard in self:
            clients = wizard.candidate_ids.commercial_partner_id
            wizard.client_id = clients if len(clients) == 1 else False

    @api.depends("client_id")
    def _compute_contact_id(self):
        for wizard in self:
            own = wizard.candidate_ids.filtered(
                lambda one, client=wizard.client_id: one.commercial_partner_id == client
            )
            wizard.contact_id = own[:1]

    @api.depends("ticket_id")
    def _compute_contact_name(self):
        for wizard in self:
            name, address = parse_contact_from_email(wizard.email_from or "")
            wizard.contact_name = name or address

    @api.depends("client_id", "ticket_id")
    def _compute_cover(self):
        for wizard in self:
            wizard.cover = wizard._word_cover() if wizard.client_id else ""

    def _word_cover(self):
        """Return what the link promises, before it is made."""
        ticket = self.ticket_id
        client = self.client_id.commercial_partner_id
        company = ticket._get_serving_company(client, ticket.company_id)
        found = ticket._find_live_subscriptions(client, company)
        tier = found._tier_on(ticket._cap_date_of(ticket.sla_start))
        if found.state != "active" or not tier:
            return self.env._("No active cover: nothing is promised for this ticket.")
        return self.env._(
            "%(tier)s: the promise counts from %(moment)s, when the mail arrived.",
            tier=tier.name,
            moment=ticket._word_moment(ticket.sla_start),
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("client_id", "contact_id")
    def _check_contact(self):
        for wizard in self:
            contact = wizard.contact_id
            client = wizard.client_id.commercial_partner_id
            if contact and contact.commercial_partner_id != client:
                raise ValidationError(
                    self.env._(
                        "%(contact)s is not a contact of %(client)s. Choose another "
                        "contact, or none to make a new one.",
                        contact=contact.display_name,
                        client=client.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Link the ticket to the client, and start what is promised."""
        self.ensure_one()
        self.ticket_id.check_access("write")
        self.ticket_id._identify(self.contact_id or self._create_contact())
        return {"type": "ir.actions.act_window_close"}

    def _create_contact(self):
        """Return a new contact of the client, with the address of the mail."""
        name = " ".join((self.contact_name or "").split())
        if not name:
            raise UserError(
                self.env._("Choose a contact of the client, or name a new one.")
            )
        # agents need no right to change contacts for this one thing
        partners = self.env["res.partner"].sudo()
        return partners.create(
            {
                "name": name,
                "parent_id": self.client_id.commercial_partner_id.id,
                "email": self.ticket_id.sender_email,
            }
        )
