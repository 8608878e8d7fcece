from odoo import fields, models

from ..const import MARK_KINDS
from .cap_health_reader import iso


class CapHealthMark(models.Model):
    """That something changed: a deployment, a version, a flow. Figures hang on it."""

    _name = "cap.health.mark"
    _description = "CAP Change Mark"
    _order = "at desc, id desc"
    _log_access = False
    _rec_name = "text"

    environment_id = fields.Many2one(
        "cap.environment", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="environment_id.company_id")
    flow_id = fields.Many2one(
        "cap.flow", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    at = fields.Datetime("When", required=True, readonly=True)
    kind = fields.Selection(MARK_KINDS, required=True, readonly=True)
    text = fields.Char("What", readonly=True)
    key = fields.Char(required=True, readonly=True)

    _once = models.UniqueIndex("(environment_id, key)", "This mark is there already.")
    _at_idx = models.Index("(environment_id, at)")

    # === BUSINESS METHODS === #

    def _prepare_row(self):
        """Return the mark as the dashboards take it."""
        self.ensure_one()
        return {
            "at": iso(self.at),
            "kind": self.kind,
            "text": self.text or "",
            "flow_id": self.flow_id.id or None,
        }
