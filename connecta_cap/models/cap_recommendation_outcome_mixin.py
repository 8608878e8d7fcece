from datetime import timedelta

from odoo import api, fields, models

from ..const import COMPARED_DAYS, OUTCOMES
from ..tools.advice import compare_figures


class CapRecommendationOutcomeMixin(models.AbstractModel):
    """Whether an improvement helped: its flow's figures before and after.

    The figures are kept as they were measured. Where nothing is known of the flow, the
    outcome says so: it is never guessed.
    """

    _name = "cap.recommendation.outcome.mixin"
    _inherit = ["cap.recommendation.state.mixin"]
    _description = "Outcome of a recommendation"

    figures_before = fields.Json(readonly=True, copy=False)
    figures_after = fields.Json(readonly=True, copy=False)
    measured_on = fields.Date(readonly=True, copy=False)
    outcome = fields.Selection(OUTCOMES, compute="_compute_outcome")
    outcome_text = fields.Text("Figures", compute="_compute_outcome")

    # === COMPUTE METHODS === #

    @api.depends("flow", "figures_before", "figures_after", "measured_on", "done_on")
    @api.depends_context("lang")
    def _compute_outcome(self):
        for recommendation in self:
            before = recommendation.figures_before
            after = recommendation.figures_after
            if not recommendation.flow:
                recommendation.outcome = "none"
            else:
                recommendation.outcome = compare_figures(before, after)
            recommendation.outcome_text = recommendation._word_outcome(before, after)

    def _word_outcome(self, before, after):
        """Return in words what was measured, or why nothing could be."""
        self.ensure_one()
        if not self.flow:
            return self.env._("It names no flow: there are no figures to compare.")
        if not self.measured_on:
            return self.env._("It is measured as soon as it is done.")
        if self.outcome == "no_figures":
            return self.env._(
                "No figures of “%(flow)s” are known for the days before and after. "
                "Verify it by looking, and say what you saw.",
                flow=self.flow,
            )
        return self.env._(
            "Before: %(before)s. After: %(after)s.",
            before=self._word_figures(before),
            after=self._word_figures(after),
        )

    @api.model
    def _word_figures(self, figures):
        parts = [
            self.env._("%(runs)s runs", runs=figures["runs"]),
            self.env._(
                "%(share).1f %% failed", share=100 * figures.get("error_share", 0)
            ),
        ]
        if figures.get("duration_ms") is not None:
            parts.append(
                self.env._("95 %% within %(time)s ms", time=figures["duration_ms"])
            )
        return ", ".join(parts)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {
            "figures_before",
            "figures_after",
            "measured_on",
        }

    # === ACTION METHODS === #

    def action_measure(self):
        """Look at the flow's figures again: more days may have passed since."""
        self.check_access("write")
        self._measure()
        return True

    # === BUSINESS METHODS === #

    def _measure(self):
        """Keep the flow's figures of the days before and after it was done."""
        result = super()._measure()
        provider = self.env["cap.monitoring.provider"]
        today = self._cap_today()
        for record in self.filtered("done_on"):
            vals = {"measured_on": today}
            if record.flow:
                start, span = record.done_on, timedelta(days=COMPARED_DAYS)
                end = min(start + span, today + timedelta(days=1))
                whose = (record.subscription_id, record.flow)
                vals |= {
                    "figures_before": provider._get_flow_figures(
                        *whose, start - span, start
                    ),
                    "figures_after": provider._get_flow_figures(*whose, start, end),
                }
            record._guarded_write(vals)
        return result
