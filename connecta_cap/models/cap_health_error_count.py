from odoo import fields, models


class CapHealthErrorCount(models.Model):
    """How often a kind of error came in one window, as reported."""

    _name = "cap.health.error.count"
    _description = "CAP Errors in a window"
    _order = "window_start desc, id desc"
    _log_access = False
    _rec_name = "window_start"

    error_id = fields.Many2one(
        "cap.health.error", required=True, readonly=True, ondelete="cascade"
    )
    window_start = fields.Datetime("From", required=True, readonly=True)
    count = fields.Integer(readonly=True)

    _error_idx = models.Index("(error_id, window_start)")
    _age_idx = models.Index("USING brin (window_start)")
