import uuid

from odoo.addons.portal.controllers.portal import CustomerPortal
from odoo.exceptions import UserError
from odoo.http import request, route

from ..const import BOOKED_STATES, SESSION_HOURS
from .lookup import count_mine, find_one
from .rendering import render_page

FORM_FIELDS = ("topic", "message", "hours", "wish_1", "wish_2", "wish_3", "slot_id")
MOVE_FIELDS = ("wish_1", "wish_2", "wish_3", "slot_id")
PAGE = "/my/cap/training"
REMEMBERED_FORMS = 5


class CapPortalTraining(CustomerPortal):
    """The client's training: hours, slots, sessions and certificates."""

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        if "cap_training_count" in counters:
            values["cap_training_count"] = count_mine(
                "cap.training.session", ("state", "in", BOOKED_STATES)
            )
        return values

    @route(PAGE, type="http", auth="user", website=True, readonly=True)
    def cap_training(self, done=None, **_kwargs):
        """Show the client's training hours, sessions and what can be booked."""
        return self._render_training(done=done)

    @route(
        f"{PAGE}/request",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_training_form(self, slot=None, **_kwargs):
        """Show the form that asks for a session."""
        return self._render_training_form({"slot_id": slot or ""})

    @route(f"{PAGE}/request", type="http", auth="user", website=True, methods=["POST"])
    def cap_training_request(self, **post):
        """Ask for a session, or show the form again with what is wrong.

        A form that is sent twice asks for one session.
        """
        sent = list(request.session.get("cap_training_forms") or [])
        if post.get("form_key") in sent:
            return request.redirect(f"{PAGE}?done=requested")
        values = {name: post.get(name, "") for name in FORM_FIELDS}
        values["attendees"] = request.httprequest.form.getlist("attendees")
        try:
            with request.env.cr.savepoint():
                request.env["cap.training.session"]._portal_request(values)
        except UserError as error:
            return self._render_training_form(values, str(error))
        sent = [*sent, post.get("form_key")][-REMEMBERED_FORMS:]
        request.session["cap_training_forms"] = sent
        return request.redirect(f"{PAGE}?done=requested")

    @route(
        f"{PAGE}/sessions/<int:session_id>/<any(accept,cancel):verb>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_training_answer(self, session_id, verb, **post):
        """Accept the offered time of the client's own session, or cancel it."""
        session = find_one("cap.training.session", session_id)
        try:
            with request.env.cr.savepoint():
                if verb == "accept":
                    session._portal_accept()
                else:
                    session._portal_cancel(post.get("reason"))
        except UserError as error:
            return self._render_training(error=str(error))
        return request.redirect(f"{PAGE}?done={verb}")

    @route(
        f"{PAGE}/sessions/<int:session_id>/reschedule",
        type="http",
        auth="user",
        website=True,
        methods=["GET"],
        readonly=True,
    )
    def cap_training_move_form(self, session_id, **_kwargs):
        """Show the form that asks for another time for the client's own session."""
        session = find_one("cap.training.session", session_id)
        return self._render_training_move(session, {})

    @route(
        f"{PAGE}/sessions/<int:session_id>/reschedule",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def cap_training_move(self, session_id, **post):
        """Ask for another time, or show the form again with what is wrong."""
        session = find_one("cap.training.session", session_id)
        values = {name: post.get(name, "") for name in MOVE_FIELDS}
        try:
            with request.env.cr.savepoint():
                session._portal_reschedule(values)
        except UserError as error:
            return self._render_training_move(session, values, str(error))
        return request.redirect(f"{PAGE}?done=moved")

    @route(
        f"{PAGE}/sessions/<int:session_id>/certificate",
        type="http",
        auth="user",
        website=True,
    )
    def cap_training_certificate(self, session_id, **_kwargs):
        """Download the certificates of the client's own session."""
        session = find_one("cap.training.session", session_id)
        try:
            session._check_certificate()
        except UserError as error:
            raise request.not_found() from error
        return self._show_report(
            session,
            "pdf",
            "connecta_cap.cap_training_certificate_report",
            download=True,
        )

    def _render_training(self, error="", done=""):
        values = self._prepare_portal_layout_values() | {
            "page_name": "cap_training",
            "error": error,
            "done": done,
            **request.env["cap.subscription"]._prepare_portal_training(),
        }
        return render_page("connecta_cap.portal_training", values)

    def _render_training_move(self, session, values, error=""):
        page = self._prepare_portal_layout_values() | {
            **session._prepare_portal_move(),
            "page_name": "cap_training_move",
            "values": values,
            "error": error,
        }
        return render_page("connecta_cap.portal_training_move", page)

    def _render_training_form(self, values, error=""):
        sessions = request.env["cap.training.session"]
        training = request.env["cap.subscription"]._prepare_portal_training()
        slot = [one for one in training["slots"] if str(one["id"]) == values["slot_id"]]
        chosen = values.get("attendees") or [str(request.env.user.partner_id.id)]
        page = self._prepare_portal_layout_values() | {
            **training,
            "page_name": "cap_training_request",
            "form_key": uuid.uuid4().hex,
            "values": values,
            "chosen": chosen,
            "error": error,
            "slot": slot[0] if slot else None,
            "lengths": SESSION_HOURS,
            "colleagues": sessions._prepare_colleagues(),
        }
        return render_page("connecta_cap.portal_training_request", page)
