import pytz
from babel.dates import format_date, format_time
from markupsafe import Markup

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import get_lang

from ..const import PRIORITY_RESPONSE
from ..tools.frozen_terms import unpack_terms
from ..tools.worktime import to_epoch

STATUS_ICONS = {
    "new": "fa-inbox",
    "open": "fa-cogs",
    "waiting": "fa-reply",
    "closed": "fa-check",
}


class CapTicketPortalPageMixin(models.AbstractModel):
    """The words and figures on a client's pages, ready to be shown.

    Names of colleagues are read as superuser here, one by one, so that templates never
    get a record that knows more than the client may.
    """

    _name = "cap.ticket.portal.page.mixin"
    _inherit = ["cap.ticket.portal.mixin"]
    _description = "A client's pages about tickets"

    # === BUSINESS METHODS - LIST === #

    @api.model
    def _get_portal_filters(self):
        """Return the list's filters: label and domain by name, the first is usual."""
        return {
            "open": {
                "label": self.env._("Open"),
                "domain": Domain("is_closed", "=", False),
            },
            "waiting": {
                "label": self.env._("Waiting for you"),
                "domain": Domain("stage_kind", "=", "waiting"),
            },
            "closed": {
                "label": self.env._("Closed"),
                "domain": Domain("is_closed", "=", True),
            },
            "all": {"label": self.env._("All"), "domain": Domain.TRUE},
        }

    @api.model
    def _get_portal_sortings(self):
        """Return the list's orders: label and order by name, the first is usual."""
        return {
            "newest": {"label": self.env._("Newest"), "order": "id desc"},
            "deadline": {
                "label": self.env._("Deadline"),
                "order": "sla_deadline desc, id desc",
            },
            "subject": {"label": self.env._("Subject"), "order": "name, id desc"},
        }

    @api.model
    def _get_portal_domain(self, filterby, search):
        """Return the domain of a filter's name and a search text."""
        domain = self._get_portal_filters()[filterby]["domain"]
        text = (search or "").strip()
        if text:
            domain &= Domain.OR(
                Domain(name, "ilike", text)
                for name in ("number", "name", "description")
            )
        return domain

    def _prepare_portal_rows(self):
        """Return what the list shows of each ticket, in order."""
        return [ticket._prepare_portal_row() for ticket in self]

    def _prepare_portal_row(self):
        self.ensure_one()
        stage = self.stage_id
        return {
            "url": self.access_url,
            "number": self.number,
            "name": self.name,
            "status": stage.client_label or stage.name,
            "status_icon": STATUS_ICONS[stage.kind],
            "received": self._word_moment(self.sla_start),
            "priority": self._get_selection_label("priority"),
            "promise": self._prepare_portal_promise(),
            "is_emergency": self.is_emergency,
        }

    # === BUSINESS METHODS - FORM === #

    @api.model
    def _portal_preview(self):
        """Return when a request sent now by this user would be assessed.

        :return: dict of `deadline`, its `text` and `explanation`; empty without cover.
        """
        team = self.env["cap.team"]._get_default_team(self._get_portal_company())
        subscription = self._find_live_subscriptions(
            self.env.user.commercial_partner_id, team.company_id
        )
        line = subscription.tier_id._get_entitlement(PRIORITY_RESPONSE)
        if not team or subscription.state != "active" or not line:
            return {}
        preview = self._preview_deadline(line.quantity, team.calendar_id)
        zone = pytz.timezone(preview["zone"])
        return preview | {"text": self._word_moment_in(preview["deadline"], zone)}

    def _tell_received(self):
        """Confirm the receipt to the client.

        The confirmation names the deadline and explains it in the same words as the
        pages do; it is mailed by Odoo's own queue.
        """
        for ticket in self:
            ticket._post_notice(ticket._word_receipt())

    def _word_receipt(self):
        self.ensure_one()
        if self.sla_state == "none":
            return self.env._(
                "We received your request %(number)s. You have no active cover, so we "
                "read it without a promise of when.",
                number=self.number,
            )
        return Markup("<p>%s</p><p>%s</p>") % (
            self.env._(
                "We received your request %(number)s. A person gives it a priority "
                "before %(deadline)s, that is in under %(hours)g working hours.",
                number=self.number,
                deadline=self._word_moment(self.sla_deadline),
                hours=self.sla_hours,
            ),
            self.sla_explanation,
        )

    # === BUSINESS METHODS - PAGE === #

    def _prepare_portal_values(self):
        """Return what the page of one ticket shows."""
        self.ensure_one()
        known = self.sudo()
        return self._prepare_portal_row() | {
            "description": self.description,
            "area": self._get_selection_label("area"),
            "urgency": self._get_selection_label("requested_urgency"),
            "type": self._get_selection_label("ticket_type"),
            "contact": known.partner_id.name,
            "agent": known.user_id.name,
            "reason": self.priority_reason,
            "assessed_by": known.priority_assigned_by_id.name,
            "assessed_at": self._word_moment(self.priority_assigned_at),
            "is_closed": self.is_closed,
            "may_reopen": self._may_reopen(),
            "rating": self._prepare_portal_rating(),
        }

    def _prepare_portal_promise(self):
        """Return the state of the promise in words, with what a live clock needs.

        :return: dict of `state` ('none', 'running', 'overdue', 'met' or 'late'),
            `deadline` in words, `explanation`, and in epoch seconds the `work` spans
            and `now`, which the countdown goes by.
        """
        self.ensure_one()
        state = self.sla_state
        if state in ("running", "breached"):
            late = state == "breached" or self.sla_deadline <= self._cap_now()
            state = ("late" if self.priority else "overdue") if late else "running"
        return {
            "state": state,
            "deadline": self._word_moment(self.sla_deadline),
            "explanation": self.sla_explanation,
            "work": (self.sla_terms or {}).get("work", []),
            "now": to_epoch(pytz.utc.localize(self._cap_now())),
        }

    def _get_selection_label(self, name):
        labels = dict(self._fields[name]._description_selection(self.env))
        return labels.get(self[name], "")

    def _word_moment(self, moment):
        """Return a moment as 'Tue 7 Apr 12:00 CEST', in the program's zone."""
        if not moment:
            return ""
        _spans, _closures, zone = unpack_terms(self.sla_terms if self else None)
        return self._word_moment_in(moment, zone)

    @api.model
    def _word_moment_in(self, moment, zone):
        local = pytz.utc.localize(moment).astimezone(zone)
        locale = get_lang(self.env).code
        day = format_date(local, "EEE d MMM", locale=locale)
        return f"{day} {format_time(local, 'HH:mm', locale=locale)} {local.tzname()}"
