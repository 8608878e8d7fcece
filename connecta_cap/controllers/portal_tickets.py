import uuid

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager
from odoo.exceptions import AccessError, UserError
from odoo.http import request, route

from ..const import MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, MAX_SUBMISSION_BYTES
from .rendering import render_page

FORM_FIELDS = (
    "name",
    "description",
    "area",
    "requested_urgency",
    "requested_type",
    "origin_ticket_id",
    "is_emergency",
    "blocked_process",
    "blocked_since",
    "callback_phone",
    "flow_id",
)
PAGE_SIZE = 20
REMEMBERED_FORMS = 5


class CapPortalTickets(CustomerPortal):
    """The client's tickets: list, form and page."""

    @route(
        ["/my/cap/tickets", "/my/cap/tickets/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_tickets(self, page=1, sortby=None, filterby=None, search=None, **_kwargs):
        """List the tickets of the client's organisation."""
        tickets = request.env["cap.ticket"]
        filters = tickets._get_portal_filters()
        sortings = tickets._get_portal_sortings()
        filterby = filterby if filterby in filters else next(iter(filters))
        sortby = sortby if sortby in sortings else next(iter(sortings))
        domain = tickets._get_portal_domain(filterby, search)
        pager = portal_pager(
            url="/my/cap/tickets",
            url_args={"sortby": sortby, "filterby": filterby, "search": search or ""},
            total=tickets.search_count(domain),
            page=page,
            step=PAGE_SIZE,
        )
        found = tickets.search(
            domain,
            order=sortings[sortby]["order"],
            limit=PAGE_SIZE,
            offset=pager["offset"],
        )
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_tickets",
            "default_url": "/my/cap/tickets",
            "rows": found._prepare_portal_rows(),
            "pager": pager,
            "searchbar_sortings": sortings,
            "searchbar_filters": filters,
            "searchbar_inputs": {"all": {"input": "all", "label": "All"}},
            "search_in": "all",
            "sortby": sortby,
            "filterby": filterby,
            "search": search,
        }
        return request.render("connecta_cap.portal_tickets", values)

    # === NEW TICKET === #

    @route(
        "/my/cap/tickets/new",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_ticket_new(self, follow_up=None, ask=None, flow=None, **_kwargs):
        """Show the form of a new ticket, with what is known of a flow."""
        values = {"origin_ticket_id": follow_up or "", "requested_type": ask or ""}
        values |= request.env["cap.flow"]._portal_ticket_values(flow)
        return self._render_form(values)

    @route(
        "/my/cap/tickets/new",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
        max_content_length=MAX_SUBMISSION_BYTES,
    )
    def cap_ticket_submit(self, form_key="", **post):
        """Create the ticket, or show the form again with what is wrong.

        A form that is sent twice leads to the ticket of its first sending.
        """
        sent = dict(request.session.get("cap_forms") or {})
        if form_key in sent:
            return request.redirect(f"/my/cap/tickets/{sent[form_key]}")
        values = {name: post.get(name, "") for name in FORM_FIELDS}
        uploads = [
            upload
            for upload in request.httprequest.files.getlist("attachments")
            if upload.filename
        ]
        files = [(upload.filename, upload.read()) for upload in uploads]
        try:
            with request.env.cr.savepoint():
                ticket = request.env["cap.ticket"]._portal_submit(values, files)
        except UserError as error:
            names = [name for name, _content in files]
            return self._render_form(values, str(error), names)
        sent = dict(list(sent.items())[1 - REMEMBERED_FORMS :])
        request.session["cap_forms"] = sent | {form_key: ticket.id}
        return request.redirect(f"{ticket.access_url}?received=1")

    def _render_form(self, values, error="", file_names=()):
        tickets = request.env["cap.ticket"]
        preview = tickets._portal_preview()
        page = self._prepare_portal_layout_values() | {
            "page_name": "cap_ticket_new",
            "values": values,
            "error": error,
            "file_names": file_names,
            "form_key": uuid.uuid4().hex,
            "areas": tickets._fields["area"]._description_selection(request.env),
            "urgencies": tickets._fields["requested_urgency"]._description_selection(
                request.env
            ),
            "request_types": tickets._prepare_portal_request_types(),
            "preview": preview,
            "emergency": tickets._portal_emergency(),
            "most_files": MAX_ATTACHMENTS,
            "most_megabytes": MAX_ATTACHMENT_BYTES // 1024**2,
            "most_bytes": MAX_ATTACHMENT_BYTES,
        }
        return render_page("connecta_cap.portal_ticket_new", page)

    # === ONE TICKET === #

    @route(
        "/my/cap/tickets/<int:ticket_id>",
        type="http",
        auth="user",
        website=True,
        readonly=True,
    )
    def cap_ticket(self, ticket_id, received=None, error=None, merged="", **_kwargs):
        """Show one ticket with its conversation; one that was merged leads on."""
        ticket = self._find_ticket(ticket_id)
        if ticket.id != ticket_id:
            return request.redirect(f"{ticket.access_url}?merged={ticket_id}")
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_ticket",
            "ticket": ticket._prepare_portal_values(),
            "object": ticket,
            "received": bool(received),
            "too_late": bool(error),
            "merged_number": ticket._portal_merged_number(merged),
        }
        return request.render("connecta_cap.portal_ticket", values)

    @route(
        "/my/cap/tickets/<int:ticket_id>/close",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_ticket_close(self, ticket_id, **_kwargs):
        """Close the client's own ticket."""
        ticket = self._find_ticket(ticket_id)
        if ticket.id == ticket_id:
            ticket._portal_close()
        return request.redirect(ticket.access_url)

    @route(
        "/my/cap/tickets/<int:ticket_id>/reopen",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_ticket_reopen(self, ticket_id, **_kwargs):
        """Reopen the client's own ticket while that is possible."""
        ticket = self._find_ticket(ticket_id)
        try:
            if ticket.id == ticket_id:
                ticket._portal_reopen()
        except AccessError:
            raise
        except UserError:
            return request.redirect(f"{ticket.access_url}?error=late")
        return request.redirect(ticket.access_url)

    def _find_ticket(self, ticket_id):
        """Return the ticket, if the user's own rules show it; else answer 404.

        A ticket of somebody else and one that does not exist get the same answer; for a
        merged one it is the ticket that it goes on in, to be shown and not to be acted
        on.
        """
        try:
            ticket = request.env["cap.ticket"]._portal_find(ticket_id)
        except AccessError:
            ticket = request.env["cap.ticket"]
        if not ticket:
            raise request.not_found()
        return ticket
