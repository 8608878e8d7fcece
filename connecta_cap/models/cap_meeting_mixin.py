from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_datetime

LONGEST = timedelta(days=5)


class CapMeetingMixin(models.AbstractModel):
    """A meeting with a client: when and where, who is invited, on whose calendar.

    Its models have a `user_id` who holds it, a `subscription_id`, and `attendee_ids`,
    the client's people. Odoo's own calendar sends the invitations.
    """

    _name = "cap.meeting.mixin"
    _inherit = ["cap.clock.mixin", "cap.guarded.mixin", "mail.thread"]
    _description = "Meeting with a client"

    start = fields.Datetime(readonly=True, copy=False, tracking=True)
    stop = fields.Datetime("End", readonly=True, copy=False)
    location = fields.Char(readonly=True, help="A place, or the address of a call.")
    event_id = fields.Many2one(
        "calendar.event", "Meeting", readonly=True, copy=False, ondelete="set null"
    )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"start", "stop", "location", "event_id"}

    # === ACTION METHODS === #

    def action_open_event(self):
        """Open the meeting in the calendar.

        :return: action dictionary.
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "calendar.event",
            "res_id": self.event_id.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _get_meeting_title(self):
        """Return what the calendar calls the meeting; a hook."""
        return self.display_name

    def _check_meeting(self, start, stop, user, attendees):
        """Refuse a time that cannot be, and people who cannot come.

        :param start: naive UTC datetime.
        :param stop: naive UTC datetime.
        :param user: who holds it.
        :param attendees: `res.partner`, contacts of the client.
        """
        if start <= self._cap_now():
            raise UserError(self.env._("It is planned ahead: choose a moment to come."))
        if not start < stop <= start + LONGEST:
            raise UserError(
                self.env._("Choose an end after the start, at most five days later.")
            )
        day = self._cap_date_of(start)
        if user in self.env["cap.consultant.absence"]._get_absent(user, day):
            raise UserError(
                self.env._(
                    "%(user)s is absent on %(day)s. Choose another day or another "
                    "consultant.",
                    user=user.name,
                    day=day,
                )
            )
        self._check_attendees(attendees)
        self._check_free(start, stop, user)

    def _check_attendees(self, attendees):
        client = self.sudo().subscription_id.partner_id
        for partner in attendees.sudo():
            if partner.commercial_partner_id != client:
                raise UserError(
                    self.env._(
                        "%(partner)s is not a contact of %(client)s and cannot be "
                        "invited: add the person to the client's contacts first.",
                        partner=partner.display_name,
                        client=client.display_name,
                    )
                )
            if not partner.email:
                raise UserError(
                    self.env._(
                        "%(partner)s has no e-mail address to be invited at.",
                        partner=partner.display_name,
                    )
                )

    def _check_free(self, start, stop, user):
        """Refuse a time at which the same person meets another client."""
        known = self.sudo()
        other = known.env["calendar.event"].search(
            [
                ("id", "!=", known.event_id.id),
                ("res_model", "=like", "cap.%"),
                ("user_id", "=", user.id),
                ("start", "<", stop),
                ("stop", ">", start),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(user)s has another meeting with a client at that time: "
                    "%(other)s.",
                    user=user.name,
                    other=other.name,
                )
            )

    def _invite(self):
        """Put the meeting on everybody's calendar, or move it there.

        The link to the record is set after the meeting exists: Odoo would add an
        activity that nobody needs otherwise.
        """
        people = self.user_id.partner_id | self.attendee_ids
        vals = {
            "name": self._get_meeting_title(),
            "start": self.start,
            "stop": self.stop,
            "location": self.location or False,
            "user_id": self.user_id.id,
            "partner_ids": [Command.set(people.ids)],
        }
        events = self.env["calendar.event"].sudo()
        if self.event_id:
            self.event_id.sudo().write(vals)
            return
        event = events.create(vals)
        event.write(
            {
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )
        self._guarded_write({"event_id": event.id})

    @api.model
    def _call_off(self, event):
        """Tell everybody invited that a meeting does not take place.

        :param event: `calendar.event`, may be empty.
        """
        if event:
            template = self.env.ref("calendar.calendar_template_delete_event")
            template.sudo().send_mail(
                event.id, email_values={"recipient_ids": event.partner_ids.ids}
            )
            event.active = False  # kept: the mail about it goes out by Odoo's queue

    def _word_when(self):
        """Return start and end in the reader's own zone, which is named."""
        self.ensure_one()
        if not self.start:
            return ""
        zone = self.env.user.tz or self._cap_zone().zone
        start = format_datetime(
            self.env, self.start, tz=zone, dt_format="d MMM y HH:mm"
        )
        same = start.rsplit(" ", 1)[0]
        stop = format_datetime(self.env, self.stop, tz=zone, dt_format="d MMM y HH:mm")
        stop = stop.removeprefix(f"{same} ")
        return f"{start} – {stop} ({zone})"
