from decimal import Decimal

from odoo import models

from ..tools.proration import Priced, prorate


class CapSubscriptionBillingMixin(models.AbstractModel):
    """What a change of tier costs, and where an invoicing module takes over.

    Nothing is invoiced here. Billing periods are counted from the subscription's first
    day; each is as long as the tier of its own first day says.
    """

    _name = "cap.subscription.billing.mixin"
    _description = "Billing of a subscription"

    # === BUSINESS METHODS === #

    def _prorate_change(self, tier, day, keep_plans=True):
        """Return what it costs to let `tier` hold from `day` on.

        :param tier: `cap.tier` record.
        :param day: date in the program's zone, the first day of the new tier.
        :param keep_plans: whether changes planned for later days stay planned.
        :return: `tools.proration.Proration`; None when a tier of that billing period
            has no price, or a price in another currency.
        """
        self.ensure_one()
        tier = tier.sudo()
        periods = self.sudo().period_ids
        before = [
            Priced(
                period.date_start, period.date_end or None, period.tier_id._get_rate()
            )
            for period in periods
        ]
        later = periods.filtered(lambda period: period.date_start > day)
        planned = later.sorted("date_start")[:1] if keep_plans else later.browse()
        end = planned.date_start or self.date_end
        new = Priced(day, end if end and end > day else None, tier._get_rate())
        step = Decimal(str(tier.currency_id.rounding))
        figures = prorate(before, new, step)
        billed = tier | periods.filtered(
            lambda period: (
                period.date_start < figures.period.end
                and (not period.date_end or period.date_end > figures.period.start)
            )
        ).mapped("tier_id")
        if len(billed.currency_id) > 1 or not all(one.price for one in billed):
            return None
        return figures

    def _prepare_change_billing(self, period, figures):
        """Return what an invoicing module needs to know about a confirmed change.

        :param period: the new `cap.subscription.period`.
        :param figures: `tools.proration.Proration` as shown before the change, None
            without comparable prices.
        :return: dict; see *Invoicing* in `docs/developing.md`.
        """
        self.ensure_one()
        before = self.period_ids.filtered(
            lambda other: other.date_start < period.date_start
        ).sorted("date_start")[-1:]
        values = {
            "subscription_id": self.id,
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "period_id": period.id,
            "previous_tier_id": before.tier_id.id,
            "tier_id": period.tier_id.id,
            "date": period.date_start,
            "reason": period.reason,
            "currency_id": period.tier_id.currency_id.id,
            "priced": bool(figures),
        }
        if figures:
            values |= {
                "billing_start": figures.period.start,
                "billing_end": figures.period.end,
                "billing_days": figures.period.days,
                "days_left": figures.days_left,
                "credit": figures.credit,
                "charge": figures.charge,
                "difference": figures.difference,
            }
        return values

    def _handle_change_billing(self, values):
        """Do nothing: an invoicing module overrides this.

        It is called once for each confirmed change, in the transaction of the change.

        :param values: what `_prepare_change_billing` returned.
        """
