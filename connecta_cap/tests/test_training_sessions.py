from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import BRUSSELS, utc
from .test_training_hours import TrainingCommon

MONDAY = "2027-10-04 09:00:00"


@tagged("post_install", "-at_install")
class TestTrainingSessions(TrainingCommon):
    """From a wish to a certificate, and the hours that go along."""

    def freeze(self, moment):
        frozen = freeze_time(moment)
        frozen.start()
        self.addCleanup(frozen.stop)
        self.env.invalidate_all()
        return frozen

    def setUp(self):
        super().setUp()
        self.freeze(MONDAY)
        self.when = datetime(2027, 10, 20, 8, 0)

    def sums(self):
        lot = self.lot()[:1]
        return (lot.available, lot.booked, lot.used, lot.lapsed)

    def confirmed(self, hours=2.0, start=None):
        session = self.book(hours)
        session._set_confirmed(self.consultant, start or self.when)
        return session

    def test_a_wish_is_confirmed_held_and_certified(self):
        session = self.book(2.0, wishes=[self.when])
        self.assertEqual(self.sums(), (1.0, 2.0, 0.0, 0.0))
        self.assertEqual(session.state, "requested")
        activity = session.sudo().activity_ids
        self.assertEqual(activity.user_id, self.consultant)
        session._set_confirmed(self.consultant, self.when)
        self.assertFalse(session.sudo().activity_ids)
        with self.assertRaisesRegex(UserError, "has not begun"):
            session.action_held()
        self.freeze("2027-10-20 11:00:00")
        session.action_held()
        self.assertEqual(self.sums(), (1.0, 0.0, 2.0, 0.0))
        self.assertEqual(session.attendance_ids.state, "attended")
        delivery = self.lot().delivery_id
        self.assertEqual((delivery.quantity_done, delivery.state), (2.0, "due"))
        action = session.action_certificate()
        self.assertEqual(action["report_name"], "connecta_cap.training_certificate")
        html = self.env["ir.actions.report"]._render_qweb_html(
            "connecta_cap.cap_training_certificate_report", session.ids
        )[0]
        for text in (b"Failed orders", b"20 October 2027", b"Late_User"):
            self.assertIn(text, html)

    def test_all_hours_used_deliver_what_was_promised(self):
        first, second = self.confirmed(2.0), self.book(1.0)
        second._set_confirmed(self.consultant, self.when + timedelta(hours=3))
        self.freeze("2027-10-21 08:00:00")
        first.action_held()
        second.action_held()
        delivery = self.lot().delivery_id
        self.assertEqual(delivery.state, "delivered")
        self.assertEqual(delivery.delivered_on, date(2027, 10, 20))

    def test_a_time_is_offered_and_accepted(self):
        session = self.book()
        session._set_offered(self.consultant, self.when)
        self.assertEqual(session.state, "offered")
        note = session.sudo().message_ids[0]
        self.assertIn("Wed 20 Oct 10:00 CEST", note.body)
        self.assertIn(self.late_user.partner_id, note.partner_ids)
        mine = session.with_user(self.late_user)
        mine._portal_accept()
        self.assertEqual(session.state, "confirmed")
        with self.assertRaisesRegex(UserError, "no time to accept"):
            mine._portal_accept()

    def test_staff_answers_in_no_clients_name(self):
        session = self.book()
        session._set_offered(self.consultant, self.when)
        for role in ("user", "consultant"):
            ours = session.with_user(self.users[role])
            for verb in (
                ours._portal_accept,
                ours._portal_cancel,
                lambda ours=ours: ours._portal_reschedule({"wish_1": ""}),
            ):
                with self.assertRaisesRegex(AccessError, "to decide on"):
                    verb()
        self.assertEqual(session.state, "offered")

    def test_the_meeting_invites_everybody_in_their_own_zone(self):
        self.late_user.tz = "America/New_York"
        session = self.confirmed()
        event = session.sudo().event_id
        self.assertEqual(
            (event.start, event.stop), (self.when, self.when + timedelta(hours=2))
        )
        people = self.late_user.partner_id | self.consultant.partner_id
        self.assertEqual(event.partner_ids, people)
        zones = {a.partner_id: a.mail_tz for a in event.attendee_ids}
        self.assertEqual(zones[self.late_user.partner_id], "America/New_York")
        mails = self.env["mail.message"].search(
            [("model", "=", "calendar.event"), ("res_id", "=", event.id)]
        )
        self.assertIn(self.late_user.partner_id, mails.partner_ids)
        body = " ".join(mails.mapped("body"))
        self.assertIn("America/New_York", body)
        colleague = self.make_contact(self.late, "late_colleague").partner_id
        session.attendance_ids = [(0, 0, {"partner_id": colleague.id})]
        self.assertIn(colleague, event.partner_ids)
        session._set_rescheduled(self.consultant, self.when + timedelta(days=1))
        self.assertEqual(event.start, self.when + timedelta(days=1))
        session._set_cancelled("Moved away", by_client=False)
        self.assertFalse(event.active or session.sudo().event_id)

    def test_times_are_right_over_the_change_of_the_clock(self):
        self.late_user.tz = "Europe/Brussels"
        sessions = self.env["cap.training.session"].with_user(self.late_user)
        values = {
            "topic": "Clock",
            "hours": "1",
            "attendees": [str(self.late_user.partner_id.id)],
            "wish_1": "2027-10-29T10:00",
            "wish_2": "2027-11-01T10:00",
        }
        session = sessions._portal_request(values)
        self.assertEqual(session.wish_1, utc("2027-10-29 10:00:00"))
        self.assertEqual(session.wish_2, utc("2027-11-01 10:00:00"))
        self.assertEqual(session.wish_2 - session.wish_1, timedelta(days=3, hours=1))
        row = session._prepare_portal_row(BRUSSELS)
        self.assertEqual(
            row["wishes"], ["Fri 29 Oct 10:00 CEST", "Mon 1 Nov 10:00 CET"]
        )
        with self.assertRaisesRegex(UserError, "clock is put forward"):
            sessions._portal_request(values | {"wish_1": "2028-03-26T02:30"})

    def test_cancelling_in_time_returns_the_hours(self):
        session = self.confirmed()
        # 24 working hours are three days of 09:00 to 17:00
        self.assertEqual(session.cancel_until, utc("2027-10-15 10:00:00"))
        with freeze_time("2027-10-15 08:00:00"):
            session.with_user(self.late_user)._portal_cancel("Ill")
        self.assertEqual(self.sums(), (3.0, 0.0, 0.0, 0.0))
        self.assertEqual((session.state, session.closing_reason), ("cancelled", "Ill"))

    def test_cancelling_late_uses_the_hours_unless_waived(self):
        session = self.confirmed()
        other = self.confirmed(1.0, self.when + timedelta(hours=4))
        with freeze_time("2027-10-15 08:00:01"):
            session.with_user(self.late_user)._portal_cancel()
            self.assertEqual(self.sums(), (0.0, 1.0, 2.0, 0.0))
            wizard = self.env["cap.training.cancel"].with_user(self.consultant)
            wizard = wizard.create(
                {"session_id": other.id, "who": "client", "reason": "A death"}
            )
            wizard.waive = True
        with freeze_time("2027-10-19 15:00:00"):
            self.env.invalidate_all()
            self.assertTrue(wizard.is_lost)
            with self.assertRaisesRegex(UserError, "Say why"):
                other._set_cancelled(" ", waive=True)
            wizard.action_confirm()
        self.assertEqual(self.sums(), (1.0, 0.0, 2.0, 0.0))

    def test_our_own_cancelling_returns_the_hours_however_late(self):
        session = self.confirmed()
        with freeze_time("2027-10-20 07:00:00"):
            session._set_cancelled("The consultant is ill", by_client=False)
        self.assertEqual(self.sums(), (3.0, 0.0, 0.0, 0.0))

    def test_nobody_came(self):
        session, other = (
            self.confirmed(1.0),
            self.confirmed(1.0, self.when + timedelta(hours=2)),
        )
        with self.assertRaisesRegex(UserError, "has not begun"):
            session._set_no_show()
        self.freeze("2027-10-21 08:00:00")
        session._set_no_show("Nobody was there")
        other._set_no_show("A strike", waive=True)
        self.assertEqual(self.sums(), (2.0, 0.0, 1.0, 0.0))
        self.assertEqual(session.attendance_ids.state, "absent")
        with self.assertRaisesRegex(UserError, "before it was held"):
            session.action_certificate()

    def test_booked_in_time_and_held_up_to_thirty_days_later_counts(self):
        self.freeze("2028-02-28 09:00:00")
        session = self.book(3.0)
        self.freeze("2028-03-02 09:00:00")
        self.run_job()
        self.assertEqual(self.sums(), (0.0, 3.0, 0.0, 0.0))
        with self.assertRaisesRegex(UserError, "count up to 2028-03-29"):
            session._set_confirmed(self.consultant, datetime(2028, 3, 30, 9))
        session._set_confirmed(self.consultant, datetime(2028, 3, 29, 9))
        self.freeze("2028-03-29 12:00:00")
        session.action_held()
        self.assertEqual(self.sums(), (0.0, 0.0, 3.0, 0.0))
        delivery = self.lot()[:1].delivery_id
        self.assertEqual((delivery.state, delivery.quantity_done), ("delivered", 3.0))

    def test_hours_that_return_after_their_expiry_lapse(self):
        session = self.book(2.0)
        self.freeze("2028-03-05 09:00:00")
        session._set_cancelled("Not needed", by_client=True)
        self.assertEqual(self.sums(), (0.0, 0.0, 0.0, 3.0))
        days = self.rows(kind="lapse").mapped("day")
        self.assertEqual(days, [date(2028, 2, 29), date(2028, 3, 5)])

    def test_another_lot_pays_when_the_first_does_not_reach(self):
        session = self.book(2.0)
        late = datetime(2028, 5, 2, 9)
        with (
            self.assertRaisesRegex(UserError, "h are asked for"),
            self.env.cr.savepoint(),
        ):
            session._set_confirmed(self.consultant, late)
        self.assertEqual(session.state, "requested")
        self.assertEqual(self.sums(), (1.0, 2.0, 0.0, 0.0))
        # an upgrade of the terms brings hours that last longer
        tomorrow = date(2027, 11, 5)
        with freeze_time("2027-11-05 09:00:00"):
            self.tiers["alliance"]._get_entitlement("training").quantity = 5
            self.cover._start_tier(self.tiers["alliance"], tomorrow, "More")
            first, second = self.lot()
            self.assertEqual(second.expires_on, date(2028, 5, 5))
            session._set_confirmed(self.consultant, late)
        self.assertEqual((first.available, first.booked), (3.0, 0.0))
        self.assertEqual((second.available, second.booked), (3.0, 2.0))

    def test_what_makes_no_sense_is_refused_and_nothing_is_left(self):
        stranger = self.acme_user.partner_id
        before = self.env["cap.training.session"].search_count([])
        cases = (
            ({"hours": 4.0}, "3 h of training"),
            ({"hours": 0.3}, "offered lengths"),
            ({"hours": -1}, "offered lengths"),
            ({"topic": "  "}, "what the training is about"),
            ({"wishes": [datetime(2027, 10, 1)]}, "has passed"),
            ({"attendees": stranger}, "your own people"),
            ({"attendees": stranger.browse()}, "Name who attends"),
            ({"cover": self.zeta_subscription}, "no training hours to book"),
        )
        for values, words in cases:
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.book(**values)
        self.assertEqual(self.env["cap.training.session"].search_count([]), before)
        self.assertEqual(self.sums(), (3.0, 0.0, 0.0, 0.0))
        session = self.book()
        with self.assertRaisesRegex(UserError, "still to come"):
            session._set_confirmed(self.consultant, datetime(2027, 10, 1))
        with self.assertRaisesRegex(ValidationError, "not a contact of"):
            session.attendance_ids = [(0, 0, {"partner_id": stranger.id})]

    def test_lapsed_hours_cannot_be_booked(self):
        self.freeze("2028-03-01 09:00:00")
        with self.assertRaisesRegex(UserError, "0 h of training"):
            self.book(1.0)

    def test_a_suspended_client_waits(self):
        self.cover._set_suspended("Unpaid")
        with self.assertRaisesRegex(UserError, "is suspended"):
            self.book(1.0)
        self.cover._set_resumed()
        self.assertTrue(self.book(1.0))

    def test_a_consultant_holds_one_session_at_a_time(self):
        self.confirmed(1.0)
        other = self.book(1.0)
        with self.assertRaisesRegex(UserError, "has “TRN-"):
            other._set_confirmed(self.consultant, self.when + timedelta(minutes=30))
        other._set_confirmed(self.consultant, self.when + timedelta(hours=1))
        with self.assertRaisesRegex(UserError, "has “TRN-"):
            other._guarded_write({"start": self.when})

    def test_a_slot_is_taken_once_and_given_back(self):
        slots = self.env["cap.training.slot"].with_user(self.consultant)
        slot = slots.create({"start": self.when, "hours": 1.5, "topic": "Flows"})
        kept = slots.create(
            {"start": self.when + timedelta(days=1), "partner_id": self.acme.id}
        )
        self.assertIn(slot, slots._list_free(self.cover))
        self.assertNotIn(kept, slots._list_free(self.cover))
        session = self.book(slot=slot)
        self.assertEqual((session.start, session.hours), (self.when, 1.5))
        self.assertEqual(slot.state, "taken")
        with self.assertRaisesRegex(UserError, "just been taken"):
            self.book(slot=slot)
        with self.assertRaisesRegex(UserError, "is taken by"):
            slot.start = self.when + timedelta(days=3)
        with self.assertRaisesRegex(UserError, "is taken by"):
            slot.unlink()
        session.action_confirm()
        session._set_cancelled("No", by_client=False)
        self.assertEqual(slot.state, "free")
        with mute_logger("odoo.sql_db"), self.assertRaises(ExclusionViolation):
            slots.create({"start": self.when + timedelta(minutes=30)})
            self.env.flush_all()

    def test_slots_lie_in_the_future(self):
        slots = self.env["cap.training.slot"].with_user(self.consultant)
        with self.assertRaisesRegex(ValidationError, "in the future"):
            slots.create({"start": "2027-10-01 09:00:00"})

    def test_the_wizard_books_offers_and_moves(self):
        schedule = self.env["cap.training.schedule"].with_user(self.consultant)
        wizard = schedule.create(
            {
                "subscription_id": self.cover.id,
                "topic": "By phone",
                "hours": "1",
                "attendee_ids": [(6, 0, self.late_user.partner_id.ids)],
                "start": self.when,
                "step": "offer",
            }
        )
        self.assertEqual(wizard.user_id, self.consultant)
        session = schedule.env["cap.training.session"].browse(
            wizard.action_confirm()["res_id"]
        )
        self.assertEqual((session.state, session.topic), ("offered", "By phone"))
        later = self.when + timedelta(days=2)
        schedule.create({"session_id": session.id, "start": later}).action_confirm()
        self.assertEqual((session.state, session.start), ("confirmed", later))
        schedule.create({"session_id": session.id, "start": self.when}).action_confirm()
        self.assertEqual((session.state, session.start), ("confirmed", self.when))
        with self.assertRaises(AccessError):
            self.env["cap.training.schedule"].with_user(self.agent).create({})

    def test_steps_follow_the_table_and_fields_are_guarded(self):
        session = self.confirmed()
        for name, value in (
            ("state", "held"),
            ("start", self.when),
            ("user_id", self.agent.id),
            ("hours", 1),
            ("subscription_id", self.subscription.id),
        ):
            with self.subTest(name), self.assertRaisesRegex(UserError, "set by hand"):
                session.write({name: value})
        session._set_cancelled("No", by_client=False)
        for verb in (
            lambda: session._set_confirmed(self.consultant, self.when),
            lambda: session._set_offered(self.consultant, self.when),
            lambda: session._set_cancelled("Twice"),
        ):
            with self.assertRaisesRegex(UserError, "“Cancelled” and cannot"):
                verb()
        for user in (self.agent, self.users["user"], self.late_user):
            with self.assertRaises(AccessError):
                session.with_user(user)._set_confirmed(self.consultant, self.when)
        with self.assertRaisesRegex(UserError, "never deleted"):
            session.sudo().unlink()

    def test_a_session_without_attendees_is_not_held(self):
        session = self.confirmed()
        session.attendance_ids.state = "absent"
        self.freeze("2027-10-20 11:00:00")
        with self.assertRaisesRegex(UserError, "Nobody attended"):
            session.action_held()
