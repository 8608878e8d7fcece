from odoo import fields, models


class CapEnvironmentMaintenance(models.Model):
    """Planned work on an environment: what goes wrong meanwhile alarms nobody."""

    _name = "cap.environment.maintenance"
    _description = "CAP Maintenance Window"
    _order = "start desc, id desc"

    name = fields.Char("What is done", required=True)
    environment_id = fields.Many2one(
        "cap.environment", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="environment_id.company_id")
    start = fields.Datetime("From", required=True)
    stop = fields.Datetime("Until", required=True)

    _ordered = models.Constraint(
        "CHECK(start < stop)", "A maintenance window ends after it starts."
    )
