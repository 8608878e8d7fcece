from odoo import fields, models


class CapAuditTemplateLine(models.Model):
    """One check of a checklist."""

    _name = "cap.audit.template.line"
    _description = "CAP Audit Checklist Line"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one(
        "cap.audit.template", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("What to look at", required=True, translate=True)
    hint = fields.Text("How", translate=True)
