from odoo import fields, models


class CapHealthDay(models.Model):
    """How a flow did on one day of its environment's time zone; kept for good.

    It is written by the rollup alone, and counted again whenever a window comes late.
    """

    _name = "cap.health.day"
    _inherit = ["cap.health.sum.mixin"]
    _description = "CAP Health by Day"
    _order = "day desc, id desc"
    _log_access = False
    _rec_name = "day"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    flow_id = fields.Many2one(
        "cap.flow", required=True, readonly=True, ondelete="cascade"
    )
    day = fields.Date(required=True, readonly=True)

    _once = models.UniqueIndex(
        "(flow_id, day)", "This day of the flow was counted already."
    )
    _environment_idx = models.Index("(environment_id, day)")
