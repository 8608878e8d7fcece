from odoo import api, models


class CapSubscriptionPortalMixin(models.AbstractModel):
    """What a client sees of its subscription."""

    _name = "cap.subscription.portal.mixin"
    _inherit = ["cap.clock.mixin", "cap.portal.whitelist.mixin"]
    _description = "A client's side of a subscription"

    @api.model
    def _prepare_portal_cover(self):
        """Return what the client's page about its cover shows.

        :return: dict of the client's `subscription` (live first, else the latest),
            its `tier`, `matrix` values, what it may `change`, `manager` (name and
            e-mail), `hours` and `closed_days` ahead.
        """
        subscription = self.search([], order="state, id desc", limit=1)
        manager = subscription.sudo().account_manager_id
        company = subscription.sudo().company_id or self.env.user.company_id
        calendar = self.env["cap.team"]._get_default_team(company).calendar_id
        matrix = self.env["cap.tier"]._prepare_matrix_values(subscription.tier_id)
        if company.sudo().cap_show_prices:
            matrix["prices"] = matrix["tiers"]._list_price_words()
        return {
            "subscription": subscription,
            "tier": subscription.tier_id,
            "matrix": matrix,
            "change": self.env["cap.change.request"]._prepare_portal_change(),
            "manager": {"name": manager.name, "email": manager.email},
            "zone": calendar.tz,
            "hours": calendar._word_weekly_hours(),
            "closed_days": calendar._list_closed_days(self._cap_now()),
        }

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "partner_id",
            "state",
            "active",
            "period_ids",
            "tier_id",
            "date_start",
            "date_end",
            "account_manager_id",
            "consultant_id",
        }
