from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.http import request, route


class CapPortalCover(CustomerPortal):
    """The client's home and the page about its cover."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_ticket_count" in counters:
            values["cap_ticket_count"] = request.env["cap.ticket"].search_count(
                [("is_closed", "=", False)]
            )
        return values

    @route("/my/cap", type="http", auth="user", website=True, readonly=True)
    def cap_cover(self):
        """Show the client's tier, what it gives and how it compares."""
        values = self._prepare_portal_layout_values()
        values |= request.env["cap.subscription"]._prepare_portal_cover()
        values |= {"page_name": "cap_cover"}
        return request.render("connecta_cap.portal_cover", values)
