from datetime import datetime, time, timedelta

import pytz

from odoo import api, models

from ..tools.clock import FixedClock

ZONE = pytz.timezone("Europe/Brussels")
TUESDAY = 1


class CapDemoTraining(models.AbstractModel):
    """Plays some training: a session held, one to come, a wish, times on offer.

    Everything goes through the verbs that people use, at its own moment of the past.
    """

    _name = "cap.demo.training"
    _description = "Demonstration of training"

    @api.model
    def _play(self):
        """Book, hold and offer sessions, once."""
        sessions = self.env["cap.training.session"]
        if sessions.search_count([]):
            return
        self._hold_one()
        coming = self._book("alliance", "Watching flows in the Test Center", 1.0)
        coming.material = "Slides: https://connecta.example/training/test-center"
        coming._set_confirmed(self._user("consultant"), self._at(7, 10))
        self._book(
            "advisor",
            "Handling failed orders",
            1.0,
            message="Our two new colleagues should be able to restart a failed order.",
            wishes=[self._at(9, 10), self._at(10, 14)],
        )
        self._offer_times()
        self._keep_quiet()

    def _user(self, login):
        return self.env.ref(f"connecta_cap.user_{login}_demo")

    def _at(self, days, hour):
        """Return a moment on a working day some days from now.

        :param days: may be negative.
        :param hour: of the clock in Brussels.
        :return: naive UTC datetime.
        """
        today = self.env["cap.training.session"]._cap_today()
        day = today + timedelta(days=days)
        if day.weekday() > 4:
            day += timedelta(days=7 + TUESDAY - day.weekday())
        local = ZONE.localize(datetime.combine(day, time(hour)))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _get(self, moment=None):
        context = {"tracking_disable": True, "no_mail_to_attendees": True}
        if moment:
            context["cap_clock"] = FixedClock(moment)
        return self.env["cap.training.session"].with_context(**context)

    def _book(self, client, topic, hours, moment=None, **values):
        contact = self._user(client).partner_id
        subscription = self.env["cap.subscription"].search(
            [("partner_id", "=", contact.commercial_partner_id.id)], limit=1
        )
        sessions = self._get(moment)
        chosen = {
            "topic": topic,
            "hours": hours,
            "attendees": contact,
            "contact": contact,
        }
        return sessions._book(
            subscription.with_context(**sessions.env.context), chosen | values
        )

    def _hold_one(self):
        """Let a session have been held last week, with its certificate."""
        asked, held = self._at(-12, 9), self._at(-5, 10)
        session = self._book("alliance", "Reading the audit", 1.5, asked)
        session._set_confirmed(self._user("consultant"), held)
        session.attendance_ids.state = "attended"
        later = FixedClock(held + timedelta(hours=2))
        session.with_context(cap_clock=later)._set_held()

    def _offer_times(self):
        slots = self.env["cap.training.slot"]
        for days, hour, topic in (
            (12, 10, "Notification Center: who hears of what"),
            (14, 14, False),
            (19, 10, False),
        ):
            slots.create(
                {
                    "user_id": self._user("consultant").id,
                    "start": self._at(days, hour),
                    "hours": 1.5,
                    "topic": topic,
                }
            )

    def _keep_quiet(self):
        """Drop the mails of the story: the people in it do not exist."""
        models = ["cap.training.session", "calendar.event"]
        messages = self.env["mail.message"].search([("model", "in", models)])
        schedule = self.env["mail.message.schedule"]
        schedule.search([("mail_message_id", "in", messages.ids)]).unlink()
        mails = self.env["mail.mail"]
        mails.search([("mail_message_id", "in", messages.ids)]).unlink()
