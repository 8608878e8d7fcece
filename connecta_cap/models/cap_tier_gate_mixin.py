from datetime import datetime

from odoo import api, models
from odoo.fields import Domain


class CapTierGateMixin(models.AbstractModel):
    """What a client may use on a day: the one question that every gate asks.

    It is asked by an entitlement's code, never for a tier by name.
    """

    _name = "cap.tier.gate.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "What a tier gives on a day"

    # === BUSINESS METHODS === #

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

    def _tiers_on(self, day):
        """Return the tier of each of these on `day`, in one query.

        :param day: date in the program's zone.
        :return: dict of `cap.tier` by id of a subscription, without those without one.
        """
        periods = self.env["cap.subscription.period"].sudo()
        found = periods.search_fetch(
            Domain("subscription_id", "in", self.ids) & self._get_day_domain(day),
            ["subscription_id", "tier_id"],
        )
        return {period.subscription_id.id: period.tier_id for period in found}

    def _terms_on(self, day):
        """Return what the client could use on `day`, in the words of that day.

        :param day: date in the program's zone; a datetime is refused.
        :return: `cap.tier.term` records; none for a draft and on suspended days.
        """
        self.ensure_one()
        known = self.sudo()
        tier = known._tier_on(day)
        if self.state == "draft" or known.suspension_ids._covers(day):
            tier = tier.browse()
        return tier._terms_on(day)

    def _entitled(self, code, day=None):
        """Return whether the client may use the entitlement `code` on `day`.

        :param code: a constant of `const.py`.
        :param day: date in the program's zone, today by default.
        """
        day = day or self._cap_today()
        return self._is_given(self.sudo()._tier_on(day), code, day)

    def _is_given(self, tier, code, day):
        """Return whether the client may use what `tier`, its own on `day`, gives.

        The tier is asked first: what it gives is known without a query.

        :param tier: what `_tier_on` or `_tiers_on` said.
        :param code: a constant of `const.py`.
        :param day: date in the program's zone.
        """
        self.ensure_one()
        if self.state == "draft" or code not in tier._get_codes_on(day):
            return False
        return not self.sudo().suspension_ids._covers(day)
