from odoo import models


class CapHealthStateMixin(models.AbstractModel):
    """Values that the watch alone writes, and only when they change."""

    _name = "cap.health.state.mixin"
    _inherit = ["cap.guarded.mixin"]
    _description = "State that the watch writes"

    # === BUSINESS METHODS === #

    def _write_changed(self, vals):
        """Set guarded fields to values that are others than before, if any.

        :param vals: field values.
        """
        self.ensure_one()
        changed = {name: value for name, value in vals.items() if self[name] != value}
        if changed:
            self._guarded_write(changed)
