from datetime import timedelta

from odoo.tests import tagged

from ..const import AUDIT
from ..tools.clock import FixedClock
from .test_audits import AuditCommon


@tagged("post_install", "-at_install")
class TestDesk(AuditCommon):
    """What a consultant's screen says about advice, training and the calendar."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.subscription._start_tier(cls.tiers["alliance"], cls.today, "Up")
        cls.subscription._assign("consultant", cls.consultant, cls.today)
        cls.now = cls.subscription._cap_now()

    def get(self, key, user=None, days=0):
        clock = FixedClock(self.now + timedelta(days=days))
        desk = self.env["cap.consultant.desk"].with_user(user or self.consultant)
        self.env.invalidate_all()
        answer = desk.with_context(cap_clock=clock).get_desk()
        return {section["key"]: section for section in answer["sections"]}[key]

    def book(self, **more):
        values = {
            "topic": "Orders",
            "hours": 1.0,
            "attendees": self.acme_user.partner_id,
            "message": "From the start.",
        }
        sessions = self.env["cap.training.session"].with_user(self.consultant)
        return sessions.browse(sessions._book(self.subscription, values | more).id)

    def test_recommendations_are_counted_by_client_and_state(self):
        self.assertFalse(self.get("recommendations")["rows"])
        audit = self.prepare()
        first, second, third = (
            self.advise(audit, name=name) for name in ("One", "Two", "Three")
        )
        self.assertFalse(self.get("recommendations")["rows"])  # not read yet
        self.publish(audit)
        first._set_accepted()
        first._set_planned(self.today + timedelta(days=3))
        third._set_declined("No")
        section = self.get("recommendations")
        self.assertEqual(section["total"], 2)
        (row,) = section["rows"]
        self.assertEqual(row["title"], self.acme.name)
        self.assertEqual(row["text"], "1 proposed, 1 planned")
        self.assertFalse(row["badge"])
        self.assertEqual(row["action"], "connecta_cap.cap_recommendation_action")
        self.assertEqual(row["context"]["search_default_partner_id"], self.acme.id)
        row = self.get("recommendations", days=3)["rows"][0]
        self.assertFalse(row["badge"])
        row = self.get("recommendations", days=4)["rows"][0]
        self.assertEqual((row["badge"], row["tone"]), ("1 overdue", "danger"))
        first._set_done()
        row = self.get("recommendations", days=32)["rows"][0]
        self.assertEqual((row["badge"], row["tone"]), ("2 stale", "warning"))
        self.assertEqual(second.state, "proposed")

    def test_overdue_is_a_filter(self):
        audit = self.prepare()
        advice = self.advise(audit)
        self.publish(audit)
        advice._set_accepted()
        advice._set_planned(self.today)
        self.assertFalse(advice.is_overdue)
        clock = FixedClock(self.now + timedelta(days=1))
        later = advice.with_context(cap_clock=clock)
        later.invalidate_recordset()
        self.assertTrue(later.is_overdue)
        self.assertIn(later, later.search([("is_overdue", "=", True)]))
        self.assertNotIn(later, later.search([("is_overdue", "=", False)]))
        advice._set_done()
        self.assertNotIn(later, later.search([("is_overdue", "=", True)]))

    def test_who_is_responsible_sees_it_without_being_the_consultant(self):
        colleague = self.users["admin"]
        audit = self.prepare()
        self.advise(audit, responsible_id=colleague.id)
        self.publish(audit)
        self.assertEqual(self.get("recommendations", colleague)["total"], 1)

    def test_training_waits_to_be_confirmed_held_and_recorded(self):
        start = self.now + timedelta(days=4)
        asked = self.book(wishes=[start])
        section = self.get("training")
        (row,) = section["rows"]
        self.assertEqual((row["badge"], row["tone"]), ("to confirm", "warning"))
        self.assertIn(self.acme.name, row["text"])
        self.assertIn(self.acme_user.name, row["lines"][0])
        self.assertEqual(row["lines"][1], "From the start.")
        asked._set_confirmed(self.consultant, start)
        row = self.get("training")["rows"][0]
        self.assertEqual(row["badge"], "upcoming")
        self.assertEqual((row["model"], row["res_id"]), (asked._name, asked.id))
        self.book(topic="Later")
        rows = self.get("training", days=5)["rows"]
        self.assertEqual(
            [(row["title"], row["badge"]) for row in rows],
            [("Orders", "attendance to record"), ("Later", "to confirm")],
        )
        self.assertEqual(rows[0]["tone"], "danger")
        later = FixedClock(start + timedelta(hours=2))
        asked.with_context(cap_clock=later)._set_held()
        self.assertEqual(self.get("training", days=5)["total"], 1)

    def test_nobody_else_gets_my_sessions(self):
        start = self.now + timedelta(days=4)
        self.book()._set_confirmed(self.consultant, start)
        self.book(topic="Asked")
        section = self.get("training", self.users["admin"])
        self.assertFalse(section["rows"])
        self.assertEqual(section["empty"], "No training session waits for you.")

    def test_the_calendar_opens_what_the_meeting_is_about(self):
        start = self.now + timedelta(days=4)
        session = self.book()
        session._set_confirmed(self.consultant, start)
        delivery = self.owed()[:1]
        audit = self.plan(
            delivery_id=delivery.id, date_planned=self.today + timedelta(days=2)
        )
        workshop = (
            self.env["cap.workshop"]
            .with_user(self.consultant)
            .create({"name": "Docks", "subscription_id": self.subscription.id})
        )
        workshop._set_planned(
            start + timedelta(days=2),
            start + timedelta(days=2, hours=4),
            self.consultant,
            self.acme_user.partner_id,
        )
        rows = self.get("calendar")["rows"]
        self.assertEqual(
            [(row["model"], row["res_id"]) for row in rows],
            [(one._name, one.id) for one in (audit, session, workshop)],
        )
        self.assertNotRegex(rows[0]["text"], r"\d:\d\d")  # a day has no hour
        self.assertRegex(rows[1]["text"], r"\d:\d\d")

    def test_what_to_prepare_for_an_audit(self):
        before = self.prepare()
        self.advise(before)
        self.publish(before)
        audit = self.plan(
            delivery_id=self.owed()[:1].id, date_planned=self.today + timedelta(days=2)
        )
        audit.action_prepare()
        (row,) = self.get("preparation")["rows"]
        self.assertEqual(audit.delivery_id.code, AUDIT)
        self.assertEqual(row["res_id"], audit.delivery_id.id)
        lines = "\n".join(row["lines"])
        self.assertIn(f"{len(audit.check_ids)} checks to do", lines)
        self.assertIn("earlier advice: 1, 1 of them without an answer", lines)

    def test_an_auditor_prepares_for_clients_of_others(self):
        colleague = self.users["admin"]
        audit = self.plan(auditor_id=colleague.id)
        (row,) = self.get("preparation", colleague)["rows"]
        self.assertEqual(row["res_id"], audit.delivery_id.id)
