from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.http import request, route

from .lookup import find_one

PAGE_SIZE = 20
PARAMETERS = ("search", "topic", "kind", "show")


class CapPortalLibrary(CustomerPortal):
    """The client's library of training material."""

    @route(
        ["/my/cap/library", "/my/cap/library/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def cap_library(self, page=1, **query):
        """List the material that the client's cover gives today."""
        materials = request.env["cap.training.material"]
        values = self._prepare_portal_layout_values() | {"page_name": "cap_library"}
        if not materials._has_library():
            return request.render("connecta_cap.portal_library_closed", values)
        asked = {name: query.get(name, "") for name in PARAMETERS}
        choice = materials._clean_choice(**asked)
        previous = materials._portal_enter_library()
        domain = materials._get_library_domain(choice, previous)
        pager = portal_pager(
            url="/my/cap/library",
            url_args={name: choice[name] for name in PARAMETERS if choice[name]},
            total=materials.search_count(domain),
            page=page,
            step=PAGE_SIZE,
        )
        found = materials.search(domain, limit=PAGE_SIZE, offset=pager["offset"])
        values |= {
            "rows": found._prepare_library_rows(previous),
            "choice": choice,
            "pager": pager,
        }
        return request.render("connecta_cap.portal_library", values)

    @route(
        "/my/cap/library/<int:material_id>",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
    )
    def cap_material(self, material_id, **_kwargs):
        """Show one piece of material and note that it was opened."""
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_material",
            "material": self._find_material(material_id)._portal_open(),
        }
        return request.render("connecta_cap.portal_material", values)

    @route(
        "/my/cap/library/<int:material_id>/file",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_material_file(self, material_id, **_kwargs):
        """Send the file of the version that is shown."""
        stream = self._find_material(material_id)._portal_get_file()
        if not stream:
            raise request.not_found()
        return stream.get_response(as_attachment=True)

    @route(
        "/my/cap/library/<int:material_id>/favourite",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_material_favourite(self, material_id, keep="", **_kwargs):
        """Keep the material among the reader's favourites, or no longer."""
        self._find_material(material_id)._portal_set_favourite(keep == "1")
        return request.redirect(f"/my/cap/library/{material_id}")

    def _find_material(self, material_id):
        """Return the material, if the reader's cover gives it; else answer 404."""
        return find_one("cap.training.material", material_id, ("is_offered", "=", True))
