from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from .lookup import find_one
from .rendering import render_page


class CapPortalFairUse(CustomerPortal):
    """The client's fair use: rule, figures, what counts, and a way to contest it."""

    @route("/my/cap/fair-use", type="http", auth="user", website=True, readonly=True)
    def cap_fair_use(self, contested=None, **_kwargs):
        """Show the client's fair use as of this moment."""
        return self._render_fair_use({"contested": bool(contested)})

    @route(
        "/my/cap/fair-use/contest",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_fair_use_contest(self, ticket_id="", measure="", message="", **_kwargs):
        """Contest a counted ticket, or show the page again with what is wrong."""
        number = int(ticket_id) if ticket_id.isdecimal() and len(ticket_id) < 10 else 0
        ticket = find_one("cap.ticket", number)
        contests = request.env["cap.fair.use.contest"]
        try:
            with request.env.cr.savepoint():
                contests._portal_contest(ticket, measure, message)
        except UserError as error:
            draft = {"ticket_id": ticket.id, "measure": measure, "message": message}
            return self._render_fair_use({"error": str(error), "draft": draft})
        return request.redirect("/my/cap/fair-use?contested=1")

    def _render_fair_use(self, values):
        page = self._prepare_portal_layout_values() | {
            "page_name": "cap_fair_use",
            "fair_use": request.env["cap.subscription"]._prepare_portal_fair_use(),
            "contested": False,
            "error": "",
            "draft": {},
        }
        return render_page("connecta_cap.portal_fair_use", page | values)
