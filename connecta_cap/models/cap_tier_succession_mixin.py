from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import LIVE_STATES


class CapTierSuccessionMixin(models.AbstractModel):
    """Which tier a subscription has on which day, from its dated periods.

    The tier is never written: it follows from the periods, so that the answer for any
    day in the past or the future is as exact as the one for today.
    """

    _name = "cap.tier.succession.mixin"
    _inherit = ["cap.tier.gate.mixin", "cap.guarded.mixin", "cap.batch.mixin"]
    _description = "Dated succession of tiers"

    period_ids = fields.One2many(
        "cap.subscription.period", "subscription_id", "Tier history", copy=False
    )
    suspension_ids = fields.One2many(
        "cap.subscription.suspension", "subscription_id", "Suspensions", copy=False
    )
    tier_id = fields.Many2one(
        "cap.tier",
        compute="_compute_tier_id",
        search="_search_tier_id",
        compute_sudo=True,
        help="The tier that holds today, in the program's time zone.",
    )
    cover_html = fields.Html(related="tier_id.cover_html", string="What the client has")
    tier_color = fields.Integer(related="tier_id.color", string="Tier colour")
    date_start = fields.Date("Since", compute="_compute_dates", compute_sudo=True)
    date_end = fields.Date(
        "Ends on",
        compute="_compute_dates",
        compute_sudo=True,
        help="The first day without cover. Empty: it goes on.",
    )
    plan_date = fields.Date(
        "Planned on",
        readonly=True,
        copy=False,
        help="When the planner last looked. Empty: something changed since.",
    )
    # Raised by every change of the periods: two people who save at once collide here
    # and the second is made to look again, so that no gap slips through.
    period_revision = fields.Integer(readonly=True, copy=False)

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
            subscription._check_cover_end()

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"period_revision", "plan_date"}

    # === BUSINESS METHODS === #

    def _start_tier(self, tier, day, reason, keep_plans=True):
        """Let `tier` hold from `day` on, up to the next planned change if there is one.

        :param tier: `cap.tier` record.
        :param day: date in the program's zone, the first day of the new tier.
        :param reason: why, in the words of who decided it.
        :param keep_plans: whether changes planned for later days stay planned.
        :return: the new `cap.subscription.period`.
        """
        self.ensure_one()
        later = self.period_ids.filtered(lambda period: period.date_start > day)
        planned = later.sorted("date_start") if keep_plans else later.browse()
        end = planned[:1].date_start or self.date_end
        periods = self.period_ids._in_succession()
        (periods - planned)._end_on(day)
        period = periods.create(
            {
                "subscription_id": self.id,
                "tier_id": tier.id,
                "date_start": day,
                "date_end": end if end and end > day else False,
                "reason": reason,
                "is_entered": day <= self._cap_today(),
            }
        )
        self._check_succession()
        self._after_succession_change()
        return self.period_ids.browse(period.id)

    def _cancel_plan(self, period):
        """Drop a planned change; what holds before it goes on in its place.

        :param period: a `cap.subscription.period` of the future.
        :raises UserError: when it has started already.
        """
        self.ensure_one()
        if period.date_start <= self._cap_today():
            raise UserError(
                self.env._(
                    "%(tier)s of %(subscription)s has started already. Change the tier "
                    "instead of cancelling a plan.",
                    tier=period.tier_id.name,
                    subscription=self.display_name,
                )
            )
        before = self.period_ids.filtered(
            lambda other: other.date_end == period.date_start
        )
        end = period.date_end
        period._in_succession().unlink()
        before.date_end = end
        self._after_succession_change()

    def _set_cover_end(self, day):
        """Let the last tier hold up to, not including, `day`.

        Periods that start on `day` or later are dropped.

        :param day: date in the program's zone; empty: the tier goes on.
        """
        self.ensure_one()
        periods = self.period_ids._in_succession()
        if day:
            periods._end_on(day)
        last = self.period_ids.sorted("date_start")[-1:]
        last._in_succession().date_end = day
        self._check_succession()
        self._after_succession_change()

    def _check_cover_end(self):
        """Refuse an end of the cover that disagrees with the terms; a hook."""

    def _after_succession_change(self):
        """Let everything follow that hangs on the periods; a hook."""

    def _bump_period_revision(self):
        """Touch the row, so that a change of the same periods elsewhere collides."""
        for subscription in self:
            revision = subscription.period_revision + 1
            subscription._guarded_write({"period_revision": revision})
