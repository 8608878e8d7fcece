from odoo import api, fields, models
from odoo.fields import Domain

from ..const import TRAINING_MATERIAL


class CapTrainingAccessMixin(models.AbstractModel):
    """Which training material the asking client may see at this moment.

    The record rule asks a yes or no that is looked up with each search: the rule that
    Odoo keeps in its cache names no tier, so that a change of the tier holds at once.
    """

    _name = "cap.training.access.mixin"
    _inherit = ["cap.clock.mixin", "cap.portal.whitelist.mixin"]
    _description = "Access to training material"

    is_offered = fields.Boolean(
        "Offered to the reader",
        compute="_compute_is_offered",
        search="_search_is_offered",
        compute_sudo=True,
    )

    # === COMPUTE METHODS === #

    @api.depends("state", "tier_ids", "company_id")
    @api.depends_context("uid", "cap_clock")
    def _compute_is_offered(self):
        domain = self._get_offered_domain()
        offered = self.sudo().filtered_domain(domain)
        for material in self:
            material.is_offered = material in offered

    def _search_is_offered(self, operator, value):
        if operator != "in":
            return NotImplemented
        # a query of its own: the reader may not ask by tier or company
        return Domain("id", "in", self.sudo()._search(self._get_offered_domain()))

    # === BUSINESS METHODS === #

    @api.model
    def _get_offered_domain(self):
        """Return the domain of what the asking user's client may see today."""
        subscriptions = (
            self.env["cap.subscription"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.env.user.commercial_partner_id.id),
                    ("state", "=", "active"),
                ]
            )
        )
        today = self._cap_today()
        covers = [
            Domain("company_id", "in", [False, subscription.company_id.id])
            & Domain("tier_ids", "in", [False, subscription._tier_on(today).id])
            for subscription in subscriptions
            if subscription._entitled(TRAINING_MATERIAL, today)
        ]
        return Domain("state", "=", "published") & Domain.OR(covers)

    @api.model
    def _forget_offered(self):
        """Let what was looked up in this transaction be looked up again."""
        self.env["cap.training.material"].invalidate_model(["is_offered"], flush=False)
