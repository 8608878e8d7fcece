from odoo import api, fields, models

from ..const import PRIORITY_LINE


class CapSubscription(models.Model):
    """One client organisation's cover: which tier it has on which day, and its people.

    The tier is never written here: it follows from the dated periods, so that the
    answer for any day in the past or the future is as exact as the one for today.
    """

    _name = "cap.subscription"
    _inherit = [
        "cap.subscription.health.mixin",
        "cap.subscription.panel.mixin",
        "cap.subscription.health.check.mixin",
        "cap.subscription.training.mixin",
        "cap.subscription.reminder.mixin",
        "cap.subscription.consultant.card.mixin",
        "cap.subscription.notice.mixin",
        "cap.subscription.portal.mixin",
        "cap.subscription.billing.mixin",
        "cap.subscription.change.mixin",
        "cap.subscription.fair.use.portal.mixin",
        "cap.subscription.dashboard.mixin",
        "cap.subscription.report.mixin",
        "cap.subscription.audit.mixin",
        "cap.subscription.documents.mixin",
        "mail.activity.mixin",
    ]
    _description = "CAP Subscription"
    _order = "state, name, id"
    _rec_names_search = ["name", "partner_id.name"]

    # client
    name = fields.Char(
        "Reference", required=True, readonly=True, copy=False, default="/", index=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Client",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('parent_id', '=', False)]",
        help="The client organisation. A contact of it is replaced by its company.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    active = fields.Boolean(default=True)

    # people
    account_manager_id = fields.Many2one(
        "res.users",
        tracking=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Gets what the client is told, and hears of what is to lapse or to renew.",
    )

    # tickets
    ticket_ids = fields.One2many("cap.ticket", "subscription_id", "Tickets")
    ticket_count = fields.Integer(compute="_compute_ticket_counts")
    open_ticket_count = fields.Integer(compute="_compute_ticket_counts")

    _live_unique = models.UniqueIndex(
        "(partner_id, company_id) WHERE state IN ('active', 'suspended')",
        "This client has a live subscription already: change its tier instead of "
        "activating a second one.",
    )

    # === COMPUTE METHODS === #

    def _compute_ticket_counts(self):
        counts = {}
        for subscription, closed, count in self.env["cap.ticket"]._read_group(
            [("subscription_id", "in", self.ids)],
            ["subscription_id", "is_closed"],
            ["__count"],
        ):
            counts[subscription.id, closed] = count
        for subscription in self:
            open_count = counts.get((subscription.id, False), 0)
            subscription.open_ticket_count = open_count
            subscription.ticket_count = open_count + counts.get(
                (subscription.id, True), 0
            )

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for subscription in self:
            client = subscription.sudo().partner_id.name or ""
            subscription.display_name = f"{subscription.name} {client}".strip()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code("cap.subscription")
            self._use_commercial_partner(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._use_commercial_partner(vals)
        return super().write(vals)

    def _use_commercial_partner(self, vals):
        if vals.get("partner_id"):
            partner = self.env["res.partner"].browse(vals["partner_id"])
            vals["partner_id"] = partner.commercial_partner_id.id

    # === ACTION METHODS === #

    def action_change_tier(self):
        """Open the wizard that shows what another tier would change.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_subscription_change_tier_action"
        )
        return action | {"context": {"default_subscription_id": self.id}}

    def action_view_tickets(self):
        """Open this client's tickets.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_ticket_action"
        )
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }

    # === BUSINESS METHODS === #

    def _after_succession_change(self):
        result = super()._after_succession_change()
        self._refresh_open_tickets()
        return result

    def _refresh_open_tickets(self):
        """Let open tickets follow today's tier where the program says so.

        Only the priority line follows; deadlines are frozen terms and never move.
        """
        for subscription in self:
            has_line = subscription._entitled(PRIORITY_LINE)
            subscription.ticket_ids.filtered(
                lambda ticket: not ticket.is_closed
            )._guarded_write({"priority_line": has_line})
