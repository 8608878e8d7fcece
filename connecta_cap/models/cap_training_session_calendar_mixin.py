from datetime import timedelta

import pytz
from markupsafe import Markup

from odoo import api, fields, models

from ..const import NOTICE_DELAY

REQUEST_ACTIVITY = "connecta_cap.mail_activity_type_training"


class CapTrainingSessionCalendarMixin(models.AbstractModel):
    """When a session takes place, who is invited to it, and what they are told."""

    _name = "cap.training.session.calendar.mixin"
    _inherit = ["cap.booked.time.mixin"]
    _description = "Calendar of training sessions"

    user_id = fields.Many2one(
        "res.users",
        "Consultant",
        readonly=True,
        index="btree_not_null",
        tracking=True,
        domain="[('share', '=', False)]",
    )
    start = fields.Datetime(readonly=True, index=True, tracking=True)
    hours = fields.Float("Length", required=True, default=1.5)
    stop = fields.Datetime("End", compute="_compute_stop", store=True, precompute=True)

    # === COMPUTE METHODS === #

    @api.depends("start", "hours")
    def _compute_stop(self):
        for session in self:
            session.stop = session.start and session.start + timedelta(
                hours=session.hours
            )

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"user_id", "start"}

    # === BUSINESS METHODS - MEETING === #

    @api.model
    def _get_booking_fields(self):
        return super()._get_booking_fields() | {"hours"}

    def _get_booked_time(self):
        # a time that is offered is kept for whom it was offered to
        if not self.start or not self.user_id or self.state == "cancelled":
            return super()._get_booked_time()
        return self.user_id, self.start, self.stop

    @api.model
    def _get_meeting_fields(self):
        return super()._get_meeting_fields() | {"state", "user_id", "start", "hours"}

    def _prepare_meeting_vals(self):
        if self.state not in ("confirmed", "held", "no_show") or not self.start:
            return super()._prepare_meeting_vals()
        return {
            "name": self.env._("Training: %(topic)s", topic=self.topic),
            "start": self.start,
            "stop": self.stop,
            "user_id": self.user_id.id,
            "partner_ids": self._get_invited().ids,
            "description": self._word_meeting(),
        }

    def _get_invited(self):
        known = self.sudo()
        return known.attendance_ids.partner_id | known.user_id.partner_id

    def _word_meeting(self):
        parts = [self.topic, self.message or "", self.material or ""]
        lines = "\n".join(filter(None, parts)).splitlines()
        return Markup("<br/>").join(lines)

    # === BUSINESS METHODS - MESSAGES === #

    def _ask_consultant(self):
        """Ask who answers the client's wish to do so: consultant or account manager."""
        for session in self.sudo():
            subscription = session.subscription_id
            asked = (
                session.user_id
                or subscription.consultant_id
                or subscription.account_manager_id
            )
            if asked:
                session.activity_schedule(REQUEST_ACTIVITY, user_id=asked.id)

    def _answer_request(self):
        self.sudo().activity_feedback([REQUEST_ACTIVITY])

    def _tell_offered(self):
        """Send the client the offered time, to accept or decline in the portal."""
        self._tell_client(
            "connecta_cap.mail_training_offered",
            lambda env: env._("A time for your training: %(topic)s", topic=self.topic),
        )

    def _tell_moved(self):
        """Tell everybody invited that another time is looked for."""
        self._tell_client(
            "connecta_cap.mail_training_moved",
            lambda env: env._(
                "Another time is looked for: %(topic)s", topic=self.topic
            ),
            readers=self._get_invited(),
        )

    def _tell_cancelled(self, returned):
        """Tell everybody invited that it does not take place.

        :param returned: whether the hours return to the client.
        """
        self._tell_client(
            "connecta_cap.mail_training_cancelled",
            lambda env: env._("Cancelled: %(topic)s", topic=self.topic),
            readers=self._get_invited(),
            returned=returned,
        )

    def _tell_client(self, template, subject, readers=None, **values):
        self.ensure_one()
        known = self.sudo()
        asked = known.contact_id or known.subscription_id._get_notice_partners()
        known = known.with_context(
            lang=asked[:1].lang or self.env.lang, mail_post_autofollow_author_skip=True
        )
        zone = asked[:1].tz or self._get_program_zone()
        known.message_post_with_source(
            template,
            render_values={
                "session": known,
                "when": known._word_time(zone) if known.start else "",
                **values,
            },
            subject=subject(known.env),
            partner_ids=((readers or asked.browse()) | asked).ids,
            subtype_xmlid="mail.mt_note",
            scheduled_date=fields.Datetime.now() + NOTICE_DELAY,
        )

    @api.model
    def _get_program_zone(self):
        return self.env.ref("connecta_cap.resource_calendar_response").sudo().tz

    def _word_time(self, zone):
        """Return the time of the session in words, such as 'Tue 7 Apr 12:00 CEST'.

        :param zone: name of the reader's time zone.
        """
        self.ensure_one()
        return self.env["cap.ticket"]._word_moment_in(self.start, pytz.timezone(zone))

    @api.model
    def _word_moment(self, moment):
        """Return a moment in words, in the zone of who reads it."""
        zone = pytz.timezone(self._get_reader_zone())
        return self.env["cap.ticket"]._word_moment_in(moment, zone)

    @api.model
    def _get_reader_zone(self):
        zone = self.env.user.tz
        return zone if zone in pytz.all_timezones_set else self._get_program_zone()
