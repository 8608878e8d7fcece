from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import CHANNELS, LIVE_STATES, PRIORITY_LINE, PRIORITY_RESPONSE


class CapTicketIntakeMixin(models.AbstractModel):
    """How a request comes in: whose it is, what was promised to them, who is told.

    Client, subscription and tier are frozen on receipt: a contact who changes employer
    takes no tickets along, and a later change of tier moves no deadline.
    """

    _name = "cap.ticket.intake.mixin"
    _inherit = ["cap.sla.mixin", "mail.thread.cc"]
    _description = "Intake of a request"

    number = fields.Char(readonly=True, copy=False, required=True, default="/")
    channel = fields.Selection(CHANNELS, default="agent", required=True)

    # client
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
    subscription_state = fields.Selection(related="subscription_id.state")
    open_ticket_count = fields.Integer(
        related="subscription_id.open_ticket_count", string="Open tickets"
    )
    tier_id = fields.Many2one(
        "cap.tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The client's tier when the request came in.",
    )
    cover_html = fields.Html(related="tier_id.cover_html", string="Client's cover")
    priority_line = fields.Boolean(
        readonly=True, copy=False, help="Goes first among equal deadlines."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    team_id = fields.Many2one(
        "cap.team",
        index=True,
        tracking=True,
        default=lambda self: self.env["cap.team"]._get_default_team(self.env.company),
        ondelete="restrict",
    )

    _number_unique = models.UniqueIndex("(number)", "This ticket number is in use.")
    _client_idx = models.Index("(commercial_partner_id, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("partner_id", "subscription_id")
    def _compute_commercial_partner_id(self):
        for ticket in self:
            contact = ticket.partner_id or ticket.subscription_id.sudo().partner_id
            ticket.commercial_partner_id = contact.commercial_partner_id

    @api.depends("partner_id", "company_id")
    def _compute_subscription_id(self):
        found = self._find_live_subscriptions(
            self.partner_id.commercial_partner_id, self.company_id
        )
        by_client = {
            (subscription.partner_id, subscription.company_id): subscription
            for subscription in found
        }
        for ticket in self:
            client = ticket.partner_id.commercial_partner_id
            ticket.subscription_id = by_client.get((client, ticket.company_id))

    # === CONSTRAINT METHODS === #

    @api.constrains("partner_id", "subscription_id", "company_id", "team_id")
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
        return super()._get_guarded_fields() | {"commercial_partner_id", "tier_id"}

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        teams = self.env["cap.team"].sudo()
        for vals in vals_list:
            vals["number"] = sequence.next_by_code("cap.ticket")
            if vals.get("team_id") and "company_id" not in vals:
                vals["company_id"] = teams.browse(vals["team_id"]).company_id.id
        tickets = super().create(vals_list)
        tickets._receive()
        return tickets

    def write(self, vals):
        if "partner_id" in vals:
            self._check_client_kept(vals["partner_id"])
        return super().write(vals)

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        # a mail alias can carry defaults; none of them may stop the clock
        guarded = self._get_guarded_fields()
        values = {
            name: value
            for name, value in (custom_values or {}).items()
            if name not in guarded
        }
        sender = self._partner_find_from_emails_single(
            [msg_dict.get("email_from") or ""], no_create=True
        )
        values |= {"channel": "email", "partner_id": sender.id}
        return super().message_new(msg_dict, values)

    def _check_client_kept(self, partner_id):
        """Refuse to hand a ticket to another client: its history would go along."""
        client = self.env["res.partner"].browse(partner_id).commercial_partner_id
        for ticket in self:
            known = ticket.commercial_partner_id
            if known and known != client:
                raise UserError(
                    self.env._(
                        "%(ticket)s belongs to %(client)s and cannot be moved to "
                        "another client. Create a new ticket for that client instead.",
                        ticket=ticket.display_name,
                        client=known.display_name,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _find_live_subscriptions(self, clients, companies):
        """Return the live subscriptions of some clients in some companies.

        :param clients: commercial partners.
        :param companies: `res.company` records.
        """
        return (
            self.env["cap.subscription"]
            .sudo()
            .search(
                Domain("partner_id", "in", clients.ids)
                & Domain("company_id", "in", companies.ids)
                & Domain("state", "in", LIVE_STATES)
            )
        )

    def _receive(self):
        """Start the clock of new tickets and see that uncovered ones are noticed."""
        now = self._cap_now()
        self._guarded_write({"sla_start": now})
        today = self.env["cap.subscription"]._cap_date_of(now)
        for subscription, tickets in self.grouped("subscription_id").items():
            tier = subscription.sudo()._tier_on(today)
            tickets._guarded_write(
                {"tier_id": tier.id, "priority_line": tier._gives(PRIORITY_LINE)}
            )
        self._start_clocks()
        self.filtered(lambda ticket: ticket.sla_state == "none")._tell_uncovered()

    def _get_sla_scope(self):
        self.ensure_one()
        team = self.team_id.sudo()
        subscription = self.subscription_id.sudo()
        line = self.tier_id.sudo()._get_entitlement(PRIORITY_RESPONSE)
        if subscription.state != "active" or not line or not team:
            return 0, self.env["resource.calendar"]
        return line.quantity, team.calendar_id

    def _tell_uncovered(self):
        """Ask the account manager, else the team lead, to look at uncovered tickets."""
        for ticket in self:
            team = ticket.team_id.sudo()
            manager = ticket.subscription_id.sudo().account_manager_id
            responsible = manager or team.lead_id or team.member_ids[:1]
            if responsible:
                ticket.sudo().activity_schedule(
                    "connecta_cap.mail_activity_type_uncovered",
                    user_id=responsible.id,
                    summary=self.env._("Ticket without cover"),
                )
