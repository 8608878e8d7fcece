from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import format_date, format_datetime

from ..const import DESK_DAYS, DESK_ROWS, PUBLISHED_STATES


class CapDeskSectionsMixin(models.AbstractModel):
    """The sections of a consultant's screen that come with the program.

    Each gets a `Desk` (the clients for whom the user acts, today, the last day to look
    at) and returns what the screen draws, whatever the section is about.
    """

    _name = "cap.desk.sections.mixin"
    _inherit = ["cap.clock.mixin", "cap.preparation.mixin"]
    _description = "Sections of a consultant's screen"

    # === BUSINESS METHODS === #

    @api.model
    def _prepare_desk_clients(self, desk):
        rows = []
        for client in desk.clients[:DESK_ROWS]:
            words, tone = self.env._("nothing owed"), "success"
            if client.late_count:
                words = self.env._("%(count)s late", count=client.late_count)
                tone = "danger"
            elif client.owed_count:
                words, tone = self.env._("%(count)s owed", count=client.owed_count), ""
            text = self.env._(
                "%(tier)s, %(count)s open tickets",
                tier=client.tier_id.name,
                count=client.open_ticket_count,
            )
            if client.consultant_id != self.env.user:
                text += ", " + self.env._(
                    "in the place of %(user)s", user=client.consultant_id.name
                )
            rows.append(
                self._prepare_row(client, client.partner_id.name, text, words, tone)
            )
        return self._prepare_section(
            "clients",
            self.env._("My clients"),
            "fa-building-o",
            self.env._("No client has you as consultant yet."),
            rows,
            len(desk.clients),
            action="connecta_cap.cap_subscription_action",
            context={"search_default_my_clients": 1},
        )

    @api.model
    def _prepare_desk_due(self, desk):
        deliveries = self.env["cap.delivery"]
        domain = (
            Domain("subscription_id", "in", desk.clients.ids)
            & Domain("state", "in", ("late", "due", "planned"))
            & Domain("due_date", "<=", desk.until)
        )
        found = deliveries.search(domain, order="due_date, id", limit=DESK_ROWS)
        labels = dict(deliveries._fields["state"]._description_selection(self.env))
        tones = {"late": "danger", "planned": "info"}
        rows = [
            self._prepare_row(
                delivery,
                delivery.entitlement_id.name,
                self.env._(
                    "%(client)s, by %(day)s",
                    client=delivery.partner_id.name,
                    day=format_date(self.env, delivery.due_date),
                ),
                labels[delivery.state],
                tones.get(delivery.state, ""),
            )
            for delivery in found
        ]
        return self._prepare_section(
            "due",
            self.env._("Due or late"),
            "fa-check-square-o",
            self.env._("Nothing is due within two weeks."),
            rows,
            deliveries.search_count(domain),
            action="connecta_cap.cap_delivery_action",
            context={"search_default_my_clients": 1, "search_default_open": 1},
        )

    @api.model
    def _prepare_desk_calendar(self, desk):
        now = self._cap_now()
        domain = (
            Domain("partner_ids", "in", self.env.user.partner_id.ids)
            & Domain("stop", ">=", now)
            & Domain("start", "<=", now + timedelta(DESK_DAYS))
            & Domain("res_model", "=like", "cap.%")
        )
        events = self.env["calendar.event"]
        rows = [
            self._prepare_row(
                self.env[event.res_model].browse(event.res_id),
                event.name,
                self._word_desk_time(event),
                event.location or "",
            )
            for event in events.search(domain, order="start, id", limit=DESK_ROWS)
        ]
        return self._prepare_section(
            "calendar",
            self.env._("My calendar"),
            "fa-calendar",
            self.env._("No meeting with a client within two weeks."),
            rows,
            events.search_count(domain),
            action="calendar.action_calendar_event",
        )

    @api.model
    def _word_desk_time(self, event):
        """Return when a meeting is, in the consultant's own zone; a day has no time."""
        if event.allday:
            return format_date(self.env, event.start_date, date_format="EEE d MMM")
        zone = self.env.user.tz or self._cap_zone().zone
        return format_datetime(
            self.env, event.start, tz=zone, dt_format="EEE d MMM HH:mm"
        )

    @api.model
    def _prepare_desk_advice(self, desk):
        tickets = self.env["cap.ticket"]
        domain = (
            tickets._get_advice_domain()
            & Domain("user_id", "=", self.env.uid)
            & Domain("is_closed", "=", False)
        )
        labels = dict(tickets._fields["priority"]._description_selection(self.env))
        rows = [
            self._prepare_row(
                ticket,
                f"{ticket.number} {ticket.name}",
                ticket.commercial_partner_id.name or "",
                labels.get(ticket.priority) or self.env._("to assess"),
                {"4": "danger", "3": "warning"}.get(ticket.priority, ""),
            )
            for ticket in tickets.search(
                domain, order="priority desc, id", limit=DESK_ROWS
            )
        ]
        return self._prepare_section(
            "advice",
            self.env._("Connecta Advice"),
            "fa-comments-o",
            self.env._("Nobody waits for your advice."),
            rows,
            tickets.search_count(domain),
            action="connecta_cap.cap_ticket_action_advice",
        )

    @api.model
    def _prepare_desk_deputy(self, desk):
        clients = self.env["cap.subscription"].search(
            Domain("state", "=", "active") & Domain("deputy_id", "=", self.env.uid)
        )
        absences = self.env["cap.consultant.absence"].search(
            Domain("user_id", "in", clients.consultant_id.ids)
            & Domain("date_end", ">=", desk.today)
            & Domain("date_start", "<=", desk.until),
            order="date_start, id",
        )
        by_consultant = clients.grouped("consultant_id")
        rows = []
        for absence in absences:
            away = absence.date_start <= desk.today
            names = by_consultant[absence.user_id].partner_id.mapped("name")
            text = self.env._(
                "%(start)s until %(end)s: %(clients)s",
                start=format_date(self.env, absence.date_start),
                end=format_date(self.env, absence.date_end),
                clients=", ".join(names),
            )
            words = self.env._("away") if away else self.env._("soon")
            tone = "warning" if away else ""
            rows.append(
                self._prepare_row(absence, absence.user_id.name, text, words, tone)
            )
        return self._prepare_section(
            "deputy",
            self.env._("I stand in for"),
            "fa-exchange",
            self.env._("No colleague whose deputy you are is away."),
            rows,
            action="connecta_cap.cap_consultant_absence_action",
        )

    @api.model
    def _prepare_desk_preparation(self, desk):
        planned = self.env["cap.delivery"].search(
            self._get_preparation_domain(desk)
            & Domain("state", "in", ("planned", "late"))
            & Domain("planned_on", ">=", desk.today)
            & Domain("planned_on", "<=", desk.until),
            order="planned_on, id",
        )
        preparation = self._get_preparation_batch(planned)
        rows = [
            self._prepare_row(
                delivery,
                delivery.entitlement_id.name,
                delivery.partner_id.name,
                format_date(self.env, delivery.planned_on, date_format="EEE d MMM"),
                "info",
                lines=preparation[delivery.id],
            )
            for delivery in planned[:DESK_ROWS]
        ]
        return self._prepare_section(
            "preparation",
            self.env._("To prepare"),
            "fa-list-ul",
            self.env._("Nothing is planned within two weeks."),
            rows,
            len(planned),
        )

    @api.model
    def _get_preparation_domain(self, desk):
        """Return the domain of what the user prepares: by client, or by being named."""
        uid = self.env.uid
        audits = self.env["cap.audit"].search(
            [("auditor_id", "=", uid), ("state", "not in", PUBLISHED_STATES)]
        )
        workshops = self.env["cap.workshop"].search(
            [("user_id", "=", uid), ("state", "=", "planned")]
        )
        named = audits.delivery_id | workshops.delivery_id
        return Domain("subscription_id", "in", desk.clients.ids) | Domain(
            "id", "in", named.ids
        )
