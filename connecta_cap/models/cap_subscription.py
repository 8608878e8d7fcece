from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain
from odoo.tools import SQL

from ..const import LIVE_STATES, PRIORITY_LINE, SUBSCRIPTION_STATES
from ..tools.clock import FixedClock


class CapSubscription(models.Model):
    """One client organisation's cover: which tier it has on which day, and its people.

    The tier is never written here: it follows from the dated periods, so that the
    answer for any day in the past or the future is as exact as the one for today.
    """

    _name = "cap.subscription"
    _inherit = [
        "cap.guarded.mixin",
        "cap.portal.whitelist.mixin",
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
    period_ids = fields.One2many(
        "cap.subscription.period", "subscription_id", "Tier history", copy=False
    )
    tier_id = fields.Many2one(
        "cap.tier",
        "Tier",
        compute="_compute_tier_id",
        search="_search_tier_id",
        compute_sudo=True,
        help="The tier that holds today, in the program's time zone.",
    )
    tier_color = fields.Integer(related="tier_id.color", string="Tier colour")
    date_start = fields.Date("Since", compute="_compute_dates", compute_sudo=True)
    date_end = fields.Date(
        "Ends on",
        compute="_compute_dates",
        compute_sudo=True,
        help="The first day without cover. Empty: it goes on.",
    )
    # Raised by every change of the periods: two people who save at once collide here
    # and the second is made to look again, so that no gap slips through.
    period_revision = fields.Integer(readonly=True, copy=False)

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

    @api.depends("period_ids.tier_id", "period_ids.date_start", "period_ids.date_end")
    def _compute_tier_id(self):
        today = self._cap_today()
        for subscription in self:
            subscription.tier_id = subscription._tier_on(today)

    def _search_tier_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        today = self._get_day_domain(self._cap_today())
        domain = Domain("period_ids", "any", today & Domain("tier_id", operator, value))
        if operator == "in" and False in value:
            domain |= Domain("period_ids", "not any", today)
        return domain

    @api.depends("period_ids.date_start", "period_ids.date_end")
    def _compute_dates(self):
        for subscription in self:
            periods = subscription.period_ids.sorted("date_start")
            subscription.date_start = periods[:1].date_start
            subscription.date_end = periods[-1:].date_end

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

    def _field_to_sql(self, alias, field_expr, query=None):
        # Lists sort and group by the tier of today although no column holds it.
        if field_expr != "tier_id":
            return super()._field_to_sql(alias, field_expr, query)
        today = self._cap_today()
        return SQL(
            """(SELECT period.tier_id FROM cap_subscription_period period
                WHERE period.subscription_id = %(subscription)s
                AND period.date_start <= %(today)s
                AND (period.date_end IS NULL OR period.date_end > %(today)s))""",
            subscription=SQL.identifier(alias, "id"),
            today=today,
        )

    # === CONSTRAINT METHODS === #

    @api.constrains("state", "period_ids")
    def _check_succession(self):
        for subscription in self:
            if subscription.state in LIVE_STATES and not subscription.period_ids:
                raise ValidationError(
                    self.env._(
                        "%(subscription)s has no tier yet. Give it a first tier and "
                        "a start date before activating it.",
                        subscription=subscription.display_name,
                    )
                )
            subscription.period_ids._check_sound()

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"state", "period_revision"}

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

    # === BUSINESS METHODS - TIERS === #

    @api.model
    def _cap_today(self):
        """Return today's date in the program's time zone, whoever asks."""
        clock = self.env.context.get("cap_clock")
        now = clock.now if isinstance(clock, FixedClock) else fields.Datetime.now()
        return self._cap_date_of(now)

    @api.model
    def _cap_date_of(self, moment):
        """Return the program's calendar date at `moment` (naive UTC datetime)."""
        calendar = self.env.ref(
            "connecta_cap.resource_calendar_response", raise_if_not_found=False
        )
        zone = pytz.timezone(calendar.sudo().tz if calendar else "Europe/Brussels")
        return pytz.utc.localize(moment).astimezone(zone).date()

    @api.model
    def _get_day_domain(self, day):
        """Return the domain of the periods that cover `day`."""
        return Domain("date_start", "<=", day) & (
            Domain("date_end", "=", False) | Domain("date_end", ">", day)
        )

    def _tier_on(self, day):
        """Return the tier that holds on `day`, empty without one.

        :param day: date in the program's zone; a datetime is refused.
        :return: `cap.tier`, at most one record.
        """
        if isinstance(day, datetime):
            raise TypeError("_tier_on takes a date of the program's zone")
        return self.period_ids.filtered(lambda period: period._covers(day)).tier_id

    def _entitled(self, code, day=None):
        """Return whether the client may use the entitlement `code` on `day`.

        :param code: a constant of `const.py`.
        :param day: date in the program's zone, today by default.
        """
        self.ensure_one()
        tier = self._tier_on(day or self._cap_today())
        return self.state == "active" and tier._gives(code)

    def _start_tier(self, tier, day, reason):
        """Let `tier` hold from `day` on; what was there until then ends that day.

        :param tier: `cap.tier` record.
        :param day: date in the program's zone, the first day of the new tier.
        :param reason: why, in the words of who decided it.
        :return: the new `cap.subscription.period`.
        """
        self.ensure_one()
        start = Command.create(
            {"tier_id": tier.id, "date_start": day, "reason": reason}
        )
        self.period_ids = [*self.period_ids._prepare_end_commands(day), start]
        self._refresh_open_tickets()
        return self.period_ids.filtered(lambda period: period.date_start == day)

    def _bump_period_revision(self):
        """Touch the row, so that a change of the same periods elsewhere collides."""
        for subscription in self:
            revision = subscription.period_revision + 1
            subscription._guarded_write({"period_revision": revision})

    def _refresh_open_tickets(self):
        """Let open tickets follow today's tier where the program says so.

        Only the priority line follows; deadlines are frozen terms and never move.
        """
        for subscription in self:
            has_line = subscription._entitled(PRIORITY_LINE)
            subscription.ticket_ids.filtered(
                lambda ticket: not ticket.is_closed
            )._guarded_write({"priority_line": has_line})

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "partner_id",
            "state",
            "active",
            "period_ids",
            "tier_id",
            "date_start",
            "date_end",
            "account_manager_id",
            "consultant_id",
        }
