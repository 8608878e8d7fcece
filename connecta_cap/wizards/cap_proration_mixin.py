from datetime import timedelta

from odoo import api, fields, models


class CapProrationMixin(models.AbstractModel):
    """Shows what a change of tier costs in the billing period that it falls into.

    For a wizard with a `subscription_id`, the new `tier_id`, its `date_start` and
    whether it is to `keep_plans`.
    """

    _name = "cap.proration.mixin"
    _description = "Cost of a change of tier"

    proration_html = fields.Html(
        compute="_compute_proration_html", sanitize=False, string="What it costs"
    )

    # === COMPUTE METHODS === #

    @api.depends("subscription_id", "tier_id", "date_start", "keep_plans")
    @api.depends_context("lang")
    def _compute_proration_html(self):
        for wizard in self:
            figures = wizard._prepare_proration()
            wizard.proration_html = bool(figures) and self.env["ir.qweb"]._render(
                "connecta_cap.tier_proration",
                {
                    "figures": figures,
                    "last_day": figures.period.end - timedelta(days=1),
                    "currency": wizard.tier_id.currency_id,
                },
            )

    # === BUSINESS METHODS === #

    def _prepare_proration(self):
        """Return what the change of this wizard costs.

        :return: `tools.proration.Proration`, None while something is missing.
        """
        self.ensure_one()
        if not (self.subscription_id and self.tier_id and self.date_start):
            return None
        if self.date_start > self.subscription_id._cap_last_day():
            return None
        return self.subscription_id._prorate_change(
            self.tier_id, self.date_start, self.keep_plans
        )
