from odoo import fields, models


class CapAuditScope(models.Model):
    """One environment or flow that an audit looks at."""

    _name = "cap.audit.scope"
    _inherit = ["cap.audit.part.mixin"]
    _description = "CAP Audit Scope"
    _rec_name = "environment"

    environment = fields.Char(required=True, help="Such as production or test.")
    flow = fields.Char(help="Empty: the environment as a whole.")
    note = fields.Char("Remark")
