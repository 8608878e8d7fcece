from odoo import api, fields, models
from odoo.exceptions import UserError

from ..const import LIVE_STATES, PRIORITY_LINE, SUBSCRIPTION_STATES


class CapSubscription(models.Model):
    """One client organisation's cover: which tier it has on which day, and its people.

    The tier is never written here: it follows from the dated periods, so that the
    answer for any day in the past or the future is as exact as the one for today.
    """

    _name = "cap.subscription"
    _inherit = [
        "cap.tier.succession.mixin",
        "cap.subscription.portal.mixin",
        "mail.thread",
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

    # cover
    state = fields.Selection(
        SUBSCRIPTION_STATES, default="draft", required=True, tracking=True, copy=False
    )
    # people
    account_manager_id = fields.Many2one(
        "res.users",
        tracking=True,
        index=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    consultant_id = fields.Many2one(
        "res.users", tracking=True, domain="[('share', '=', False)]"
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

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state"}

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

    @api.ondelete(at_uninstall=False)
    def _unlink_except_started(self):
        for subscription in self:
            if subscription.state != "draft":
                raise UserError(
                    self.env._(
                        "%(subscription)s has been active: its history is kept. "
                        "Close it instead of deleting it.",
                        subscription=subscription.display_name,
                    )
                )

    # === ACTION METHODS === #

    def action_activate(self):
        """Start a draft's cover; its first period says from which day and tier."""
        for subscription in self:
            subscription._set_active()

    def action_suspend(self):
        """Stop the cover of an active subscription for the time being."""
        self._set_suspended()

    def action_resume(self):
        """Bring a suspended subscription back under cover."""
        self._update_state(("suspended",), "active")
        self._refresh_open_tickets()

    def action_close(self):
        """End the subscription today; its history stays."""
        self._set_closed()

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

    # === BUSINESS METHODS - STATES === #

    def _update_state(self, allowed, target):
        """Move to `target`; refuse from any state that is not `allowed`.

        :raises UserError: naming the first subscription that cannot go there.
        """
        self.check_access("write")
        labels = dict(self._fields["state"]._description_selection(self.env))
        for subscription in self:
            if subscription.state not in allowed:
                raise UserError(
                    self.env._(
                        "%(subscription)s is %(state)s and cannot become %(target)s.",
                        subscription=subscription.display_name,
                        state=labels[subscription.state].lower(),
                        target=labels[target].lower(),
                    )
                )
        self._guarded_write({"state": target})

    def _set_active(self):
        self._update_state(("draft",), "active")

    def _set_suspended(self):
        self._update_state(("active",), "suspended")
        self._refresh_open_tickets()

    def _set_closed(self):
        self._update_state(("draft", *LIVE_STATES), "closed")
        today = self._cap_today()
        for subscription in self:
            ends = subscription.period_ids._prepare_end_commands(today)
            subscription.period_ids = ends
        self._refresh_open_tickets()

    def _refresh_open_tickets(self):
        """Let open tickets follow today's tier where the program says so.

        Only the priority line follows; deadlines are frozen terms and never move.
        """
        for subscription in self:
            has_line = subscription._entitled(PRIORITY_LINE)
            subscription.ticket_ids.filtered(
                lambda ticket: not ticket.is_closed
            )._guarded_write({"priority_line": has_line})
