from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import LIVE_STATES, PLAN_BATCH
from ..tools.periods import Period, find_flaw

# Only server code holds this object: no remote call can leave a gap with it.
IN_SUCCESSION = object()


class CapSubscriptionPeriod(models.Model):
    """Which tier a subscription has from one day up to another.

    Periods are half-open: the end is the first day that is no longer covered. They
    never overlap (the database sees to it) and follow one another without a gap.
    """

    _name = "cap.subscription.period"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Subscription Period"
    _order = "date_start desc, id desc"
    _rec_name = "tier_id"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    tier_id = fields.Many2one(
        "cap.tier", required=True, ondelete="restrict", index=True
    )
    date_start = fields.Date("From", required=True)
    date_end = fields.Date(
        "Until", help="The first day after the period. Empty: it goes on."
    )
    reason = fields.Char(required=True, default=lambda self: self.env._("First tier"))
    user_id = fields.Many2one(
        "res.users",
        "Decided by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )

    is_planned = fields.Boolean(compute="_compute_is_planned")
    # whether what hangs on the tier has followed on the day that it came into force
    is_entered = fields.Boolean(readonly=True, copy=False)

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_start < date_end)",
        "A period ends at least a day after it starts.",
    )
    # int4range stands in for an equality operator, which gist has for ranges only
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(subscription_id, subscription_id, '[]') "
        "WITH &&, daterange(date_start, date_end) WITH &&)",
        "Two periods of this subscription overlap: a client has one tier a day.",
    )

    _to_enter_idx = models.Index("(date_start) WHERE is_entered IS NOT TRUE")

    # === COMPUTE METHODS === #

    @api.depends("date_start")
    def _compute_is_planned(self):
        today = self.env["cap.subscription"]._cap_today()
        for period in self:
            period.is_planned = bool(period.date_start) and period.date_start > today

    # === CONSTRAINT METHODS === #

    @api.constrains("subscription_id", "date_start", "date_end")
    def _check_sound(self):
        if self.env.context.get("cap_succession") is IN_SUCCESSION:
            return
        for subscription in self.subscription_id:
            flaw = find_flaw(
                Period(period.date_start, period.date_end or None)
                for period in subscription.period_ids
            )
            if flaw and flaw.kind == "empty":
                raise ValidationError(
                    self.env._(
                        "A period of %(subscription)s that starts on %(start)s would "
                        "end on %(end)s. Let it end at least a day later.",
                        subscription=subscription.display_name,
                        start=flaw.before.start,
                        end=flaw.before.end,
                    )
                )
            if flaw and flaw.kind == "gap":  # the database words an overlap
                raise ValidationError(
                    self.env._(
                        "%(subscription)s would have no tier from %(start)s until "
                        "%(end)s. Let one period end on the day the next one starts.",
                        subscription=subscription.display_name,
                        start=flaw.before.end,
                        end=flaw.after.start,
                    )
                )
            subscription._check_cover_end()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        # the database looks for overlaps at once: let earlier ends reach it first
        self.flush_model(["date_start", "date_end"])
        periods = super().create(vals_list)
        periods.subscription_id._bump_period_revision()
        return periods

    def write(self, vals):
        if "subscription_id" in vals or "tier_id" in vals:
            self._check_not_started()
        result = super().write(vals)
        if {"date_start", "date_end"} & vals.keys():
            self.subscription_id._bump_period_revision()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        self._check_not_started()
        self.subscription_id._bump_period_revision()

    def _check_not_started(self):
        today = self.env["cap.subscription"]._cap_today()
        for period in self:
            if period.subscription_id.state != "draft" and period.date_start < today:
                raise UserError(
                    self.env._(
                        "%(tier)s of %(subscription)s has been in force since "
                        "%(start)s: history is not rewritten. Change the tier from "
                        "today on instead.",
                        tier=period.tier_id.name,
                        subscription=period.subscription_id.display_name,
                        start=period.date_start,
                    )
                )

    # === ACTION METHODS === #

    def action_cancel_plan(self):
        """Cancel a planned change: the tier before it goes on."""
        self.ensure_one()
        subscription = self.subscription_id
        tier, day = self.tier_id, self.date_start
        subscription._cancel_plan(self)
        subscription._tell_plan_cancelled(tier, day)
        return True

    # === BUSINESS METHODS === #

    @api.model
    def _cron_enter(self):
        """Let everything follow tiers whose planned first day has come."""
        today = self.env["cap.subscription"]._cap_today()
        begun = self.sudo().search(
            [
                ("date_start", "<=", today),
                ("is_entered", "=", False),
                ("subscription_id.state", "in", LIVE_STATES),
            ],
            limit=PLAN_BATCH,
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(begun))
        for period in begun.try_lock_for_update(allow_referencing=True):
            period.is_entered = True
            period.subscription_id._after_succession_change()
            if not cron._commit_progress(1):
                return

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "tier_id",
            "date_start",
            "date_end",
        }

    def _covers(self, day):
        """Return whether this period holds on `day` (date in the program's zone)."""
        self.ensure_one()
        return Period(self.date_start, self.date_end or None).covers(day)

    def _end_on(self, day):
        """End these periods of one subscription on `day`.

        Periods that start on `day` or later vanish; the one before ends that day.
        """
        ended = self.filtered(lambda period: period.date_start >= day)
        running = (self - ended).filtered(
            lambda period: not period.date_end or period.date_end > day
        )
        ended.unlink()
        running.date_end = day

    def _in_succession(self):
        """Return the periods in the middle of a change that fills its own gap.

        Whoever uses it checks the whole succession afterwards.
        """
        return self.with_context(cap_succession=IN_SUCCESSION)
