from odoo import fields, models


class ResCompany(models.Model):
    """A company that offers the program, with its choices."""

    _inherit = "res.company"

    cap_show_prices = fields.Boolean(
        "Show prices to clients",
        help="Clients read the price of each tier where tiers are compared.",
    )
