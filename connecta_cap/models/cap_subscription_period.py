from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command

from ..tools.periods import Period, find_flaw


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

    # === CONSTRAINT METHODS === #

    @api.constrains("subscription_id", "date_start", "date_end")
    def _check_sound(self):
        for subscription in self.subscription_id:
            flaw = find_flaw(
                Period(period.date_start, period.date_end or None)
                for period in subscription.period_ids
            )
            if flaw and flaw.kind != "overlap":  # the database words the overlap
                raise ValidationError(
                    self.env._(
                        "%(subscription)s would have no tier from %(start)s until "
                        "%(end)s. Let one period end on the day the next one starts.",
                        subscription=subscription.display_name,
                        start=flaw.before.end,
                        end=flaw.after.start,
                    )
                )

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

    # === BUSINESS METHODS === #

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

    def _prepare_end_commands(self, day):
        """Return what ends these periods of one subscription on `day`.

        Periods that start on `day` or later vanish; the one before ends that day.

        :return: list of commands for `period_ids`.
        """
        commands = []
        for period in self:
            if period.date_start >= day:
                commands.append(Command.delete(period.id))
            elif not period.date_end or period.date_end > day:
                commands.append(Command.update(period.id, {"date_end": day}))
        return commands
