from datetime import timedelta

from psycopg2.errors import ExclusionViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..const import AUDIT
from .test_workshop import WorkshopCommon


@tagged("post_install", "-at_install")
class TestBookings(WorkshopCommon):
    """A consultant is in one place, whatever for; the calendar says where."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.lone_user.partner_id
        cls.workshop = (
            cls.env["cap.workshop"]
            .with_user(cls.consultant)
            .create({"name": "Docks", "subscription_id": cls.cover.id})
        )

    def book(self, hours=1.0, slot=None):
        values = {"topic": "Orders", "hours": hours, "attendees": self.contact}
        sessions = self.env["cap.training.session"].with_user(self.consultant)
        return sessions.browse(sessions._book(self.cover, values, slot).id)

    def confirm(self, start, hours=1.0):
        session = self.book(hours)
        session._set_confirmed(self.consultant, start)
        return session

    def booked(self):
        rows = self.env["cap.consultant.booking"].search([])
        return {(row.res_model, row.res_id): (row.start, row.stop) for row in rows}

    def test_a_workshop_and_a_session_share_no_time(self):
        self.plan(self.workshop)
        session = self.book()
        inside = self.start + timedelta(hours=3)
        with self.assertRaisesRegex(UserError, "has “Docks – Lone” from .* CET"):
            session._set_confirmed(self.consultant, inside)
        self.assertEqual((session.state, session.start), ("requested", False))
        # the moment at which the workshop ends is free
        session._set_confirmed(self.consultant, self.start + timedelta(hours=4))
        with self.assertRaisesRegex(UserError, f"has “{session.number} Orders”"):
            self.plan(self.workshop, hours=5)
        self.assertEqual(self.workshop.stop, self.start + timedelta(hours=4))
        self.plan(self.workshop, self.start - timedelta(hours=1))

    def test_an_offered_time_is_kept(self):
        session = self.book()
        session._set_offered(self.consultant, self.start)
        with self.assertRaisesRegex(UserError, session.number):
            self.plan(self.workshop)
        session._set_cancelled("No", by_client=False)
        self.plan(self.workshop)

    def test_the_booking_follows_whatever_moves_its_record(self):
        self.plan(self.workshop)
        key = (self.workshop._name, self.workshop.id)
        self.assertEqual(
            self.booked()[key], (self.start, self.start + timedelta(hours=4))
        )
        later = self.start + timedelta(days=1)
        self.plan(self.workshop, later, hours=2)
        self.assertEqual(self.booked()[key], (later, later + timedelta(hours=2)))
        colleague = self.users["admin"]
        self.workshop.user_id = colleague
        event = self.workshop.event_id
        self.assertEqual(event.user_id, colleague)
        self.assertIn(colleague.partner_id, event.partner_ids)
        self.assertNotIn(self.consultant.partner_id, event.partner_ids)
        self.confirm(later)
        self.workshop.action_call_off()
        self.assertNotIn(key, self.booked())

    def test_a_plan_by_hand_into_taken_time_is_refused(self):
        self.plan(self.workshop, user=self.users["admin"])
        self.confirm(self.start)
        with self.assertRaisesRegex(UserError, "has “TRN-"):
            self.workshop.user_id = self.consultant

    def test_the_database_refuses_what_overlaps(self):
        self.plan(self.workshop)
        row = self.env["cap.consultant.booking"].search([("res_id", "!=", 0)])[-1:]
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            row.copy({"res_model": "cap.audit", "start": self.start})

    def test_an_absent_consultant_is_not_planned(self):
        day = self.workshop._cap_date_of(self.start)
        self.env["cap.consultant.absence"].create(
            {"user_id": self.consultant.id, "date_start": day, "date_end": day}
        )
        session = self.book()
        for plan in (
            lambda: session._set_confirmed(self.consultant, self.start),
            lambda: session._set_offered(self.consultant, self.start),
            lambda: self.plan(self.workshop),
        ):
            with self.assertRaisesRegex(UserError, f"is absent on {day}"):
                plan()

    def test_a_slot_goes_when_its_time_is_taken(self):
        slots = self.env["cap.training.slot"].with_user(self.consultant)
        slot = slots.create({"start": self.start, "hours": 1.0})
        self.assertIn(slot, slots._list_free(self.cover))
        self.plan(self.workshop)
        self.assertNotIn(slot, slots._list_free(self.cover))
        with self.assertRaisesRegex(UserError, "has “Docks – Lone”"):
            self.book(slot=slot)
        with self.assertRaisesRegex(UserError, "has “Docks – Lone”"):
            slots.create({"start": self.start + timedelta(hours=2), "hours": 1.0})

    def test_nobody_reads_about_clients_of_others(self):
        self.plan(self.workshop)
        bookings = self.env["cap.consultant.booking"]
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "cap_elsewhere",
            groups="connecta_cap.group_cap_consultant",
            company_id=company.id,
            company_ids=[company.id],
        )
        for user, words in (
            (stranger, "has another appointment from"),
            (self.acme_user, "^Your consultant is not free at that time any more"),
        ):
            with self.assertRaisesRegex(UserError, words) as caught:
                bookings.with_user(user).sudo()._check_free(
                    self.consultant, self.start, self.start + timedelta(hours=1)
                )
            self.assertNotIn("Docks", str(caught.exception))
        self.assertFalse(bookings.with_user(stranger).search([]))

    def test_the_calendar_has_sessions_workshops_and_audits(self):
        session = self.confirm(self.start + timedelta(days=1))
        self.plan(self.workshop)
        delivery = self.cover.delivery_ids.filtered(lambda one: one.code == AUDIT)[:1]
        day = self.workshop._cap_today() + timedelta(days=5)
        audit = (
            self.env["cap.audit"]
            .with_user(self.consultant)
            .create({"delivery_id": delivery.id, "date_planned": day})
        )
        for record in (session, self.workshop, audit):
            event = record.sudo().event_id
            self.assertEqual((event.res_model, event.res_id), (record._name, record.id))
            action = record.action_open_event()
            self.assertEqual(
                (action["res_model"], action["res_id"]), ("calendar.event", event.id)
            )
        event = audit.event_id
        self.assertTrue(event.allday)
        self.assertEqual(event.start_date, day)
        self.assertEqual(event.partner_ids, self.consultant.partner_id)
        mails = [("model", "=", "calendar.event"), ("res_id", "=", event.id)]
        mailed = self.env["mail.message"].search(mails).partner_ids
        self.assertFalse(mailed)
        audit.date_planned = day + timedelta(days=1)
        self.assertEqual(event.start_date, day + timedelta(days=1))
        # a day's work at a desk takes no appointment away
        self.assertFalse(
            [key for key in self.booked() if key == (audit._name, audit.id)]
        )
        audit.unlink()
        self.assertFalse(event.active)

    def test_a_meeting_is_moved_through_its_record_only(self):
        self.plan(self.workshop)
        event = self.workshop.event_id.with_user(self.consultant)
        day = self.workshop._cap_today() + timedelta(days=5)
        delivery = self.cover.delivery_ids.filtered(lambda one: one.code == AUDIT)[:1]
        audit = self.env["cap.audit"].create(
            {"delivery_id": delivery.id, "date_planned": day}
        )
        later = self.start + timedelta(days=1)
        for meeting, vals in (
            (event, {"start": later, "stop": later + timedelta(hours=4)}),
            (event, {"stop": self.start + timedelta(hours=5)}),
            (audit.event_id, {"start_date": day + timedelta(days=1)}),
        ):
            with (
                self.subTest(vals),
                self.assertRaisesRegex(ValidationError, "Move that record"),
                self.env.cr.savepoint(),
            ):
                meeting.write(vals)
        with self.assertRaisesRegex(UserError, "belongs to Docks"):
            event.unlink()
        event.name = "Docks, at the gate"  # words are free
        self.plan(self.workshop, later)
        self.assertEqual(event.start, later)
        self.workshop.action_call_off()
        event.unlink()
        self.assertFalse(event.exists())

    def test_a_meeting_leaves_no_activity_whatever_is_open_on_the_screen(self):
        session = self.book()
        screen = session.with_context(
            active_model=session._name,
            active_id=session.id,
            default_res_model=session._name,
        )
        screen._set_confirmed(self.consultant, self.start)
        self.assertTrue(session.sudo().event_id)
        self.assertFalse(session.sudo().activity_ids)

    def test_what_stays_the_same_is_no_news(self):
        session = self.confirm(self.start)
        event = session.sudo().event_id
        known = [("model", "=", "calendar.event"), ("res_id", "=", event.id)]
        before = self.env["mail.message"].search_count(known)
        session._follow_meeting()
        self.assertEqual(self.env["mail.message"].search_count(known), before)
        session._set_rescheduled(self.consultant, self.start + timedelta(hours=2))
        self.assertGreater(self.env["mail.message"].search_count(known), before)
