from odoo import fields, models

from ..const import FAIR_USE_MEASURES


class CapFairUseLine(models.Model):
    """How much of one measure is fair within the window of a policy."""

    _name = "cap.fair.use.line"
    _description = "CAP Fair Use Threshold"
    _order = "policy_id, sequence, id"
    _rec_name = "measure"

    policy_id = fields.Many2one(
        "cap.fair.use.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    measure = fields.Selection(FAIR_USE_MEASURES, required=True)
    threshold = fields.Float(
        required=True, help="So much is fair; what goes over it is above."
    )

    _measure_unique = models.UniqueIndex(
        "(policy_id, measure)",
        "This policy has a threshold for the measure already: change that line.",
    )
    _threshold_positive = models.Constraint(
        "CHECK(threshold >= 0)", "A threshold is not negative."
    )
