from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..const import WORKSHOP
from ..tools.clock import FixedClock
from ..tools.months import add_months
from .common import CapCommon
from .material_common import PDF, MaterialCommon

WISH = {
    "name": "  Returns without   paper ",
    "goals": "Handle returns ourselves.",
    "participants": "Two people of the warehouse.",
    "wish_start": "",
    "wish_end": "",
}


class WorkshopCommon(CapCommon):
    """A client of the highest tier since today, and its consultant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consultant = cls.users["consultant"]
        today = cls.env["cap.subscription"]._cap_today()
        cls.cover = cls.subscribe(cls.lone, "alliance", str(today))
        cls.cover._assign("consultant", cls.consultant, today)
        cls.delivery = cls.cover.delivery_ids.filtered(
            lambda delivery: delivery.code == WORKSHOP and not delivery.is_upcoming
        )
        now = cls.env["cap.subscription"]._cap_now()
        cls.start = now + timedelta(days=10)

    def wish(self, user=None, attendees=(), **values):
        workshops = self.env["cap.workshop"].with_user(user or self.lone_user)
        return (
            workshops._portal_wish(WISH | values, attendees)
            .with_user(self.consultant)
            .with_context(cap_clock=None)
        )

    def plan(self, workshop, start=None, hours=4, user=None, attendees=None):
        start = start or self.start
        people = self.lone_user.partner_id if attendees is None else attendees
        workshop._set_planned(
            start, start + timedelta(hours=hours), user or self.consultant, people
        )
        return workshop

    def later(self, workshop, moment):
        return workshop.with_context(cap_clock=FixedClock(moment))


@tagged("post_install", "-at_install")
class TestWorkshop(WorkshopCommon):
    """From the wish to the report; ledger, calendar and workshop move together."""

    def test_a_wish_takes_the_delivery_of_the_year_and_asks_the_consultant(self):
        contact = self.lone_user.partner_id
        workshop = self.wish(attendees=(str(contact.id), "7", "x"))
        self.assertEqual(workshop.name, "Returns without paper")
        self.assertEqual(workshop.delivery_id, self.delivery)
        self.assertEqual(workshop.user_id, self.consultant)
        self.assertEqual(workshop.attendee_ids, contact)
        self.assertEqual(workshop.wished_by_id, contact)
        self.assertEqual(workshop.activity_ids.user_id, self.consultant)
        self.assertEqual(self.delivery.state, "due")

    def test_planning_invites_and_books_the_delivery(self):
        workshop = self.plan(self.wish())
        event = workshop.event_id
        self.assertEqual(workshop.state, "planned")
        self.assertEqual((event.start, event.user_id), (self.start, self.consultant))
        self.assertEqual(
            event.attendee_ids.partner_id,
            self.consultant.partner_id | self.lone_user.partner_id,
        )
        self.assertEqual((event.res_model, event.res_id), (workshop._name, workshop.id))
        self.assertFalse(workshop.activity_ids)
        self.assertEqual(self.delivery.state, "planned")
        self.assertEqual(self.delivery.planned_on, workshop._cap_date_of(self.start))
        self.assertEqual(self.delivery.res_id, workshop.id)
        with self.assertRaisesRegex(UserError, "is made through"):
            self.delivery._set_open()
        later = self.start + timedelta(days=1)
        self.plan(workshop, later)
        self.assertEqual(workshop.event_id, event)
        self.assertEqual(event.start, later)

    def test_calling_off_opens_the_delivery_again(self):
        workshop = self.plan(self.wish())
        event = workshop.event_id
        workshop.action_call_off()
        self.assertEqual(workshop.state, "wish")
        self.assertFalse(workshop.event_id or workshop.start)
        self.assertFalse(event.active)
        self.assertEqual(self.delivery.state, "due")
        self.assertFalse(self.delivery.res_id or self.delivery.res_model)
        self.assertTrue(workshop.activity_ids)
        self.plan(workshop)
        self.assertNotEqual(workshop.event_id, event)

    def test_holding_delivers_and_reporting_tells(self):
        workshop = self.plan(self.wish())
        with self.assertRaisesRegex(UserError, "starts later"):
            workshop.action_hold()
        after = self.later(workshop, self.start + timedelta(hours=5))
        after.action_hold()
        self.assertEqual(self.delivery.state, "delivered")
        self.assertEqual(
            self.delivery.delivered_on, workshop._cap_date_of(workshop.start)
        )
        with self.assertRaisesRegex(UserError, "Write the report"):
            after.action_report()
        workshop.report = "<p>All done.</p>"
        self.env["cap.workshop.file"].create(
            {
                "workshop_id": workshop.id,
                "name": "slides.pdf",
                "file": MaterialCommon.pack(PDF),
            }
        )
        after.action_report()
        self.assertEqual(workshop.state, "reported")
        message = self.cover.message_ids[0]
        self.assertIn("Returns without paper", message.subject)
        self.assertIn(self.lone_user.partner_id, message.partner_ids)
        with self.assertRaisesRegex(UserError, "is published"):
            workshop.report = "<p>Other</p>"
        for verb in (
            lambda: workshop.file_ids.unlink(),
            lambda: workshop.file_ids.write({"name": "x.pdf"}),
            lambda: workshop.file_ids.copy(),
        ):
            with self.assertRaisesRegex(UserError, "is published"):
                verb()
        for verb in ("action_hold", "action_report", "action_call_off"):
            with self.assertRaisesRegex(UserError, "cannot become"):
                getattr(after, verb)()

    def test_forbidden_files_are_refused(self):
        workshop = self.plan(self.wish())
        files = self.env["cap.workshop.file"].with_user(self.consultant)
        for words, name, content in (
            ("not handed out", "setup.exe", PDF),
            ("not handed out", "page.svg", b"<svg><script/></svg>"),
            ("not what its name says", "slides.pdf", b"<html></html>"),
        ):
            with (
                self.subTest(name),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                files.create(
                    {
                        "workshop_id": workshop.id,
                        "name": name,
                        "file": MaterialCommon.pack(content),
                    }
                )
        self.assertFalse(files.search([("workshop_id", "=", workshop.id)]))

    @mute_logger("odoo.sql_db")
    def test_one_workshop_a_year(self):
        workshop = self.wish()
        with self.assertRaisesRegex(UserError, "one workshop a year"):
            self.wish(name="Another")
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.env.cr.execute(
                "INSERT INTO cap_workshop (name, subscription_id, delivery_id, state)"
                " SELECT 'x', subscription_id, delivery_id, 'wish' FROM cap_workshop"
                " WHERE id = %s",
                [workshop.id],
            )
        self.plan(workshop)
        self.later(workshop, self.start + timedelta(hours=5)).action_hold()
        with self.assertRaisesRegex(UserError, "one workshop a year"):
            self.wish(name="Another")
        year = add_months(self.delivery.date_start, 12)
        clock = FixedClock(self.start + timedelta(days=370))
        following = self.env["cap.workshop"].with_context(cap_clock=clock)
        self.env["cap.delivery"].sudo().with_context(cap_clock=clock)._plan(self.cover)
        found = following._find_delivery(self.cover.with_context(cap_clock=clock))
        self.assertEqual(found.date_start, year)

    def test_who_has_no_workshop_is_told(self):
        for user in (self.acme_user, self.zeta_user):
            with self.assertRaisesRegex(UserError, "includes no workshop"):
                self.wish(user)
        self.cover._set_suspended("Unpaid")
        with self.assertRaisesRegex(UserError, "no active cover"):
            self.wish()
        with self.assertRaisesRegex(UserError, "includes no workshop"):
            self.env["cap.workshop"].with_user(self.consultant).create(
                {"name": "By hand", "subscription_id": self.cover.id}
            )
        with self.assertRaisesRegex(UserError, "Choose the client"):
            self.env["cap.workshop"].create({"name": "For nobody"})
        self.assertFalse(
            self.env["cap.workshop"].search([("partner_id", "=", self.lone.id)])
        )

    def test_plans_that_cannot_be(self):
        workshop = self.wish()
        now = workshop._cap_now()
        lapse = timedelta(days=(self.delivery.lapse_date - workshop._cap_today()).days)
        cases = [
            ("moment to come", {"start": now - timedelta(hours=1)}),
            ("moment to come", {"start": now}),
            ("end after the start", {"hours": 0}),
            ("five days", {"hours": 121}),
            ("lapsed", {"start": now + lapse}),
            ("not a contact", {"attendees": self.acme_user.partner_id}),
            ("not a contact", {"attendees": self.consultant.partner_id}),
            ("at least one", {"attendees": self.lone.browse()}),
        ]
        for words, values in cases:
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.plan(workshop, **values)
            self.assertEqual((workshop.state, self.delivery.state), ("wish", "due"))
            self.assertFalse(workshop.event_id)
        self.env["cap.consultant.absence"].create(
            {
                "user_id": self.consultant.id,
                "date_start": workshop._cap_date_of(self.start),
                "date_end": workshop._cap_date_of(self.start),
            }
        )
        with self.assertRaisesRegex(UserError, "is absent"):
            self.plan(workshop)

    def test_the_dialog_plans_and_moves(self):
        workshop = self.wish()
        action = workshop.action_plan()
        wizards = self.env[action["res_model"]].with_user(self.consultant)
        wizards = wizards.with_context(**action["context"])
        contact = self.lone_user.partner_id
        with Form(wizards) as form:
            self.assertEqual(form.user_id, self.consultant)
            self.assertEqual(form.attendee_ids[:], contact)
            self.assertEqual(form.hours, 4)
            form.start = self.start
            form.location = " Room 3 "
            form.attendee_ids.remove(id=contact.id)
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "at least one"):
            wizard.action_confirm()
        wizard.attendee_ids = contact
        wizard.action_confirm()
        self.assertEqual((workshop.state, workshop.location), ("planned", "Room 3"))
        self.assertEqual(workshop.stop, self.start + timedelta(hours=4))
        with Form(wizards) as form:
            self.assertEqual(form.location, "Room 3")
            form.start = self.start + timedelta(days=1)
        form.save().action_confirm()
        self.assertEqual(workshop.start, self.start + timedelta(days=1))
        self.assertEqual(workshop.event_id.start, workshop.start)

    def test_a_consultant_is_in_one_place(self):
        today = self.cover._cap_today()
        self.subscription._start_tier(self.tiers["alliance"], today, "Up")
        self.plan(self.wish())
        other = self.wish(self.acme_user)
        people = self.acme_user.partner_id
        with self.assertRaisesRegex(UserError, "has “Returns without paper – Lone”"):
            self.plan(other, self.start + timedelta(hours=3), attendees=people)
        self.plan(other, self.start + timedelta(hours=4), attendees=people)

    def test_a_workshop_stays_with_its_client(self):
        workshop = self.wish()
        with self.assertRaisesRegex(UserError, "stays with its client"):
            workshop.subscription_id = self.subscription
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            workshop.state = "held"
        self.plan(workshop)
        with self.assertRaisesRegex(UserError, "past a wish"):
            workshop.unlink()
        with self.assertRaises(AccessError):
            workshop.with_user(self.agent).action_call_off()

    def test_a_wish_is_taken_back_by_its_client_only(self):
        workshop = self.wish()
        for role in ("user", "consultant"):
            with self.assertRaisesRegex(AccessError, "to decide on"):
                workshop.with_user(self.users[role])._portal_withdraw()
        workshop.with_user(self.lone_user)._portal_withdraw()
        self.assertFalse(workshop.exists())

    def test_a_wish_that_makes_no_sense_is_refused(self):
        cases = [
            ("should be about", {"name": " "}),
            ("under 200", {"name": "x" * 201}),
            ("too long", {"goals": "x" * 2001}),
            ("not a day", {"wish_start": "31/31/2026"}),
            ("not a day", {"wish_start": "0001-01-01"}),
            ("ends before", {"wish_start": "2090-02-02", "wish_end": "2090-02-01"}),
            ("is over", {"wish_end": "2020-01-01"}),
        ]
        for words, values in cases:
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.wish(**values)
        self.assertFalse(
            self.env["cap.workshop"].search([("partner_id", "=", self.lone.id)])
        )
