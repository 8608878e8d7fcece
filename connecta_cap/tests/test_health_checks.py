import json
from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..const import HEALTH_CHECK, NOTIFICATION_CENTER, TEST_CENTER
from ..tools.clock import FixedClock
from .health_common import HealthCommon


class HealthCheckCommon(HealthCommon):
    """Two clients with Health Checks in their cover, and their consultant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.now = cls.subscription._cap_now()
        cls.today = cls.subscription._cap_today()
        cls.begin = cls.now + timedelta(days=3)
        cls.contact = cls.acme_user.partner_id

    def play_bad_hour(self):
        """Let a critical flow fail in the hour up to the present, judged and summed."""
        self.start = self.now.replace(second=0) - timedelta(hours=1)
        errors = [{"class": "Timeout", "message": "No answer", "count": 8}]
        rows = [self.window(n, ok=2, failed=8, errors=errors) for n in range(0, 60, 5)]
        self.send(60, rows)
        self.flow().criticality = "4"
        self.watch(60)
        self.roll_up()
        self.place._score()

    def owed(self, code=HEALTH_CHECK, subscription=None):
        """Return what a client is owed of a kind, the first one first."""
        deliveries = (subscription or self.subscription).delivery_ids
        return deliveries.filtered(
            lambda row: row.code == code and not row.res_id and not row.delivered_on
        ).sorted("date_start")

    def draft(self, delivery=None):
        checks = self.env["cap.health.check"].with_user(self.consultant)
        return checks.create({"delivery_id": (delivery or self.owed()[:1]).id})

    def plan(self, check=None, start=None, hours=1, user=None, people=None):
        check = check or self.draft()
        start = start or self.begin
        check._set_planned(
            start,
            start + timedelta(hours=hours),
            user or self.consultant,
            self.contact if people is None else people,
            "By video",
        )
        return check

    def after(self, check, start=None):
        """Return the check two hours after the meeting began."""
        moment = (start or self.begin) + timedelta(hours=2)
        return check.with_context(cap_clock=FixedClock(moment))

    def hold(self, check=None, start=None):
        check = self.plan(check, start)
        check.action_prepare()
        late = self.after(check, start)
        late.action_hold()
        return late

    def act(self, check, **values):
        values = {
            "check_id": check.id,
            "name": "Renew the certificate",
            "owner": "client",
            "contact_id": self.contact.id,
            "date_due": self.today + timedelta(days=30),
        } | values
        return check.env["cap.health.action"].create(values)

    def publish(self, check):
        check.minutes = "<p>All in good order</p>"
        check.action_publish()
        return check


@tagged("post_install", "-at_install")
class TestHealthChecks(HealthCheckCommon):
    """A Health Check from planned to published, and what is refused on the way."""

    def test_planning_plans_the_delivery_and_invites(self):
        delivery = self.owed()[:1]
        check = self.plan()
        self.assertEqual(check.state, "planned")
        self.assertRegex(check.name, r"^HC-\d{4}$")
        self.assertEqual(delivery.planned_on, check._cap_date_of(self.begin))
        self.assertEqual((delivery.res_model, delivery.res_id), (check._name, check.id))
        event = check.event_id
        self.assertEqual((event.start, event.user_id), (self.begin, self.consultant))
        self.assertEqual(
            event.attendee_ids.partner_id, self.consultant.partner_id | self.contact
        )
        self.assertEqual((event.res_model, event.res_id), (check._name, check.id))
        with self.assertRaisesRegex(UserError, "is made through"):
            delivery._set_open()

    def test_the_wizard_plans_and_moves(self):
        self.subscription.contact_ids = self.contact
        wizards = self.env["cap.health.check.plan"].with_user(self.consultant)
        delivery = self.owed()[:1]
        with Form(wizards.with_context(default_delivery_id=delivery.id)) as form:
            self.assertEqual(form.attendee_ids[:], self.contact)
            self.assertEqual(form.user_id, self.consultant)
            form.start = self.begin
            form.location = " Room 4 "
        action = form.save().action_confirm()
        check = self.env["cap.health.check"].browse(action["res_id"])
        self.assertEqual((check.start, check.location), (self.begin, "Room 4"))
        later = self.begin + timedelta(days=1)
        with Form(wizards.with_context(default_check_id=check.id)) as form:
            self.assertEqual(form.delivery_id, delivery)
            self.assertEqual(form.attendee_ids[:], self.contact)
            form.start = later
        form.save().action_confirm()
        self.assertEqual((check.start, check.event_id.start), (later, later))
        self.assertEqual(delivery.planned_on, check._cap_date_of(later))

    def test_what_is_owed_is_found_by_its_client(self):
        found = self.env["cap.delivery"].name_search(
            "Acme", [("code", "=", HEALTH_CHECK)], limit=50
        )
        clients = self.env["cap.delivery"].browse([row[0] for row in found])
        self.assertEqual(clients.partner_id, self.acme)

    def test_moving_a_prepared_check_keeps_what_is_prepared(self):
        check = self.plan()
        check.action_prepare()
        check.agenda = "<p>My own words</p>"
        self.plan(check, self.begin + timedelta(days=1))
        self.assertEqual(check.state, "prepared")
        check.action_prepare()
        self.assertIn("My own words", check.agenda)

    def test_plans_that_cannot_be(self):
        check = self.draft()
        cases = [
            ("moment to come", {"start": self.now - timedelta(days=1)}),
            ("moment to come", {"start": self.now}),
            ("end after the start", {"hours": 0}),
            ("not a contact", {"people": self.zeta_user.partner_id}),
            ("not a contact", {"people": self.consultant.partner_id}),
            ("at least one", {"people": self.contact.browse()}),
        ]
        for words, values in cases:
            with (
                self.subTest(words),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.plan(check, **values)
        self.assertFalse(check.start or check.event_id)
        self.assertEqual(check.delivery_id.planned_on, False)
        self.env["cap.consultant.absence"].create(
            {
                "user_id": self.consultant.id,
                "date_start": check._cap_date_of(self.begin),
                "date_end": check._cap_date_of(self.begin),
            }
        )
        with self.assertRaisesRegex(UserError, "is absent"):
            self.plan(check)

    def test_a_consultant_is_in_one_place(self):
        self.plan()
        other = self.draft(self.owed(subscription=self.zeta_subscription)[:1])
        people = self.zeta_user.partner_id
        with self.assertRaisesRegex(UserError, "Choose another time"):
            self.plan(other, self.begin + timedelta(minutes=30), people=people)
        self.plan(other, self.begin + timedelta(hours=1), people=people)

    def test_only_an_owed_health_check_is_planned(self):
        with self.assertRaisesRegex(UserError, "is no Health Check"):
            self.draft(self.owed("audit")[:1])
        delivery = self.owed()[:1]
        self.plan(self.draft(delivery))
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.draft(delivery)

    def test_the_cover_of_the_day_counts(self):
        check = self.draft()
        line = self.tiers["advisor"].tier_entitlement_ids
        line.filtered(lambda row: row.entitlement_id.code == HEALTH_CHECK).unlink()
        with self.assertRaisesRegex(UserError, "no Health Check in its cover"):
            self.plan(check)

    def test_calling_off_opens_the_delivery_again(self):
        check = self.plan()
        event, delivery = check.event_id, check.delivery_id
        check.action_prepare()
        check.action_call_off()
        self.assertEqual(check.state, "planned")
        self.assertFalse(check.start or check.event_id or event.active)
        self.assertFalse(delivery.planned_on or delivery.res_id)
        for verb in ("action_prepare", "action_hold"):
            with self.assertRaisesRegex(UserError, "no meeting yet"):
                getattr(check, verb)()
        self.plan(check)
        self.assertNotEqual(check.event_id, event)
        check.unlink()
        self.assertFalse(delivery.planned_on or delivery.res_id)

    def test_holding_delivers_and_publishing_tells(self):
        check = self.plan()
        delivery = check.delivery_id
        with self.assertRaisesRegex(UserError, "cannot become"):
            self.after(check).action_hold()  # it is not prepared
        check.action_prepare()
        with self.assertRaisesRegex(UserError, "starts later"):
            check.action_hold()
        check = self.after(check)
        with self.assertRaisesRegex(UserError, "cannot become"):
            check.action_publish()
        check.action_hold()
        self.assertEqual((check.state, delivery.state), ("held", "delivered"))
        self.assertEqual(delivery.delivered_on, check._cap_date_of(self.begin))
        self.assertEqual(delivery.note, f"Health Check {check.name}")
        with self.assertRaisesRegex(UserError, "Write the minutes"):
            check.action_publish()
        action = self.act(check, contact_id=False)
        check.minutes = "<p>Fine</p>"
        with self.assertRaisesRegex(UserError, "nobody who sees to it"):
            check.action_publish()
        action.contact_id = self.contact
        check.action_publish()
        self.assertEqual(check.state, "published")
        message = self.subscription.message_ids[0]
        self.assertIn("Your Health Check", message.subject)
        self.assertIn("Renew the certificate", message.body)
        self.assertEqual(message.partner_ids, self.manager.partner_id | self.contact)
        count = len(self.subscription.message_ids)
        for verb in ("action_publish", "action_hold", "action_prepare"):
            with self.assertRaisesRegex(UserError, "cannot become"):
                getattr(check, verb)()
        self.assertEqual(len(self.subscription.message_ids), count)

    def test_what_is_published_stays(self):
        check = self.hold()
        action = self.act(check)
        self.publish(check)
        for refused in (
            lambda: check.write({"minutes": "<p>Other</p>"}),
            lambda: check.write({"agenda": "<p>Other</p>"}),
            lambda: action.write({"name": "Other"}),
            lambda: action.unlink(),
            lambda: self.act(check),
            check.action_write_agenda,
        ):
            with self.assertRaisesRegex(UserError, "is published"):
                refused()
        for vals in ({"state": "held"}, {"snapshot": {}}, {"start": self.now}):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                check.write(vals)
        with self.assertRaisesRegex(UserError, "stays on record"):
            check.unlink()
        with self.assertRaisesRegex(UserError, "stays with the delivery"):
            check.delivery_id = self.owed()[:1]
        action.action_done()
        self.assertEqual((action.state, action.done_by_id), ("done", self.consultant))

    def test_a_delivery_recorded_by_hand_does_not_stop_the_meeting(self):
        check = self.plan()
        check.action_prepare()
        check.delivery_id._set_delivered(self.today, note="By hand")
        self.after(check).action_hold()
        self.assertEqual(check.delivery_id.note, "By hand")

    def test_only_consultants_run_checks(self):
        check = self.plan()
        for user in (self.agent, self.manager, self.users["user"]):
            for verb in ("action_prepare", "action_call_off"):
                with self.assertRaises(AccessError):
                    getattr(check.with_user(user), verb)()
        with self.assertRaises(AccessError):
            self.plan(check.with_user(self.agent))

    def test_another_company_and_other_clients_see_nothing(self):
        check = self.publish(self.hold())
        later = self.begin + timedelta(days=1)
        self.act(self.plan(start=later), owner="ours", user_id=self.consultant.id)
        stranger = self.make_stranger()
        actions = self.env["cap.health.action"].search([])
        checklists = self.subscription.checklist_ids
        for records in (check, actions, checklists, checklists.item_ids):
            self.assertTrue(records, records._name)
            self.assertFalse(records.with_user(stranger)._filtered_access("read"))
        mine = self.env["cap.health.check"].with_user(self.acme_user)
        self.assertEqual(mine.search([]), check)
        self.assertFalse(mine.with_user(self.zeta_user).search([]))
        readable = check.with_user(self.acme_user)._portal_readable_fields()
        with mute_logger("odoo.addons.base.models.ir_model"):
            for name in set(check._fields) - readable:
                with self.subTest(name), self.assertRaises(AccessError):
                    check.with_user(self.acme_user).read([name])


@tagged("post_install", "-at_install")
class TestHealthCheckFigures(HealthCheckCommon):
    """The agenda comes from the figures; the figures stay as the meeting saw them."""

    def setUp(self):
        super().setUp()
        self.play_bad_hour()

    def test_the_agenda_is_drafted_and_editable(self):
        self.submit("2026-06-01 09:00:00", name="Orders are late")
        check = self.plan()
        check.action_prepare()
        for words in ("Production: Down", "Open: Down: ", "Timeout", "Orders are late"):
            self.assertIn(words, check.agenda)
        self.assertIn("of runs failed", check.agenda)
        self.assertIn("Test Center: 0 of 9", check.agenda)
        self.assertNotIn("Zeta", check.agenda)
        check.agenda = "<p>Mine</p>"
        check.action_prepare()
        self.assertEqual(check.agenda, "<p>Mine</p>")
        check.action_write_agenda()
        self.assertIn("Production", check.agenda)

    def test_the_snapshot_stays_whatever_happens_later(self):
        check = self.plan()
        check.action_prepare()
        self.assertIsNone(check._get_figures())
        self.assertIn("are frozen when", check.figures_html)
        check = self.after(check)
        check.action_hold()
        json.dumps(check.snapshot)
        before = check._get_figures()
        html = str(check.figures_html)
        (environment,) = before["environments"]
        self.assertEqual(environment["name"], "Production")
        self.assertEqual(environment["state"], "down")
        self.assertEqual(len(environment["strip"]), 90)
        self.assertTrue(environment["deductions"])
        self.assertEqual(environment["flows"][0]["name"], "Shop: Orders")
        self.assertIn("Timeout", environment["errors"][0]["text"])
        self.assertEqual(environment["incidents"][0]["is_open"], True)
        self.play(60, 30)
        self.roll_up()
        self.place._score()
        self.place.name = "Renamed"
        self.flow().name = "Other name"
        check.invalidate_recordset()
        self.assertEqual(check._get_figures(), before)
        self.assertEqual(str(check.figures_html), html)
        self.assertEqual(check._prepare_document()["figures"], before)

    def test_a_client_without_environments(self):
        lone = self.subscribe(self.lone, "essential", "2025-01-01")
        check = self.draft(self.owed(subscription=lone)[:1])
        self.plan(check, people=self.lone_user.partner_id)
        check.action_prepare()
        self.assertIn("No environment reports", check.agenda)
        self.after(check).action_hold()
        self.assertIn("No environment reported", check.figures_html)

    def test_the_pdf_says_everything_in_words(self):
        check = self.hold()
        self.act(check)
        self.publish(check)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "connecta_cap.cap_health_check_report_action", check.ids
        )
        text = html.decode()
        for words in (
            check.name,
            "Acme",
            "All in good order",
            "Renew the certificate",
            "Acme_User",
            "Production",
            "Down",
            "Shop: Orders",
            "down on",
            "Flows to test",
        ):
            self.assertIn(words, text)

    def test_a_document_costs_the_same_with_few_and_many(self):
        def count(check):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            check._prepare_document()
            return self.env.cr.sql_log_count - before

        first = self.hold()
        self.act(first)
        start = self.begin + timedelta(days=1)
        second = self.hold(self.draft(), start)
        for number in range(20):
            self.act(second, name=f"Action {number}")
        count(first)
        self.assertLessEqual(count(second), count(first))
        # the checks of a list are read together
        self.publish(first)
        self.publish(second)

        def rows(checks):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            checks._prepare_portal_rows()
            return self.env.cr.sql_log_count - before

        self.assertEqual(rows(first), rows(first | second))


@tagged("post_install", "-at_install")
class TestHealthActions(HealthCheckCommon):
    """What was agreed is done, or comes back once."""

    def test_unfinished_actions_come_back_once(self):
        first = self.hold()
        done, left = self.act(first, name="Done soon"), self.act(first)
        self.publish(first)
        done.action_done()
        second = self.plan(start=self.begin + timedelta(days=30))
        second.action_prepare()
        second.action_prepare()
        second.action_write_agenda()
        (copy,) = second.action_ids
        self.assertEqual((copy.name, copy.origin_id), (left.name, left))
        self.assertEqual(
            (copy.contact_id, copy.date_due), (self.contact, left.date_due)
        )
        self.assertEqual(left.state, "carried")
        self.assertIn("Renew the certificate", second.agenda)
        with self.assertRaisesRegex(UserError, "finish it there"):
            left.action_done()
        copy.action_done()
        self.assertEqual(copy.state, "done")
        with self.assertRaisesRegex(UserError, "done already"):
            copy.action_done()
        copy.action_undo()
        self.assertEqual(copy.state, "open")
        second.unlink()
        self.assertEqual(left.state, "open")

    @mute_logger("odoo.sql_db")
    def test_an_action_is_carried_once_even_by_two(self):
        first = self.hold()
        left = self.act(first)
        self.publish(first)
        second = self.plan(start=self.begin + timedelta(days=30))
        left._carry_to(second)
        with self.assertRaises(UniqueViolation), self.env.cr.savepoint():
            left._carry_to(second)

    def test_what_is_not_published_does_not_come_back(self):
        self.act(self.hold())
        second = self.plan(start=self.begin + timedelta(days=30))
        second.action_prepare()
        self.assertFalse(second.action_ids)

    def test_the_person_is_the_clients_own(self):
        check = self.plan()
        with self.assertRaisesRegex(ValidationError, "is not a contact of Acme"):
            self.act(check, contact_id=self.zeta_user.partner_id.id)

    def test_overdue_is_seen_today(self):
        action = self.act(self.plan(), date_due=self.today - timedelta(days=1))
        actions = self.env["cap.health.action"]
        self.assertTrue(action.is_overdue)
        self.assertIn(action, actions.search([("is_overdue", "=", True)]))
        action.action_done()
        self.assertNotIn(action, actions.search([("is_overdue", "=", True)]))


@tagged("post_install", "-at_install")
class TestHealthChecklists(HealthCheckCommon):
    """What is set up once for a client settles what it was promised."""

    def open(self, code=TEST_CENTER):
        delivery = self.owed(code)[:1].with_user(self.consultant)
        action = delivery.action_open_checklist()
        checklists = self.env["cap.health.checklist"].with_user(self.consultant)
        return checklists.browse(action["res_id"])

    def settle(self, checklist):
        checklist.item_ids.write({"state": "done", "evidence": "Run 12"})
        checklist.action_complete()

    def test_completing_settles_the_delivery(self):
        for code in (TEST_CENTER, NOTIFICATION_CENTER):
            checklist, delivery = self.open(code), self.owed(code)
            self.assertEqual(len(delivery), 1)
            self.assertGreaterEqual(checklist.item_count, 8)
            self.assertEqual(self.open(code), checklist)
            self.settle(checklist)
            self.assertEqual(delivery.state, "delivered")
            self.assertEqual(delivery.res_id, checklist.id)
            self.assertEqual(checklist.completed_on, self.today)
        with self.assertRaisesRegex(UserError, "was set up on"):
            checklist.action_complete()
        for refused in (
            lambda: checklist.item_ids[0].write({"state": "open"}),
            lambda: checklist.item_ids[0].unlink(),
            lambda: checklist.item_ids[0].copy(),
            checklist.unlink,
        ):
            with self.assertRaisesRegex(UserError, "was set up on"):
                refused()

    def test_a_point_says_who_when_and_why(self):
        checklist = self.open()
        first, second = checklist.item_ids[:2]
        first.action_done()
        self.assertEqual(
            (first.user_id, first.settled_on), (self.consultant, self.today)
        )
        first.state = "open"
        self.assertFalse(first.user_id or first.settled_on)
        with self.assertRaisesRegex(ValidationError, "does not apply"):
            second.state = "not_applicable"
        second.write({"state": "not_applicable", "note": "No tests there"})
        self.assertEqual(checklist.settled_count, 1)
        with self.assertRaisesRegex(UserError, "is to do"):
            checklist.action_complete()
        (checklist.item_ids - second).write({"state": "done"})
        with self.assertRaisesRegex(UserError, "no evidence yet"):
            checklist.action_complete()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            first.settled_on = self.today
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            checklist.state = "complete"

    def test_a_template_of_the_tier_goes_first(self):
        self.env["cap.health.checklist.template"].create(
            {
                "name": "For Advisor",
                "kind": TEST_CENTER,
                "sequence": 99,
                "tier_ids": self.tiers["advisor"].ids,
                "line_ids": [(0, 0, {"name": "Only this"})],
            }
        )
        self.assertEqual(self.open().item_ids.mapped("name"), ["Only this"])
        self.assertNotIn(
            "Only this", self.open(NOTIFICATION_CENTER).item_ids.mapped("name")
        )

    def test_preparing_a_check_starts_them_and_shows_them_once(self):
        check = self.plan()
        check.action_prepare()
        self.assertEqual(
            set(self.subscription.checklist_ids.mapped("kind")),
            {TEST_CENTER, NOTIFICATION_CENTER},
        )
        self.settle(self.open())
        self.after(check).action_hold()
        kept = check._prepare_document()["checklists"]
        self.assertEqual(
            {row["kind"]: row["settled"] for row in kept},
            {"Test Center": 9, "Notification Center": 0},
        )
        self.settle(self.open(NOTIFICATION_CENTER))
        self.assertEqual(check._prepare_document()["checklists"], kept)
        following = self.plan(start=self.begin + timedelta(days=30))
        following.action_prepare()
        self.assertEqual(len(self.subscription.checklist_ids), 2)

    def test_a_set_up_recorded_by_hand_is_not_settled_again(self):
        checklist, delivery = self.open(), self.owed(TEST_CENTER)
        delivery._set_delivered(self.today, note="By hand")
        self.settle(checklist)
        self.assertEqual((checklist.state, delivery.note), ("complete", "By hand"))


@tagged("post_install", "-at_install")
class TestHealthCheckPlanning(HealthCheckCommon):
    """Somebody is asked in time, once; the consultant's screen shows what waits."""

    def asked(self, delivery):
        return delivery.activity_ids.filtered(
            lambda task: (
                task.activity_type_id
                == self.env.ref("connecta_cap.mail_activity_type_health_check")
            )
        )

    def test_who_is_asked_and_once(self):
        delivery = self.owed().filtered(lambda row: row.due_date >= self.today)[:1]
        near = delivery.due_date - timedelta(days=30)
        deliveries = self.env["cap.delivery"]
        self.assertFalse(self.asked(delivery))
        deliveries._ask_to_plan(delivery)
        clock = FixedClock(self.subscription._cap_start_of(near) + timedelta(hours=9))
        known = delivery.sudo().with_context(cap_clock=clock)
        for _twice in range(2):
            known._ask_to_plan(known)
        task = self.asked(delivery)
        self.assertEqual(len(task), 1)
        # no consultant in this tier: the account manager
        self.assertEqual(task.user_id, self.manager)
        self.assertEqual(task.date_deadline, delivery.due_date)
        task.action_feedback()
        known._ask_to_plan(known)
        self.assertFalse(self.asked(delivery))

    def test_the_consultant_is_asked_and_planning_answers(self):
        cover = self.subscribe(self.lone, "alliance", str(self.today))
        cover._assign("consultant", self.consultant, self.today)
        setup = self.owed(TEST_CENTER, cover)
        job = self.env.ref("connecta_cap.ir_cron_cap_ask_to_plan")
        with self.enter_registry_test_mode():
            for _twice in range(2):
                job.method_direct_trigger()
        self.env.invalidate_all()
        task = self.asked(setup)
        self.assertEqual((len(task), task.user_id), (1, self.consultant))
        self.assertFalse(self.asked(self.owed(subscription=cover)))  # months away
        checklists = cover.with_user(self.consultant)._ensure_checklists(
            self.consultant
        )
        checklist = checklists.filtered(lambda line: line.kind == TEST_CENTER)
        checklist.item_ids.write({"state": "done", "evidence": "Run 12"})
        checklist.action_complete()
        self.assertFalse(self.asked(setup))

    def test_the_desk_shows_what_waits(self):
        check = self.plan()
        desk = self.env["cap.consultant.desk"].with_user(self.consultant).get_desk()
        sections = {section["key"]: section for section in desk["sections"]}
        (row,) = sections["checks"]["rows"]
        self.assertEqual((row["res_id"], row["badge"]), (check.id, "to prepare"))
        self.publish(self.hold(check))
        desk = self.env["cap.consultant.desk"].with_user(self.consultant).get_desk()
        sections = {section["key"]: section for section in desk["sections"]}
        self.assertFalse(sections["checks"]["rows"])

    def test_it_is_among_the_documents(self):
        check = self.hold()
        self.assertFalse(self.subscription._list_documents())
        self.publish(check)
        (row,) = self.subscription.with_user(self.manager)._list_documents()
        self.assertEqual(row["kind"], "Health Check")
        self.assertTrue(row["url"].endswith(f"report_health_check/{check.id}"))
