from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from .lookup import find_one
from .rendering import render_page

FORM_FIELDS = ("name", "goals", "participants", "wish_start", "wish_end")


class CapPortalWorkshop(CustomerPortal):
    """The client's yearly workshop: the wish, the date, the report."""

    @route(
        "/my/cap/workshop",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_workshop(self, **_kwargs):
        """Show the client's workshops and the form of a wish."""
        return self._render_page({})

    @route("/my/cap/workshop", type="http", auth="user", website=True, methods=["POST"])
    def cap_workshop_wish(self, **post):
        """Take the client's wish, or show the form again with what is wrong."""
        values = {name: post.get(name, "") for name in FORM_FIELDS}
        chosen = request.httprequest.form.getlist("attendees")
        try:
            with request.env.cr.savepoint():
                request.env["cap.workshop"]._portal_wish(values, chosen)
        except UserError as error:
            return self._render_page(values | {"attendees": chosen}, str(error))
        return request.redirect("/my/cap/workshop")

    @route(
        "/my/cap/workshop/<int:workshop_id>/withdraw",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_workshop_withdraw(self, workshop_id, **_kwargs):
        """Take the client's own wish back."""
        workshop = find_one("cap.workshop", workshop_id)
        try:
            workshop._portal_withdraw()
        except UserError as error:
            return self._render_page({}, str(error))
        return request.redirect("/my/cap/workshop")

    @route(
        "/my/cap/workshop/<int:workshop_id>/file/<int:file_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_workshop_file(self, workshop_id, file_id, **_kwargs):
        """Send a file of the published report."""
        stream = find_one("cap.workshop", workshop_id)._portal_get_file(file_id)
        if not stream:
            raise request.not_found()
        return stream.get_response(as_attachment=True)

    def _render_page(self, values, error=""):
        page = self._prepare_portal_layout_values()
        page |= request.env["cap.workshop"]._prepare_portal_page()
        page |= {"page_name": "cap_workshop", "values": values, "error": error}
        return render_page("connecta_cap.portal_workshop", page)
