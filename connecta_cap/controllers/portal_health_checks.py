from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError
from odoo.http import request, route


class CapPortalHealthChecks(CustomerPortal):
    """The client's Health Checks and what is set up for it."""

    @route(
        "/my/cap/health-checks", type="http", auth="user", website=True, readonly=True
    )
    def cap_health_checks(self, **_kwargs):
        """Show the published checks, the next meeting and the set-up checklists."""
        values = self._prepare_portal_layout_values()
        values |= request.env["cap.health.check"]._portal_list()
        return request.render(
            "connecta_cap.portal_health_checks",
            values | {"page_name": "cap_health_checks"},
        )

    @route(
        "/my/cap/health-checks/<int:check_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_health_check(self, check_id, **_kwargs):
        """Show one check."""
        check = self._find_health_check(check_id)
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_health_check",
            "check_id": check.id,
            "check": check._prepare_document(),
        }
        return request.render("connecta_cap.portal_health_check", values)

    @route(
        "/my/cap/health-checks/<int:check_id>/pdf",
        type="http",
        auth="user",
        website=True,
    )
    def cap_health_check_pdf(self, check_id, **_kwargs):
        """Give the check as a PDF."""
        check = self._find_health_check(check_id)
        return self._show_report(
            check, "pdf", "connecta_cap.cap_health_check_report_action", download=True
        )

    def _find_health_check(self, check_id):
        """Return a check, if the user's own rules show it; else answer 404.

        A check of somebody else and one that does not exist get the same answer.
        """
        try:
            check = request.env["cap.health.check"].search([("id", "=", check_id)])
        except AccessError:
            check = request.env["cap.health.check"]
        if not check:
            raise request.not_found()
        return check
