from odoo import api, fields, models

STEPS = [
    ("decline", "Decline"),
    ("plan", "Plan"),
    ("finish", "Done"),
    ("verify", "Verify"),
    ("reopen", "Re-open"),
    ("reconsider", "Propose again"),
]


class CapRecommendationStep(models.TransientModel):
    """Takes a step of a recommendation that needs a day or a few words."""

    _name = "cap.recommendation.step"
    _inherit = ["cap.clock.mixin"]
    _description = "Step of a recommendation"

    recommendation_id = fields.Many2one("cap.recommendation", required=True)
    step = fields.Selection(STEPS, required=True)
    day = fields.Date(default=lambda self: self._cap_today())
    note = fields.Char()
    outcome = fields.Selection(related="recommendation_id.outcome")
    outcome_text = fields.Text(related="recommendation_id.outcome_text")
    needs_day = fields.Boolean(compute="_compute_needs")
    needs_note = fields.Boolean(compute="_compute_needs")

    # === COMPUTE METHODS === #

    @api.depends("step")
    def _compute_needs(self):
        for wizard in self:
            wizard.needs_day = wizard.step in ("plan", "finish")
            wizard.needs_note = not wizard.needs_day

    # === ACTION METHODS === #

    def action_apply(self):
        """Take the step.

        :return: action that closes the dialog.
        :raises UserError: when a reason or a sensible day is missing.
        """
        self.ensure_one()
        advice, note = self.recommendation_id, self.note or ""
        match self.step:
            case "decline":
                advice._set_declined(note)
            case "plan":
                advice._set_planned(self.day, note)
            case "finish":
                advice._set_done(self.day, note)
            case "verify":
                advice._set_verified(note)
            case "reopen":
                advice._set_reopened(note)
            case "reconsider":
                advice._set_proposed(note)
        return {"type": "ir.actions.act_window_close"}
