from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from .lookup import find_one
from .rendering import render_page

FORM_FIELDS = ("tier", "date_wished", "message")


class CapPortalChange(CustomerPortal):
    """The page on which a client asks for another tier."""

    @route(
        "/my/cap/change",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_change(self, tier="", done="", **_kwargs):
        """Show the other tiers, the open request and the answers so far."""
        return self._render_change({"tier": tier}, done=done)

    @route("/my/cap/change", type="http", auth="user", website=True, methods=["POST"])
    def cap_change_ask(self, **post):
        """Ask for another tier, or show the form again with what is wrong."""
        values = {name: post.get(name, "") for name in FORM_FIELDS}
        try:
            with request.env.cr.savepoint():
                request.env["cap.change.request"]._portal_ask(values)
        except UserError as error:
            return self._render_change(values, str(error))
        return request.redirect("/my/cap/change?done=asked")

    @route(
        "/my/cap/change/<int:request_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_change_withdraw(self, request_id, **_kwargs):
        """Withdraw the client's own open request."""
        asked = find_one("cap.change.request", request_id)
        try:
            asked._portal_withdraw()
        except UserError as error:
            return self._render_change({}, str(error))
        return request.redirect("/my/cap/change?done=withdrawn")

    def _render_change(self, values, error="", done=""):
        requests = request.env["cap.change.request"]
        if not requests.has_access("read"):
            raise request.not_found()
        page = self._prepare_portal_layout_values()
        page |= requests._prepare_portal_change(values.get("tier"))
        page |= {
            "page_name": "cap_change",
            "values": values,
            "error": error,
            "done": done,
        }
        return render_page("connecta_cap.portal_change", page)
