from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..const import LIVE_STATES, RENEWAL_STATES


class CapSubscriptionRenewalMixin(models.AbstractModel):
    """Until when a cover was agreed, and what the wizard of renewals may do with it.

    The last tier ends on the renewal date plus some days of grace, so that the cover
    ends to the day even if no job runs.
    """

    _name = "cap.subscription.renewal.mixin"
    _inherit = ["cap.subscription.expiry.mixin", "cap.portal.whitelist.mixin"]
    _description = "Terms of renewal"

    term_months = fields.Integer(
        "Term (months)", default=12, required=True, help="Proposed at each renewal."
    )
    renewal_date = fields.Date(
        readonly=True,
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="The first day of the next term. Empty: the cover goes on.",
    )
    term_since = fields.Date("Term agreed on", readonly=True, copy=False)
    grace_days = fields.Integer(
        "Grace (days)",
        compute="_compute_grace_days",
        store=True,
        readonly=False,
        precompute=True,
        help="How long the cover goes on after the renewal date when nobody renews.",
    )
    renewal_ids = fields.One2many(
        "cap.subscription.renewal", "subscription_id", "Terms", copy=False
    )
    origin_id = fields.Many2one(
        "cap.subscription",
        "Continues",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The subscription that had ended and that this one renews.",
    )
    renewal_state = fields.Selection(
        RENEWAL_STATES,
        "Renewal",
        compute="_compute_renewal_state",
        search="_search_renewal_state",
        compute_sudo=True,
    )
    days_to_renewal = fields.Integer(
        compute="_compute_days_to_renewal",
        search="_search_days_to_renewal",
        compute_sudo=True,
    )

    _term_positive = models.Constraint(
        "CHECK(term_months BETWEEN 1 AND 120)", "A term lasts 1 to 120 months."
    )
    _grace_positive = models.Constraint(
        "CHECK(grace_days BETWEEN 0 AND 366)", "The days of grace are from 0 to 366."
    )

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_grace_days(self):
        for subscription in self:
            agreed = subscription._origin and subscription.state != "draft"
            company = subscription.company_id.sudo()
            subscription.grace_days = (
                subscription.grace_days if agreed else company.cap_grace_days
            )

    @api.depends(
        "state", "renewal_date", "close_date", "close_reason", "date_end", "company_id"
    )
    def _compute_renewal_state(self):
        today = self._cap_today()
        for subscription in self:
            subscription.renewal_state = subscription._get_renewal_state_on(today)

    def _get_renewal_state_on(self, day):
        """Return where the agreed term stands on `day`, a key of `RENEWAL_STATES`.

        :return: False for a draft and for a cover that ends by decision.
        """
        self.ensure_one()
        if self.state == "closed":
            return "expired" if self.close_reason == "expired" else False
        if self.state not in LIVE_STATES or self.close_date:
            return False
        if self.date_end and self.date_end <= day:
            return "expired"
        renewal = self.renewal_date
        if renewal and renewal <= day:
            return "grace"
        ahead = timedelta(self.company_id.sudo()._get_cap_horizon())
        return "upcoming" if renewal and renewal <= day + ahead else "open"

    def _search_renewal_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = self._cap_today()
        live = Domain("state", "in", LIVE_STATES) & Domain("close_date", "=", False)
        ended = self._get_ended_domain()
        lost = Domain("state", "=", "closed") & Domain("close_reason", "=", "expired")
        grace = Domain("renewal_date", "<=", today)
        soon = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                "renewal_date", "<=", today + timedelta(company._get_cap_horizon())
            )
            for (company,) in self.sudo()._read_group([], ["company_id"])
        )
        none = Domain("renewal_date", "=", False)
        cases = {
            "expired": lost | (live & ended),
            "grace": live & ~ended & grace,
            "upcoming": live & ~ended & Domain("renewal_date", ">", today) & soon,
            "open": live & ~ended & (none | ~(grace | soon)),
        }
        cases[False] = ~Domain.OR(cases.values())
        return Domain.OR([cases[state] for state in value if state in cases])

    @api.depends("renewal_date")
    def _compute_days_to_renewal(self):
        today = self._cap_today()
        for subscription in self:
            day = subscription.renewal_date
            subscription.days_to_renewal = (day - today).days if day else 0

    def _search_days_to_renewal(self, operator, value):
        today = self._cap_today()
        if operator in ("<", "<=", ">", ">="):
            return Domain("renewal_date", operator, today + timedelta(value))
        if operator != "in":
            return NotImplemented
        return Domain("renewal_date", "in", [today + timedelta(n) for n in value])

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        agreed = {"renewal_date", "term_since", "origin_id"}
        return super()._get_guarded_fields() | agreed

    def write(self, vals):
        result = super().write(vals)
        if "grace_days" in vals:
            for subscription in self.filtered("renewal_date"):
                subscription._follow_grace()
        return result

    def _follow_grace(self):
        """Let the end of the cover follow other days of grace.

        :raises UserError: once it has ended, or when it would end at once.
        """
        end = self._get_cover_end()
        if self.state == "closed" or end <= self._cap_today():
            raise UserError(
                self.env._(
                    "With %(days)s days of grace the cover of %(subscription)s would "
                    "have ended on %(day)s. Renew or close it instead.",
                    days=self.grace_days,
                    subscription=self.display_name,
                    day=self._word_day(end),
                )
            )
        if end != self.date_end:
            self._set_cover_end(end)

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "renewal_date",
            "renewal_state",
            "days_to_renewal",
            "close_date",
            "close_reason",
        }

    def _get_cover_end(self):
        ends = [super()._get_cover_end()]
        if self.renewal_date:
            ends.append(self.renewal_date + timedelta(self.grace_days))
        return min(filter(None, ends), default=False)

    def _set_term(self, start, until, note, tier=None):
        """Agree on a term; the last tier then ends with it and its grace.

        :param start: first day of the term.
        :param until: the first day after it, the new renewal date.
        :param note: what was agreed.
        :param tier: `cap.tier` that begins with the term, the one there by default.
        """
        self.ensure_one()
        self.check_access("write")
        today = self._cap_today()
        self._check_renewal_day(until, max(start, today))
        self._guarded_write({"renewal_date": until, "term_since": today})
        self._set_cover_end(self._get_cover_end())
        self.env["cap.subscription.renewal"].sudo().create(
            {
                "subscription_id": self.id,
                "date": today,
                "date_from": start,
                "date_until": until,
                "tier_id": (tier or self._tier_on(max(start, today))).id,
                "note": note,
                "user_id": self.env.uid,
            }
        )

    def _expects_renewal(self):
        """Return whether the end is that of a term which is not near yet."""
        self.ensure_one()
        return bool(self.renewal_date) and self.renewal_state == "open"

    def _get_last_day_of_term(self):
        """Return the last day of the agreed term, False when the cover goes on."""
        self.ensure_one()
        return self.renewal_date and self.renewal_date - timedelta(1)

    def _word_term(self):
        lines = super()._word_term()
        if self.renewal_date:
            day = self._word_day(self.renewal_date)
            lines.append(self.env._("The renewal date stays %(day)s.", day=day))
        return lines
