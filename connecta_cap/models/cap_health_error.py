from odoo import api, fields, models

from ..tools.health_errors import OVERFLOW


class CapHealthError(models.Model):
    """A kind of error of a flow: ten thousand alike messages are one of these."""

    _name = "cap.health.error"
    _description = "CAP Error Group"
    _order = "id desc"
    _log_access = False

    flow_id = fields.Many2one(
        "cap.flow", required=True, readonly=True, ondelete="cascade"
    )
    environment_id = fields.Many2one(related="flow_id.environment_id")
    company_id = fields.Many2one(related="flow_id.company_id")
    fingerprint = fields.Char(required=True, readonly=True)
    name = fields.Char("Class", readonly=True)
    pattern = fields.Char(readonly=True, help="The message without its particulars.")
    example = fields.Char(readonly=True, help="The message that came first.")
    created_at = fields.Datetime("Known since", required=True, readonly=True)
    first_day = fields.Date("First seen", compute="_compute_days")
    last_day = fields.Date("Last seen", compute="_compute_days")
    total = fields.Integer("Occurrences", compute="_compute_days")

    _fingerprint_unique = models.UniqueIndex(
        "(flow_id, fingerprint)", "This kind of error is known already."
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "pattern", "fingerprint")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for error in self:
            error.display_name = error._word()

    def _compute_days(self):
        rows = self.env["cap.health.error.day"]._read_group(
            [("error_id", "in", self.ids)],
            ["error_id"],
            ["day:min", "day:max", "count:sum"],
        )
        figures = {error: found for error, *found in rows}
        for error in self:
            first, last, total = figures.get(error, (False, False, 0))
            error.first_day, error.last_day, error.total = first, last, total

    # === BUSINESS METHODS === #

    def _word(self):
        """Return the error in a few words."""
        self.ensure_one()
        if self.fingerprint == OVERFLOW:
            return self.env._("Other errors, of too many kinds to tell apart")
        return ": ".join(part for part in (self.name, self.pattern) if part)
