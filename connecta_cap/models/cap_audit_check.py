from odoo import fields, models

from ..const import CHECK_STATES


class CapAuditCheck(models.Model):
    """One check of an audit's method: done, or not applicable and why."""

    _name = "cap.audit.check"
    _inherit = ["cap.audit.part.mixin"]
    _description = "CAP Audit Check"

    name = fields.Char("What to look at", required=True)
    hint = fields.Text("How")
    state = fields.Selection(CHECK_STATES, default="open", required=True)
    note = fields.Char(
        "Remark", help="The client reads it. Say why when a check does not apply."
    )

    # === ACTION METHODS === #

    def action_done(self):
        """Tick the check off."""
        self.state = "done"
        return True

    # === BUSINESS METHODS === #

    def _prepare_rows(self):
        """Return what a client reads of each check, in order."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        return [
            {"name": check.name, "state": labels[check.state], "note": check.note}
            for check in self
        ]
