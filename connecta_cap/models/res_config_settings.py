from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The program's choices, one company at a time."""

    _inherit = "res.config.settings"

    cap_show_prices = fields.Boolean(
        related="company_id.cap_show_prices", readonly=False
    )
