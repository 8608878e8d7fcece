from odoo import api, fields, models


class CapSubscriptionCoverOn(models.TransientModel):
    """Answers what a client was entitled to on any day, in the words of that day."""

    _name = "cap.subscription.cover.on"
    _description = "Cover on a day"

    subscription_id = fields.Many2one(
        "cap.subscription", required=True, readonly=True, ondelete="cascade"
    )
    date = fields.Date(
        "On",
        required=True,
        default=lambda self: self.env["cap.subscription"]._cap_today(),
    )
    cover_html = fields.Html(compute="_compute_cover_html", sanitize=False)

    # === COMPUTE METHODS === #

    @api.depends("subscription_id", "date")
    def _compute_cover_html(self):
        for wizard in self:
            subscription, day = wizard.subscription_id, wizard.date
            wizard.cover_html = bool(day) and self.env["ir.qweb"]._render(
                "connecta_cap.cover_on",
                {
                    "tier": subscription._tier_on(day),
                    "terms": subscription._terms_on(day),
                    "suspended": subscription.sudo().suspension_ids._covers(day),
                    "draft": subscription.state == "draft",
                },
            )
