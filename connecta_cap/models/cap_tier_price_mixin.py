from decimal import Decimal

from odoo import fields, models
from odoo.tools.misc import formatLang

from ..const import BILLING_MONTHS
from ..tools.proration import Rate


class CapTierPriceMixin(models.AbstractModel):
    """What a tier costs, as information: nothing is invoiced here.

    Portal users cannot read the price itself. They get it in words, where the company
    shows prices.
    """

    _name = "cap.tier.price.mixin"
    _description = "Price of a tier"

    price = fields.Monetary(
        help="Price per billing period, for information. Zero: no price is set.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    billing_months = fields.Selection(
        BILLING_MONTHS,
        "Billed every",
        default="12",
        required=True,
        help="Billing periods are counted in calendar months from the first day of a "
        "client's subscription.",
    )

    _price_positive = models.Constraint(
        "CHECK(price >= 0)", "The price of a tier cannot be negative."
    )

    # === BUSINESS METHODS === #

    def _get_rate(self):
        """Return the price of this tier for proration.

        :return: `tools.proration.Rate`
        """
        self.ensure_one()
        return Rate(Decimal(str(self.price)), int(self.billing_months))

    def _list_price_words(self):
        """Return each tier's price in words, such as '€ 1,200.00 every 12 months'.

        :return: list of strings in the order of the tiers, empty ones where no price
            is set; an empty list when none of them has one.
        """
        tiers = self.sudo()
        if not any(tier.price for tier in tiers):
            return []
        months = dict(self._fields["billing_months"]._description_selection(self.env))
        return [
            self.env._(
                "%(price)s every %(period)s",
                price=formatLang(self.env, tier.price, currency_obj=tier.currency_id),
                period=months[tier.billing_months],
            )
            if tier.price
            else ""
            for tier in tiers
        ]
