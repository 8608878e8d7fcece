from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

LONGEST = timedelta(days=5)


class CapClientMeetingMixin(models.AbstractModel):
    """A consultant's meeting with people of a client: when, where, who is invited.

    Its models have a `user_id` who holds it, a `subscription_id`, and `attendee_ids`,
    the client's people. Time and calendar follow whatever is written.
    """

    _name = "cap.client.meeting.mixin"
    _inherit = ["cap.booked.time.mixin"]
    _description = "Meeting with a client"

    start = fields.Datetime(readonly=True, copy=False, tracking=True)
    stop = fields.Datetime("End", readonly=True, copy=False)
    location = fields.Char(readonly=True, help="A place, or the address of a call.")

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"start", "stop", "location"}

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
        self._check_attendees(attendees)
        self.env["cap.consultant.booking"]._check_free(user, start, stop, self)

    def _check_attendees(self, attendees):
        if not attendees:
            raise UserError(
                self.env._("Choose at least one of the client's people to invite.")
            )
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

    def _get_booked_time(self):
        if not self.start or not self.user_id:
            return super()._get_booked_time()
        return self.user_id, self.start, self.stop

    @api.model
    def _get_meeting_fields(self):
        return super()._get_meeting_fields() | {
            "name",
            "start",
            "stop",
            "location",
            "user_id",
            "attendee_ids",
        }

    def _prepare_meeting_vals(self):
        if not self.start or not self.user_id:
            return super()._prepare_meeting_vals()
        return {
            "name": self._get_meeting_title(),
            "start": self.start,
            "stop": self.stop,
            "location": self.location or False,
            "user_id": self.user_id.id,
            "partner_ids": (self.user_id.partner_id | self.attendee_ids).ids,
        }

    @api.model
    def _tell_called_off(self, event):
        """Tell everybody invited that a meeting does not take place.

        :param event: `calendar.event`, may be empty.
        """
        if event:
            template = self.env.ref("calendar.calendar_template_delete_event")
            template.sudo().send_mail(
                event.id, email_values={"recipient_ids": event.partner_ids.ids}
            )

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
