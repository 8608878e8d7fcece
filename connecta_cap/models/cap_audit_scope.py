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

    # === BUSINESS METHODS === #

    def _prepare_rows(self):
        """Return what a client reads of each line, in order."""
        rows = []
        for line in self:
            text = ": ".join(filter(None, (line.environment, line.flow)))
            rows.append(f"{text} ({line.note})" if line.note else text)
        return rows
