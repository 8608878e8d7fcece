from odoo import fields, models


class CapHealthErrorDay(models.Model):
    """How often a kind of error came on one day, counted by the rollup."""

    _name = "cap.health.error.day"
    _description = "CAP Errors of a day"
    _order = "day desc, count desc, id desc"
    _log_access = False
    _rec_name = "day"

    error_id = fields.Many2one(
        "cap.health.error", required=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(required=True, readonly=True)
    count = fields.Integer(readonly=True)

    _once = models.UniqueIndex("(error_id, day)", "This day was counted already.")
