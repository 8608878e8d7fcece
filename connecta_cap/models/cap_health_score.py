from odoo import fields, models


class CapHealthScore(models.Model):
    """The score of an environment on one day, with what each deduction was for."""

    _name = "cap.health.score"
    _description = "CAP Health Score"
    _order = "day desc, id desc"
    _log_access = False
    _rec_name = "day"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="environment_id.company_id")
    partner_id = fields.Many2one(related="environment_id.partner_id", string="Client")
    day = fields.Date(required=True, readonly=True)
    has_score = fields.Boolean(
        "Known", readonly=True, help="Without it the score is grey."
    )
    score = fields.Integer(readonly=True, aggregator="avg")
    reason = fields.Char(readonly=True)
    deductions = fields.Json(readonly=True)

    _once = models.UniqueIndex("(environment_id, day)", "This day has a score already.")
