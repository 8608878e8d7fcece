from odoo import api, fields, models


class CapWhatIfMixin(models.AbstractModel):
    """Shows in a wizard what the client's last weeks say about the chosen tier."""

    _name = "cap.what.if.mixin"
    _description = "What-if of a tier"

    subscription_id = fields.Many2one("cap.subscription")
    tier_id = fields.Many2one("cap.tier")
    what_if_html = fields.Html(
        "The client's last 90 days",
        compute="_compute_what_if_html",
        sanitize=False,
        help="What the client needed and got: the client reads the same on its page.",
    )

    # === COMPUTE METHODS === #

    @api.depends("tier_id", "subscription_id")
    def _compute_what_if_html(self):
        for wizard in self:
            subscription, tier = wizard.subscription_id, wizard.tier_id
            findings = bool(subscription and tier) and (
                subscription._prepare_what_if(tier).get(tier)
            )
            wizard.what_if_html = bool(findings) and self.env["ir.qweb"]._render(
                "connecta_cap.tier_what_if", {"findings": findings}
            )
