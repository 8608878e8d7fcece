from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..const import (
    AREAS,
    CHANNELS,
    LIVE_STATES,
    PRIORITY_LINE,
    PRIORITY_RESPONSE,
    STAGE_KINDS,
    TICKET_TYPES,
    URGENCIES,
)


class CapTicket(models.Model):
    """A client's request, from receipt over the assessment to its closing.

    What was promised is in `cap.sla.mixin`, who may assess in `cap.assessment.mixin`,
    and what a client sees and does in `cap.ticket.portal.mixin`.
    """

    _name = "cap.ticket"
    _inherit = [
        "cap.assessment.mixin",
        "cap.ticket.portal.mixin",
        "mail.thread.cc",
        "mail.activity.mixin",
    ]
    _description = "CAP Ticket"
    _order = "is_emergency desc, sla_deadline, priority_line desc, id desc"
    _rec_names_search = ["number", "name", "partner_id.name"]
    _mail_post_access = "read"
    _mail_flat_thread = False

    # request
    number = fields.Char(readonly=True, copy=False, required=True, default="/")
    name = fields.Char("Subject", required=True, tracking=True, index="trigram")
    description = fields.Text()
    area = fields.Selection(AREAS, "Concerns", default="other", required=True)
    requested_urgency = fields.Selection(
        URGENCIES,
        default="2",
        required=True,
        help="How urgent the client finds it. It informs the assessment and never "
        "replaces it.",
    )
    ticket_type = fields.Selection(TICKET_TYPES, "Type", tracking=True)
    channel = fields.Selection(CHANNELS, default="agent", required=True)
    is_emergency = fields.Boolean(
        "Emergency",
        tracking=True,
        help="An incident that blocks a core business process.",
    )
    tag_ids = fields.Many2many("cap.ticket.tag", string="Tags")
    origin_ticket_id = fields.Many2one(
        "cap.ticket", "Follows up on", index="btree_not_null", ondelete="set null"
    )

    # client; frozen when the request comes in, so that a contact who changes employer
    # takes no tickets along
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
    tier_id = fields.Many2one(
        "cap.tier",
        "Tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The client's tier when the request came in.",
    )
    priority_line = fields.Boolean(
        readonly=True, copy=False, help="Goes first among equal deadlines."
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    # work
    team_id = fields.Many2one(
        "cap.team",
        index=True,
        tracking=True,
        default=lambda self: self.env["cap.team"]._get_default_team(self.env.company),
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        "Assigned to",
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    stage_id = fields.Many2one(
        "cap.ticket.stage",
        tracking=True,
        index=True,
        copy=False,
        default=lambda self: self.env["cap.ticket.stage"]._get_first("new"),
        group_expand="_read_group_expand_full",
        ondelete="restrict",
    )
    stage_kind = fields.Selection(
        STAGE_KINDS, compute="_compute_stage_kind", store=True, precompute=True
    )
    is_closed = fields.Boolean(
        compute="_compute_stage_kind", store=True, precompute=True
    )
    closed_at = fields.Datetime(readonly=True, copy=False)
    sla_event_ids = fields.One2many(
        "cap.sla.event", "ticket_id", "SLA ledger", readonly=True
    )

    _number_unique = models.UniqueIndex("(number)", "This ticket number is in use.")
    _unassessed_idx = models.Index(
        "(is_emergency DESC, sla_deadline, priority_line DESC, id DESC) "
        "WHERE priority IS NULL"
    )
    _client_idx = models.Index("(commercial_partner_id, id DESC)")

    # === COMPUTE METHODS === #

    @api.depends("number", "name")
    def _compute_display_name(self):
        for ticket in self:
            ticket.display_name = f"{ticket.number} {ticket.name or ''}".strip()

    @api.depends("partner_id")
    def _compute_commercial_partner_id(self):
        for ticket in self:
            ticket.commercial_partner_id = ticket.partner_id.commercial_partner_id

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

    @api.depends("stage_id.kind")
    def _compute_stage_kind(self):
        for ticket in self:
            ticket.stage_kind = ticket.stage_id.kind
            ticket.is_closed = ticket.stage_id.kind == "closed"

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
        if "stage_id" in vals:
            self._check_stage_change(vals["stage_id"])
        if "partner_id" in vals:
            self._check_client_kept(vals["partner_id"])
        return super().write(vals)

    def _check_stage_change(self, stage_id):
        """Refuse that staff closes what nobody has assessed, and date a closing."""
        kind = self.env["cap.ticket.stage"].browse(stage_id).kind
        closing = self.filtered(lambda ticket: not ticket.is_closed)
        if kind != "closed":
            self.filtered("is_closed")._guarded_write({"closed_at": False})
            return
        for ticket in closing:
            if ticket._is_unassessed() and not self.env.su:
                raise UserError(
                    self.env._(
                        "%(ticket)s has no priority yet. Assess it before you close it: "
                        "its clock is still running.",
                        ticket=ticket.display_name,
                    )
                )
        closing._guarded_write({"closed_at": self._cap_now()})

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

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "A ticket is never deleted: its promise is on record. Close it, or "
                "archive what should be out of sight."
            )
        )

    # === ACTION METHODS === #

    def action_assign_to_me(self):
        """Take the tickets on; one that is somebody's already is left to them."""
        self.filtered(lambda ticket: not ticket.user_id).user_id = self.env.user
        return True

    def action_close(self):
        """Close assessed tickets."""
        self._set_closed(None)
        return True

    def action_reopen(self):
        """Bring closed tickets back to work."""
        self._set_reopened(None)
        return True

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

    def _prepare_assessed_vals(self):
        # a new ticket has been looked at: it moves on by itself
        stage = self.env["cap.ticket.stage"]._get_first("open")
        if self.stage_kind == "new" and stage:
            return {"stage_id": stage.id}
        return {}

    def _set_closed(self, note):
        self._set_stage("closed", note)

    def _set_reopened(self, note):
        self._set_stage("new" if self._is_unassessed() else "open", note)

    def _set_stage(self, kind, note):
        """Move to the first stage of a kind.

        :param note: what the conversation should say about it, None for nothing.
        """
        self.stage_id = self.env["cap.ticket.stage"]._get_first(kind)
        for ticket in self if note else ():
            ticket.message_post(body=note, subtype_xmlid="mail.mt_comment")

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

    def _tell_received(self):
        """Follow the ticket as its contact and confirm the receipt to the client."""
        for ticket in self:
            ticket.message_subscribe(partner_ids=ticket.partner_id.ids)
