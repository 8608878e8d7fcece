from odoo import fields, models


class CapHealthHour(models.Model):
    """How a flow did in one hour (UTC), counted from its samples.

    It is written by the rollup alone, and counted again whenever a window comes late.
    """

    _name = "cap.health.hour"
    _inherit = ["cap.health.sum.mixin"]
    _description = "CAP Health by Hour"
    _order = "hour desc, id desc"
    _log_access = False
    _rec_name = "hour"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    flow_id = fields.Many2one(
        "cap.flow", required=True, readonly=True, ondelete="cascade"
    )
    hour = fields.Datetime(required=True, readonly=True)

    _once = models.UniqueIndex(
        "(flow_id, hour)", "This hour of the flow was counted already."
    )
    _environment_idx = models.Index("(environment_id, hour)")
