from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.http import content_disposition, request, route

from .lookup import count_mine, find_one

PAGE_SIZE = 12
# a draft is nobody's page yet, not even for staff
SENT = [("state", "=", "sent")]


class CapPortalReports(CustomerPortal):
    """The client's service reports: a list, and the PDF of each."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_report_count" in counters:
            values["cap_report_count"] = count_mine("cap.service.report", *SENT)
        return values

    @route(
        ["/my/cap/reports", "/my/cap/reports/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_reports(self, page=1, **_kwargs):
        """List the reports that were sent to the client."""
        reports = request.env["cap.service.report"]
        pager = portal_pager(
            url="/my/cap/reports",
            total=reports.search_count(SENT),
            page=page,
            step=PAGE_SIZE,
        )
        found = reports.search(SENT, limit=PAGE_SIZE, offset=pager["offset"])
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_reports",
            "reports": found._prepare_portal_rows(),
            "pager": pager,
        }
        return request.render("connecta_cap.portal_reports", values)

    @route(
        "/my/cap/reports/<int:report_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_report(self, report_id, **_kwargs):
        """Download the PDF of one report.

        One of somebody else, one that was not sent and one that does not exist get the
        same answer.
        """
        report = find_one("cap.service.report", report_id, *SENT)
        name, content = report._portal_get_pdf()
        return request.make_response(
            content,
            [
                ("Content-Type", "application/pdf"),
                ("Content-Length", len(content)),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
