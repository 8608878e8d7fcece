from odoo import fields, models


class CapHealthDirty(models.Model):
    """Notes that an hour of an environment has to be counted (again).

    Each report adds its own notes, in the transaction of its windows; the rollup takes
    them away in the transaction that counts.
    """

    _name = "cap.health.dirty"
    _description = "CAP Hour to count"
    _order = "id"
    _log_access = False
    _rec_name = "hour"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    hour = fields.Datetime(required=True, readonly=True)
