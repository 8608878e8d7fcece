from odoo import fields, models


class CapHealthChecklistTemplateLine(models.Model):
    """One point of a template."""

    _name = "cap.health.checklist.template.line"
    _description = "CAP Set-up Template Point"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "cap.health.checklist.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Point", required=True, translate=True)
    hint = fields.Text("How", translate=True)
