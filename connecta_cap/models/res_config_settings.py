from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """The program's choices, one company at a time."""

    _inherit = "res.config.settings"

    cap_show_prices = fields.Boolean(
        related="company_id.cap_show_prices", readonly=False
    )
    cap_grace_days = fields.Integer(related="company_id.cap_grace_days", readonly=False)
    cap_reminder_days = fields.Char(
        related="company_id.cap_reminder_days", readonly=False
    )
    cap_reopen_days = fields.Integer(
        related="company_id.cap_reopen_days", readonly=False
    )
    cap_renewal_task_days = fields.Integer(
        related="company_id.cap_renewal_task_days", readonly=False
    )
    cap_health_interval = fields.Integer(
        related="company_id.cap_health_interval", readonly=False
    )
    cap_health_grace = fields.Integer(
        related="company_id.cap_health_grace", readonly=False
    )
    cap_health_degraded_percent = fields.Float(
        related="company_id.cap_health_degraded_percent", readonly=False
    )
    cap_health_down_percent = fields.Float(
        related="company_id.cap_health_down_percent", readonly=False
    )
    cap_health_ticket_after = fields.Integer(
        related="company_id.cap_health_ticket_after", readonly=False
    )
    cap_health_rate = fields.Integer(
        related="company_id.cap_health_rate", readonly=False
    )
