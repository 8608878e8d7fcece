from ast import literal_eval
from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.clock import FixedClock
from .common import CapCommon, utc

MONDAY = "2026-06-01 09:00:00"


class ConsultantCommon(CapCommon):
    """A client with a consultant and a deputy."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "connecta_cap.group_cap_consultant"
        cls.consultant = cls.users["consultant"]
        cls.deputy = new_test_user(cls.env, "cap_deputy", groups=group)
        cls.third = new_test_user(cls.env, "cap_third", groups=group)
        cls.cover = cls.subscribe(cls.lone, "alliance", "2025-01-01")
        cls.today = cls.cover._cap_today()
        cls.cover._assign("consultant", cls.consultant, cls.today)
        cls.cover._assign("deputy", cls.deputy, cls.today)

    def on(self, day, record=None):
        """Return the record as seen on another day."""
        clock = FixedClock(utc(f"{day} 10:00:00"))
        record = self.cover if record is None else record
        return record.with_context(cap_clock=clock)

    def hand_over(self, user, day=None, subscriptions=None, role="consultant", **vals):
        wizard = self.env["cap.consultant.hand.over"].with_user(self.manager)
        return wizard.create(
            {
                "subscription_ids": (subscriptions or self.cover).ids,
                "role": role,
                "user_id": user.id,
                "date": day or self.today,
                "introduction": "I know your warehouse.",
            }
            | vals
        ).action_confirm()

    def absent(self, user, first=0, last=0):
        return self.env["cap.consultant.absence"].create(
            {
                "user_id": user.id,
                "date_start": self.today + timedelta(first),
                "date_end": self.today + timedelta(last),
            }
        )

    def advise(self, **values):
        return self.submit(MONDAY, self.lone_user, requested_type="advice", **values)


@tagged("post_install", "-at_install")
class TestConsultant(ConsultantCommon):
    """Who is whose consultant, on any day, and who acts."""

    def test_the_history_answers_who_was_yours_when(self):
        friday = self.today + timedelta(4)
        self.hand_over(self.third, friday)
        self.assertEqual(self.cover.consultant_id, self.consultant)
        self.assertEqual(self.on(friday).consultant_id, self.third)
        self.assertEqual(
            self.cover._consultant_on(friday - timedelta(1)), self.consultant
        )
        self.assertFalse(self.cover._consultant_on(self.today - timedelta(1)))
        first = self.cover.assignment_ids.filtered(
            lambda line: line.user_id == self.consultant
        )
        self.assertEqual(first.date_end, friday)
        self.assertEqual(
            self.cover.assignment_ids.filtered("introduction").decided_by_id,
            self.manager,
        )

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_the_history_only_grows(self):
        line = self.cover.assignment_ids[0]
        with self.assertRaisesRegex(UserError, "on record"):
            line.sudo().user_id = self.third
        with self.assertRaisesRegex(UserError, "on record"):
            line.sudo().unlink()
        with self.assertRaises(AccessError):
            line.with_user(self.users["admin"]).create(
                {
                    "subscription_id": self.cover.id,
                    "role": "deputy",
                    "date_start": self.today,
                    "decided_by_id": self.env.uid,
                }
            )

    def test_a_hand_over_introduces_the_person(self):
        self.hand_over(self.third)
        message = self.cover.message_ids[0]
        self.assertIn(self.third.name, message.subject)
        self.assertIn("I know your warehouse.", message.body)
        self.assertIn(self.consultant.name, message.body)
        self.assertIn(self.lone_user.partner_id, message.partner_ids)
        count = len(self.cover.message_ids)
        self.hand_over(self.agent, role="deputy", is_told=False, introduction="")
        self.assertEqual(len(self.cover.message_ids), count)
        self.assertEqual(self.cover.deputy_id, self.agent)

    def test_several_clients_are_handed_over_at_once_or_not_at_all(self):
        both = self.cover | self.subscription
        self.hand_over(self.third, subscriptions=both)
        self.assertEqual(both.consultant_id, self.third)
        self.cover._assign("consultant", self.consultant, self.today)
        with self.assertRaisesRegex(UserError, "already"), self.env.cr.savepoint():
            self.hand_over(self.third, subscriptions=both)
        self.assertEqual(self.cover.consultant_id, self.consultant)

    def test_hand_overs_that_cannot_be(self):
        yesterday = self.today - timedelta(1)
        cases = [
            ("today or a later", {"user": self.third, "day": yesterday}),
            ("already", {"user": self.consultant}),
            ("consultant and deputy", {"user": self.deputy}),
            ("does not work here", {"user": self.acme_user}),
            ("introduce", {"user": self.third, "introduction": " "}),
        ]
        for words, values in cases:
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.hand_over(**values)
        self.assertEqual(self.cover.consultant_id, self.consultant)
        with self.assertRaises(AccessError):
            self.env["cap.consultant.hand.over"].with_user(self.consultant).create(
                {"subscription_ids": self.cover.ids}
            )

    def test_a_field_that_is_written_leaves_a_line_too(self):
        created = self.env["cap.subscription"].create(
            {"partner_id": self.acme.id, "consultant_id": self.third.id}
        )
        self.assertEqual(created.assignment_ids.user_id, self.third)
        created.consultant_id = False
        self.assertEqual(len(created.assignment_ids), 2)
        self.assertFalse(created.consultant_id)

    def test_lists_search_and_group_by_the_consultant_of_today(self):
        subscriptions = self.env["cap.subscription"]
        everybody = self.cover | self.subscription
        mine = subscriptions.search([("consultant_id", "=", self.consultant.id)])
        self.assertEqual(mine, self.cover)
        nobody = subscriptions.search(
            [("consultant_id", "=", False), ("id", "in", everybody.ids)]
        )
        self.assertEqual(nobody, self.subscription)
        self.assertEqual(
            subscriptions.search([("deputy_id.login", "=", "cap_deputy")]), self.cover
        )
        self.assertEqual(
            everybody.filtered_domain([("consultant_id", "!=", False)]), self.cover
        )
        groups = dict(
            subscriptions._read_group(
                [("id", "in", everybody.ids)], ["consultant_id"], ["__count"]
            )
        )
        self.assertEqual(groups[self.consultant], 1)
        delivery = self.env["cap.delivery"].search(
            [("consultant_id", "=", self.consultant.id)], limit=1
        )
        self.assertEqual(delivery.subscription_id, self.cover)
        tomorrow = self.today + timedelta(1)
        self.hand_over(self.third, tomorrow)
        later = self.on(tomorrow, subscriptions)
        found = later.search([("consultant_id", "=", self.third.id)])
        self.assertEqual(found, self.cover)

    def test_the_deputy_acts_while_the_consultant_is_absent(self):
        self.assertEqual(self.cover._get_acting_consultant(), self.consultant)
        self.absent(self.consultant, 1, 3)
        for days, person in (
            (0, self.consultant),
            (1, self.deputy),
            (3, self.deputy),
            (4, self.consultant),
        ):
            day = self.today + timedelta(days)
            with self.subTest(days):
                self.assertEqual(self.cover._get_acting_consultant(day), person)
                self.assertEqual(self.on(day).acting_consultant_id, person)
        self.absent(self.deputy, 2, 2)
        both_away = self.today + timedelta(2)
        self.assertEqual(self.cover._get_acting_consultant(both_away), self.consultant)

    def test_nobody_acts_without_the_entitlement(self):
        self.assertEqual(self.cover.acting_consultant_id, self.consultant)
        self.cover._start_tier(self.tiers["advisor"], self.today, "Down")
        self.assertFalse(self.cover._get_acting_consultant())
        self.assertFalse(self.cover.acting_consultant_id)
        self.assertEqual(self.cover._prepare_consultant_card(), {})
        self.assertEqual(
            self.cover._get_acting_consultant(self.today - timedelta(1)),
            self.env["res.users"],
        )

    @mute_logger("odoo.sql_db")
    def test_absences_are_sound_and_ones_own(self):
        absence = self.absent(self.consultant, 0, 2)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.absent(self.consultant, 2, 5)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            self.absent(self.deputy, 2, 1)
        with self.assertRaisesRegex(UserError, "is a client"), self.env.cr.savepoint():
            self.absent(self.acme_user)
        with self.assertRaises(AccessError):
            absence.with_user(self.deputy).note = "x"
        absence.with_user(self.consultant).note = "A holiday"
        absence.with_user(self.manager).note = "A holiday"
        self.assertEqual(absence.with_user(self.agent).note, "A holiday")
        self.assertEqual(absence.without_deputy_count, 0)
        self.cover._assign("deputy", self.env["res.users"], self.today)
        absence.invalidate_recordset()
        self.assertEqual(absence.without_deputy_count, 1)

    def test_naming_somebody_settles_the_reminder(self):
        self.subscription._start_tier(self.tiers["alliance"], self.today, "Up")
        kind = "connecta_cap.mail_activity_type_consultant"
        self.assertTrue(self.subscription.activity_search([kind]))
        self.subscription._assign("consultant", self.third, self.today)
        self.assertFalse(self.subscription.activity_search([kind]))

    def test_the_card_says_who_how_and_until_when(self):
        mine = self.cover.with_user(self.lone_user)
        self.hand_over(self.third)
        card = mine._prepare_consultant_card()
        self.assertEqual(card["person"]["name"], self.third.name)
        self.assertTrue(card["person"]["picture"].startswith("data:image"))
        self.assertEqual(card["deputy"], self.deputy.name)
        self.assertFalse(card["is_deputy"] or card["absent"])
        self.absent(self.third, 0, 3)
        card = mine._prepare_consultant_card()
        self.assertEqual(card["person"]["name"], self.deputy.name)
        self.assertEqual(card["absent"], self.third.name)
        self.assertEqual(card["last_day"], self.today + timedelta(3))
        self.assertEqual(self.env["cap.subscription"]._prepare_consultant_card(), {})


@tagged("post_install", "-at_install")
class TestConsultantTickets(ConsultantCommon):
    """The consultant follows the client's tickets and takes the advice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the tickets of these tests come in on a Monday of the past
        earlier = cls.cover.with_context(
            cap_clock=FixedClock(utc("2026-05-01 09:00:00"))
        )
        earlier._assign("consultant", cls.consultant, earlier._cap_today())
        earlier._assign("deputy", cls.deputy, earlier._cap_today())

    def test_consultant_and_acting_deputy_follow_new_tickets(self):
        ticket = self.submit(MONDAY, self.lone_user)
        self.assertIn(self.consultant.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.deputy.partner_id, ticket.message_partner_ids)
        self.absent_on_monday(self.consultant)
        ticket = self.submit(MONDAY, self.lone_user)
        self.assertIn(self.consultant.partner_id, ticket.message_partner_ids)
        self.assertIn(self.deputy.partner_id, ticket.message_partner_ids)

    def absent_on_monday(self, user):
        day = utc(MONDAY).date()
        self.env["cap.consultant.absence"].create(
            {"user_id": user.id, "date_start": day, "date_end": day}
        )

    def test_a_hand_over_moves_the_followers_of_open_tickets(self):
        ticket = self.submit(MONDAY, self.lone_user)
        closed = self.submit(MONDAY, self.lone_user)
        closed.with_user(self.lone_user)._portal_close()
        self.hand_over(self.third)
        self.assertIn(self.third.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.consultant.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.third.partner_id, closed.message_partner_ids)

    def test_a_planned_hand_over_moves_them_on_its_day(self):
        ticket = self.submit(MONDAY, self.lone_user)
        tomorrow = self.today + timedelta(1)
        self.hand_over(self.third, tomorrow)
        self.assertIn(self.consultant.partner_id, ticket.message_partner_ids)
        job = self.env.ref("connecta_cap.ir_cron_cap_hand_over")
        with (
            freeze_time(f"{tomorrow} 10:00:00"),
            self.enter_registry_test_mode(),
        ):
            job.method_direct_trigger()
        self.assertIn(self.third.partner_id, ticket.message_partner_ids)
        self.assertNotIn(self.consultant.partner_id, ticket.message_partner_ids)

    def test_nobody_follows_once_the_tier_stops_giving_it(self):
        self.cover._start_tier(self.tiers["advisor"], self.today, "Down")
        ticket = self.env["cap.ticket"].create(
            {"name": "New", "partner_id": self.lone_user.partner_id.id}
        )
        self.assertNotIn(self.consultant.partner_id, ticket.message_partner_ids)
        self.assertFalse(ticket.user_id)

    def test_advice_that_is_asked_for_goes_to_who_acts(self):
        self.assertEqual(self.advise().user_id, self.consultant)
        self.absent_on_monday(self.consultant)
        self.assertEqual(self.advise().user_id, self.deputy)
        self.assertFalse(self.submit(MONDAY, self.lone_user).user_id)
        other = self.submit(MONDAY, self.acme_user, requested_type="advice")
        self.assertFalse(other.user_id)

    def test_what_is_assessed_as_advice_goes_to_who_acts(self):
        ticket = self.submit(MONDAY, self.lone_user)
        self.at(ticket, "2026-06-01 10:00:00").action_assign_to_me()
        self.assertEqual(ticket.user_id, self.agent)
        known = self.at(ticket, "2026-06-01 10:00:00")
        known.action_assess("2", "advice", "We advise on it.")
        self.assertEqual(ticket.user_id, self.consultant)
        self.assertEqual(ticket.sla_state, "met")
        ticket.with_user(self.agent).user_id = self.third
        self.assertEqual(ticket.user_id, self.third)

    def test_the_queue_holds_advice_only(self):
        advice, other = self.advise(), self.submit(MONDAY, self.lone_user)
        action = self.env.ref("connecta_cap.cap_ticket_action_advice")
        tickets = self.env["cap.ticket"].with_user(self.consultant)
        for domain in (literal_eval(action.domain), tickets._get_advice_domain()):
            found = tickets.search(domain)
            self.assertIn(advice, found)
            self.assertNotIn(other, found)


@tagged("post_install", "-at_install")
class TestConsultantDesk(ConsultantCommon):
    """A consultant's screen: one call, the same number of queries whatever is there."""

    def get(self, user=None):
        desk = self.env["cap.consultant.desk"].with_user(user or self.consultant)
        answer = desk.get_desk()
        return {section["key"]: section for section in answer["sections"]}

    def test_what_is_there_is_shown(self):
        delivery = self.cover.delivery_ids.filtered(lambda line: line.state == "late")[
            :1
        ]
        soon = self.today + timedelta(3)
        delivery.with_user(self.consultant)._set_planned(soon)
        ticket = self.env["cap.ticket"].create(
            {
                "name": "Which route?",
                "partner_id": self.lone_user.partner_id.id,
                "requested_type": "advice",
            }
        )
        event = self.env["calendar.event"].create(
            {
                "name": "Review",
                "start": self.cover._cap_now() + timedelta(days=2),
                "stop": self.cover._cap_now() + timedelta(days=2, hours=1),
                "partner_ids": self.consultant.partner_id.ids,
            }
        )
        sections = self.get()
        self.assertFalse(sections["calendar"]["rows"])  # linked to nothing of ours
        event.write(
            {
                "res_model_id": self.env["ir.model"]._get_id("cap.delivery"),
                "res_id": delivery.id,
            }
        )
        sections = self.get()
        self.assertEqual(sections["clients"]["rows"][0]["title"], "Lone")
        self.assertEqual(sections["calendar"]["rows"][0]["title"], "Review")
        self.assertEqual(sections["advice"]["rows"][0]["res_id"], ticket.id)
        self.assertEqual(
            sections["due"]["total"],
            self.env["cap.delivery"].search_count(
                [
                    ("subscription_id", "=", self.cover.id),
                    ("state", "in", ("late", "due", "planned")),
                    ("due_date", "<=", self.today + timedelta(14)),
                ]
            ),
        )
        (row,) = sections["preparation"]["rows"]
        self.assertEqual(row["res_id"], delivery.id)
        self.assertIn("open tickets: 1", row["lines"][0])

    def test_the_deputy_sees_the_clients_of_an_absent_colleague(self):
        sections = self.get(self.deputy)
        self.assertFalse(sections["clients"]["rows"] or sections["deputy"]["rows"])
        self.assertIn("No client", sections["clients"]["empty"])
        self.absent(self.consultant, 0, 2)
        self.absent(self.consultant, 10, 11)
        sections = self.get(self.deputy)
        self.assertIn(
            f"in the place of {self.consultant.name}",
            sections["clients"]["rows"][0]["text"],
        )
        away = sections["deputy"]["rows"]
        self.assertEqual([row["badge"] for row in away], ["away", "soon"])
        self.assertFalse(self.get()["clients"]["rows"])

    def test_it_is_for_consultants(self):
        for user in (self.agent, self.manager, self.acme_user):
            with self.assertRaises(AccessError):
                self.env["cap.consultant.desk"].with_user(user).get_desk()

    def test_it_costs_the_same_with_three_clients_and_thirteen(self):
        def measure():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.get()
            return self.env.cr.sql_log_count - before

        def add(number):
            for index in range(number):
                client = self.make_client(f"Desk {number} {index}")[0]
                cover = self.subscribe(client, "alliance", "2025-01-01")
                cover._assign("consultant", self.consultant, self.today)
                soon = self.today + timedelta(2)
                late = cover.delivery_ids.filtered(lambda line: line.state == "late")
                late[:1]._set_planned(soon)

        add(2)
        measure()  # a new login empties the registry's caches
        few = measure()
        add(10)
        measure()
        # who was delivered to before is read for those who were
        self.assertLessEqual(measure(), few + 3)
        self.assertLessEqual(few, 50)
        self.assertEqual(self.get()["clients"]["total"], 13)
