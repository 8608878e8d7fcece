from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from .lookup import count_mine, find_one
from .rendering import render_page

STEPS = ("accept", "decline")
PAGE_SIZE = 20


class CapPortalAudits(CustomerPortal):
    """The client's audits and recommendations."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_audit_count" in counters:
            values["cap_audit_count"] = count_mine(
                "cap.audit", ("state", "=", "published")
            )
        if "cap_recommendation_count" in counters:
            values["cap_recommendation_count"] = count_mine(
                "cap.recommendation", ("state", "=", "proposed")
            )
        return values

    # === AUDITS === #

    @route("/my/cap/audits", type="http", auth="user", website=True, readonly=True)
    def cap_audits(self, **_kwargs):
        """List the published audits of the client's organisation."""
        values = self._prepare_portal_layout_values()
        values |= request.env["cap.audit"]._portal_list()
        return request.render(
            "connecta_cap.portal_audits", values | {"page_name": "cap_audits"}
        )

    @route(
        "/my/cap/audits/<int:audit_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_audit(self, audit_id, **_kwargs):
        """Show one audit."""
        return self._render_audit(find_one("cap.audit", audit_id))

    @route(
        "/my/cap/audits/<int:audit_id>/acknowledge",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_audit_acknowledge(self, audit_id, **_kwargs):
        """Record that the client has read its audit."""
        find_one("cap.audit", audit_id)._portal_acknowledge()
        return request.redirect(f"/my/cap/audits/{audit_id}")

    @route("/my/cap/audits/<int:audit_id>/pdf", type="http", auth="user", website=True)
    def cap_audit_pdf(self, audit_id, **_kwargs):
        """Give the audit as a PDF."""
        audit = find_one("cap.audit", audit_id)
        return self._show_report(
            audit, "pdf", "connecta_cap.cap_audit_report_action", download=True
        )

    @route(
        "/my/cap/audits/<int:audit_id>/screenshots/<int:attachment_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_audit_screenshot(self, audit_id, attachment_id, **_kwargs):
        """Give a picture of one of the audit's findings."""
        audit = find_one("cap.audit", audit_id)
        picture = audit._portal_screenshot(attachment_id)
        if not picture:
            raise request.not_found()
        return request.env["ir.binary"]._get_stream_from(picture).get_response()

    def _render_audit(self, audit, failed=None, error="", text=""):
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_audit",
            "audit_id": audit.id,
            "audit": audit._prepare_document(),
            "back": "audit",
        }
        return self._render_answers(
            "connecta_cap.portal_audit", values, failed, error, text
        )

    # === RECOMMENDATIONS === #

    @route(
        ["/my/cap/recommendations", "/my/cap/recommendations/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_recommendations(self, page=1, filterby=None, **_kwargs):
        """List what the client's organisation was advised."""
        return self._render_recommendations(filterby, page)

    @route(
        "/my/cap/recommendations/<int:advice_id>/<string:step>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_recommendation_answer(self, advice_id, step, reason="", back="", **_kwargs):
        """Accept or decline; show the page again with what is missing."""
        advice = find_one("cap.recommendation", advice_id)
        if step not in STEPS:
            raise request.not_found()
        try:
            with request.env.cr.savepoint():
                advice._portal_answer(step, reason)
        except AccessError:
            raise request.not_found() from None
        except UserError as error:
            shown = (advice_id, str(error), reason)
            if back == "audit":
                return self._render_audit(advice.audit_id, *shown)
            return self._render_recommendations("open", 1, *shown)
        if back == "audit":
            url = f"/my/cap/audits/{advice.audit_id.id}"
        else:
            url = "/my/cap/recommendations"
        return request.redirect(f"{url}#advice-{advice_id}")

    def _render_recommendations(self, filterby, page, failed=None, error="", text=""):
        advice = request.env["cap.recommendation"]
        filters = advice._get_portal_filters()
        filterby = filterby if filterby in filters else next(iter(filters))
        domain = filters[filterby]["domain"]
        pager = portal_pager(
            url="/my/cap/recommendations",
            url_args={"filterby": filterby},
            total=advice.search_count(domain),
            page=page,
            step=PAGE_SIZE,
        )
        found = advice.search(domain, limit=PAGE_SIZE, offset=pager["offset"])
        if failed:
            # what the answer was about comes first, whatever page it stood on
            found = advice.browse(failed) | found
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_recommendations",
            "default_url": "/my/cap/recommendations",
            "rows": found._prepare_portal_rows(),
            "pager": pager,
            "searchbar_filters": filters,
            "filterby": filterby,
            "back": "list",
        }
        return self._render_answers(
            "connecta_cap.portal_recommendations", values, failed, error, text
        )

    def _render_answers(self, template, values, failed, error, text):
        """Render a page with recommendations, and what is wrong with an answer."""
        values |= {"failed": failed, "error": error, "text": text}
        return render_page(template, values)
