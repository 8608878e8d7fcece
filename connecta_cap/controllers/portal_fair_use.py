from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route


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
        tickets = request.env["cap.ticket"]
        number = int(ticket_id) if ticket_id.isdecimal() and len(ticket_id) < 10 else 0
        ticket = tickets.search([("id", "=", number)])
        if not ticket:
            raise request.not_found()
        contests = request.env["cap.fair.use.contest"]
        try:
            with request.env.cr.savepoint():
                contests._portal_contest(ticket, measure, message)
        except UserError as error:
            draft = {"ticket_id": ticket.id, "measure": measure, "message": message}
            response = self._render_fair_use({"error": str(error), "draft": draft})
            response.status_code = 422
            return response
        return request.redirect("/my/cap/fair-use?contested=1")

    def _render_fair_use(self, values):
        page = self._prepare_portal_layout_values() | {
            "page_name": "cap_fair_use",
            "fair_use": request.env["cap.subscription"]._prepare_portal_fair_use(),
            "contested": False,
            "error": "",
            "draft": {},
        }
        return request.render("connecta_cap.portal_fair_use", page | values)
