from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import BRUSSELS
from .test_training_hours import TrainingCommon
from .test_training_sessions import TestTrainingSessions


@tagged("post_install", "-at_install")
class TestTrainingMoves(TrainingCommon):
    """A client asks for another time: in time only, and its hours stay booked."""

    freeze = TestTrainingSessions.freeze
    sums = TestTrainingSessions.sums

    def setUp(self):
        super().setUp()
        self.late_user.tz = "Europe/Brussels"
        self.freeze("2027-10-04 09:00:00")
        self.when = datetime(2027, 10, 20, 8, 0)

    def confirmed(self, hours=2.0):
        session = self.book(hours)
        session._set_confirmed(self.consultant, self.when)
        return session

    def move(self, session, user=None, **values):
        mine = session.with_user(user or self.late_user)
        mine._portal_reschedule({"wish_1": "2027-10-27T10:00"} | values)
        session.invalidate_recordset()

    def test_a_confirmed_session_is_asked_for_anew(self):
        session = self.confirmed()
        event = session.sudo().event_id
        rows = len(self.rows())
        told = session.sudo().message_ids
        self.move(session, wish_3="2027-10-28T14:00")
        self.assertEqual(session.state, "requested")
        self.assertEqual(
            (session.wish_1, session.wish_2, session.wish_3),
            (datetime(2027, 10, 27, 8), datetime(2027, 10, 28, 12), False),
        )
        self.assertFalse(session.start or session.cancel_until)
        self.assertEqual(session.user_id, self.consultant)
        self.assertFalse(event.active or session.sudo().event_id)
        self.assertEqual(session.sudo().activity_ids.user_id, self.consultant)
        # nothing was given back and booked again
        self.assertEqual(len(self.rows()), rows)
        self.assertEqual(self.sums(), (1.0, 2.0, 0.0, 0.0))
        (message,) = (session.sudo().message_ids - told).filtered("subject")
        self.assertIn("Another time is looked for", message.subject)
        self.assertIn("Wed 20 Oct 10:00 CEST", message.body)
        people = self.late_user.partner_id | self.consultant.partner_id
        self.assertLessEqual(people, message.partner_ids)
        # the consultant is free for others meanwhile
        other = self.book(1.0)
        other._set_confirmed(self.consultant, self.when)
        session._set_confirmed(self.consultant, session.wish_1)
        self.assertTrue(session.sudo().event_id.active)

    def test_an_offered_time_is_answered_with_others(self):
        session = self.book()
        session._set_offered(self.consultant, self.when)
        self.move(session)
        self.assertEqual((session.state, session.start), ("requested", False))
        self.move(session, wish_1="2027-11-03T10:00")
        self.assertEqual(session.wish_1, datetime(2027, 11, 3, 9))

    def test_too_late_is_too_late_by_the_rules(self):
        session = self.confirmed()
        limit = session.cancel_until
        self.freeze(limit)
        self.assertTrue(session._prepare_portal_row(BRUSSELS)["may_move"])
        self.move(session)
        session._set_confirmed(self.consultant, self.when)
        self.freeze(limit + timedelta(seconds=1))
        self.assertFalse(session._prepare_portal_row(BRUSSELS)["may_move"])
        with self.assertRaisesRegex(UserError, "too late to move .* until .* CEST"):
            self.move(session)
        self.assertEqual((session.state, session.start), ("confirmed", self.when))
        self.freeze(self.when)
        with self.assertRaisesRegex(UserError, "has begun"):
            self.move(session)
        self.freeze(self.when + timedelta(hours=3))
        session._set_held()
        with self.assertRaisesRegex(UserError, "has begun"):
            self.move(session)

    def test_booked_in_time_still_counts_up_to_thirty_days_later(self):
        self.freeze("2028-02-20 09:00:00")
        session = self.book()
        booked_on = session.booked_on
        session._set_confirmed(self.consultant, datetime(2028, 3, 20, 9))
        self.freeze("2028-03-10 09:00:00")  # the hours have expired meanwhile
        with self.assertRaisesRegex(UserError, "count up to 2028-03-29"):
            self.move(session, wish_1="2028-03-21T10:00", wish_2="2028-03-30T10:00")
        self.assertEqual(session.state, "confirmed")
        self.move(session, wish_1="2028-03-29T10:00")
        self.assertEqual((session.state, session.booked_on), ("requested", booked_on))
        lot = self.lot()[:1]
        self.assertEqual(lot.booked, 2.0)
        session._set_confirmed(self.consultant, session.wish_1)
        self.freeze("2028-03-29 12:00:00")
        session._set_held()
        lot.invalidate_recordset()
        self.assertEqual((lot.used, lot.booked), (2.0, 0.0))

    def test_a_day_that_no_hours_reach_is_refused_at_once(self):
        session = self.book(3.0)
        with self.assertRaisesRegex(UserError, "0 h of training"):
            self.move(session, wish_1="2029-03-30T10:00")
        self.assertEqual(self.sums(), (0.0, 3.0, 0.0, 0.0))

    def test_a_slot_is_left_and_another_taken(self):
        slots = self.env["cap.training.slot"].with_user(self.consultant)
        first, second, longer = (
            slots.create({"start": self.when + timedelta(days=day), "hours": hours})
            for day, hours in ((0, 1.5), (1, 1.5), (2, 3.0))
        )
        session = self.book(slot=first)
        page = session.with_user(self.late_user)._prepare_portal_move()
        offered = [slot[0] for slot in page["slots"]]
        self.assertIn(second.id, offered)
        self.assertNotIn(longer.id, offered)
        with self.assertRaisesRegex(UserError, "another length"):
            self.move(session, slot_id=str(longer.id))
        self.move(session, slot_id=str(second.id))
        self.assertEqual((first.state, second.state), ("free", "taken"))
        self.assertEqual((session.start, session.slot_id), (second.start, second))
        self.assertFalse(session.wish_1)
        with self.assertRaisesRegex(UserError, "just been taken"):
            self.move(session, slot_id=str(second.id))

    def test_what_makes_no_sense_changes_nothing(self):
        session = self.confirmed()
        for values, words in (
            ({"wish_1": ""}, "at least one time"),
            ({"wish_1": "2027-10-01T10:00"}, "has passed"),
            ({"wish_1": "soon"}, "not a date"),
            ({"wish_2": "2028-03-26T02:30"}, "clock is put forward"),
            ({"slot_id": "7777777"}, "just been taken"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.move(session, **values)
            session.invalidate_recordset()
            self.assertEqual((session.state, session.start), ("confirmed", self.when))
        self.assertTrue(session.sudo().event_id.active)
        session._set_cancelled("No", by_client=False)
        with self.assertRaisesRegex(UserError, "“Cancelled” and cannot"):
            self.move(session)

    def test_it_is_the_clients_own_alone(self):
        session = self.confirmed()
        for user in (self.acme_user, self.lone_user):
            with self.assertRaises(AccessError):
                self.move(session, user)
            with self.assertRaises(AccessError):
                session.with_user(user)._prepare_portal_move()
