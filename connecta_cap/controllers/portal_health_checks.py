from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from .lookup import find_one
from .rendering import render_page


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
        return self._render_health_check(find_one("cap.health.check", check_id))

    @route(
        "/my/cap/health-checks/<int:check_id>/actions/<int:action_id>/<string:step>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_health_action(self, check_id, action_id, step, note="", **_kwargs):
        """Mark an action as done, take that back, or comment on it."""
        check = find_one("cap.health.check", check_id)
        try:
            with request.env.cr.savepoint():
                check._portal_act(action_id, step, note)
        except AccessError:
            raise request.not_found() from None
        except UserError as error:
            return self._render_health_check(check, action_id, str(error), note)
        return request.redirect(f"/my/cap/health-checks/{check_id}#action-{action_id}")

    def _render_health_check(self, check, failed=None, error="", text=""):
        """Show a check, and what is wrong with what was asked for an action."""
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_health_check",
            "check_id": check.id,
            "check": check._prepare_document(),
            "failed": failed,
            "error": error,
            "text": text,
        }
        return render_page("connecta_cap.portal_health_check", values)

    @route(
        "/my/cap/health-checks/<int:check_id>/pdf",
        type="http",
        auth="user",
        website=True,
    )
    def cap_health_check_pdf(self, check_id, **_kwargs):
        """Give the check as a PDF."""
        check = find_one("cap.health.check", check_id)
        return self._show_report(
            check, "pdf", "connecta_cap.cap_health_check_report_action", download=True
        )
