from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError
from odoo.http import request, route

from .lookup import count_mine, find_one


class CapPortalHealth(CustomerPortal):
    """How the client's environments and their flows do."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_environment_count" in counters:
            values["cap_environment_count"] = count_mine("cap.environment")
        return values

    @route("/my/cap/health", type="http", auth="user", website=True, readonly=True)
    def cap_health(self, **_kwargs):
        """List the environments of the client's organisation."""
        try:
            found = request.env["cap.health.page"]._prepare_portal_list()
        except AccessError:
            raise request.not_found() from None
        values = self._prepare_portal_layout_values() | found
        return request.render(
            "connecta_cap.portal_health", values | {"page_name": "cap_health"}
        )

    @route(
        "/my/cap/health/<int:environment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_health_environment(self, environment_id, period=None, **_kwargs):
        """Show one environment."""
        found = find_one("cap.environment", environment_id)
        board = request.env["cap.health.page"]._prepare_portal_environment(
            found, period
        )
        return self._render_board("cap_health_environment", board)

    @route(
        "/my/cap/health/<int:environment_id>/flow/<int:flow_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_health_flow(self, environment_id, flow_id, period=None, **_kwargs):
        """Show one flow of an environment."""
        found = find_one("cap.flow", flow_id, ("environment_id", "=", environment_id))
        board = request.env["cap.health.page"]._prepare_portal_flow(found, period)
        return self._render_board("cap_health_flow", board)

    def _render_board(self, page_name, board):
        values = self._prepare_portal_layout_values() | {
            "page_name": page_name,
            "board": board,
        }
        return request.render(f"connecta_cap.portal_{page_name[4:]}", values)
