from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError
from odoo.http import request, route

from .lookup import count_mine

PAGE_SIZE = 20


class CapPortalCover(CustomerPortal):
    """The client's home, and the pages about its cover."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_ticket_count" in counters:
            values["cap_ticket_count"] = count_mine(
                "cap.ticket", ("is_closed", "=", False)
            )
        return values

    @route("/my/cap", type="http", auth="user", website=True, readonly=True)
    def cap_cover(self, **_kwargs):
        """Show the client's tier, what became of its promises and how it compares."""
        values = self._prepare_portal_layout_values()
        values |= self._list_covers()._prepare_portal_cover()
        return request.render(
            "connecta_cap.portal_cover", values | {"page_name": "cap_cover"}
        )

    @route(
        ["/my/cap/deliveries", "/my/cap/deliveries/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_deliveries(self, page=1, filterby=None, **_kwargs):
        """List what the client was promised, and what became of it."""
        cover = self._list_covers()[:1]
        listed = cover._prepare_portal_deliveries(filterby)
        pager = portal_pager(
            url="/my/cap/deliveries",
            url_args={"filterby": listed["filterby"]},
            total=listed["total"],
            page=page,
            step=PAGE_SIZE,
        )
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_deliveries",
            "subscription": cover,
            "rows": cover._list_portal_deliveries(listed, PAGE_SIZE, pager["offset"]),
            "pager": pager,
            "filters": listed["filters"],
            "filterby": listed["filterby"],
        }
        return request.render("connecta_cap.portal_deliveries", values)

    @route("/my/cap/history", type="http", auth="user", website=True, readonly=True)
    def cap_history(self, day=None, **_kwargs):
        """Show the client's cover over time, and what it had on a day."""
        covers = self._list_covers()
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_history",
            "covers": covers,
            **covers._prepare_portal_history(day),
        }
        return request.render("connecta_cap.portal_history", values)

    def _list_covers(self):
        """Return the user's own covers; answer 404 to who has no business here."""
        try:
            return request.env["cap.subscription"]._list_portal_subscriptions()
        except AccessError:
            raise request.not_found() from None
