from datetime import date, timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from ..const import UPGRADE_QUESTIONS
from .common import CapCommon

DAY = timedelta(days=1)
JUNE = (date(2026, 6, 1), date(2026, 7, 1))


@tagged("post_install", "-at_install")
@freeze_time("2026-06-30 12:00:00")
class TestFigures(CapCommon):
    """The figures of a client agree with a count by hand, whoever asks."""

    def setUp(self):
        super().setUp()
        # Monday 1 June: an hour, two hours, three hours; met
        for hour, priority in ((10, "1"), (11, "3"), (12, "3")):
            ticket = self.submit("2026-06-01 09:00:00")
            self.assess(ticket, f"2026-06-01 {hour}:00:00", priority)
        # met in no time, and a question
        self.question = self.submit("2026-06-02 09:00:00")
        self.at(self.question, "2026-06-02 09:30:00").action_assess(
            "2", "question", "Why."
        )
        # assessed on the next morning: seven hours of Monday, two of Tuesday
        late = self.submit("2026-06-08 10:00:00")
        self.assess(late, "2026-06-09 11:00:00")
        # nobody looked, and no job has found it yet
        self.missed = self.submit("2026-06-15 09:00:00", user=self.acme_user)
        # received an hour before closing: not due until tomorrow
        self.submit("2026-06-30 13:59:00").is_emergency = True
        # not of these days, and of somebody else
        self.submit("2026-05-29 09:00:00")
        self.submit("2026-07-01 09:00:00")
        self.submit("2026-06-05 09:00:00", user=self.zeta_user)

    def figures(self, subscription=None, user=None):
        subscription = (subscription or self.subscription).with_user(
            user or self.manager
        )
        return subscription._get_figures_batch(*JUNE)[subscription.id]

    def test_the_promise_agrees_with_a_count_by_hand(self):
        self.assertEqual(
            self.figures()["attainment"],
            {"met": 4, "breached": 2, "open": 1, "uncovered": 0, "share": 4 / 6},
        )

    def test_a_breach_counts_before_and_after_it_is_recorded_alike(self):
        before = self.figures()["attainment"]
        self.missed._mark_breached()
        self.assertEqual(self.missed.sla_state, "breached")
        self.assertEqual(self.figures()["attainment"], before)

    def test_tickets_agree_with_a_count_by_hand(self):
        tickets = self.figures()["tickets"]
        self.assertEqual((tickets["total"], tickets["emergencies"]), (7, 1))
        self.assertEqual(
            dict(tickets["by_type"]), {"incident": 4, "question": 1, False: 2}
        )
        self.assertEqual(
            dict(tickets["by_priority"]), {"1": 1, "2": 1, "3": 3, False: 2}
        )
        self.assertEqual(sum(tickets["by_stage"].values()), 7)

    def test_working_time_is_counted_in_the_promised_hours(self):
        hour = 3600
        self.assertEqual(
            self.figures()["assessment"],
            # 0.5, 1, 2, 3 and 9 hours
            {"count": 5, "median": 2 * hour, "p90": 9 * hour},
        )

    def test_archiving_takes_nothing_out_of_the_figures(self):
        before = self.figures()
        self.question.active = False
        self.assertEqual(self.figures(), before)

    def test_a_client_gets_the_same_figures_and_nobody_elses(self):
        self.assertEqual(self.figures(user=self.acme_user), self.figures())
        for stranger in (self.zeta_user, self.lone_user):
            with self.assertRaises(AccessError):
                self.figures(user=stranger)
        alone = self.figures(self.zeta_subscription)
        self.assertEqual(alone["tickets"]["total"], 1)

    def test_without_tickets_there_is_no_share(self):
        lone = self.subscribe(self.lone, "essential", "2026-06-01")
        figures = self.figures(lone)
        self.assertIsNone(figures["attainment"]["share"])
        self.assertIsNone(figures["assessment"]["median"])
        self.assertEqual(figures["credits"]["hours"], 0)

    def test_deliveries_are_those_of_the_ledger(self):
        figures = self.figures()
        self.assertTrue(figures["deliveries"])
        self.assertEqual(
            figures["deliveries"], self.subscription._sum_deliveries(*JUNE)
        )

    def test_credits_are_what_is_left_today(self):
        # granted on 1 January: three hours until 1 July
        lots = self.subscription.delivery_ids.filtered(
            lambda row: (
                row.code == "training"
                and row.date_start <= date(2026, 6, 30) < row.lapse_date
            )
        )
        self.assertEqual(sum(lots.mapped("quantity")), 3)
        lots._set_delivered(date(2026, 6, 30), quantity=1)
        credit = self.figures()["credits"]
        self.assertEqual(credit["hours"], 2)
        self.assertEqual(credit["lapse_date"], lots.lapse_date)
        (line,) = credit["lines"]
        self.assertEqual((line["unit"], line["left"]), ("hour", 2))
        lots._set_delivered(date(2026, 6, 30), quantity=2)
        self.assertEqual(self.figures()["credits"]["lines"], [])

    def test_the_queries_do_not_grow_with_the_clients(self):
        both = self.subscription | self.zeta_subscription
        for number in range(6):
            client, user = self.make_client(f"Many{number}")
            both |= self.subscribe(client, "alliance", "2026-01-01")
            self.assess(self.submit("2026-06-03 09:00:00", user), "2026-06-03 10:00:00")

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records._get_figures_batch(*JUNE)
            return self.env.cr.sql_log_count - before

        count(both)
        self.assertEqual(count(both[:2]), count(both))
        self.assertLessEqual(count(both), 16)


@tagged("post_install", "-at_install")
class TestPortfolio(CapCommon):
    """Lists find and sort by figures that no column holds; numbers open their lists."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.subscription._cap_today()
        cls.mine = cls.env["cap.subscription"].with_user(cls.manager)

    def ask(self, number, user, ticket_type="question", days_ago=3):
        contact = user.partner_id
        tickets = self.env["cap.ticket"].create(
            [
                {"name": f"T{n}", "partner_id": contact.id, "ticket_type": ticket_type}
                for n in range(number)
            ]
        )
        start = tickets._cap_start_of(self.today - days_ago * DAY)
        tickets._guarded_write({"sla_start": start})
        return tickets

    def decide(self, user, met, breached):
        tickets = self.ask(met + breached, user, "incident")
        for ticket in tickets[:met]:
            ticket.with_user(self.agent).action_assess("2", "incident", "Why.")
        tickets[met:]._guarded_write({"sla_state": "breached"})

    def test_a_search_finds_what_the_list_shows(self):
        self.decide(self.acme_user, 3, 1)
        self.decide(self.zeta_user, 2, 0)
        lone = self.subscribe(self.lone, "alliance", str(self.today))
        known = self.subscription | self.zeta_subscription | lone
        self.assertEqual(self.subscription.attainment_90, 0.75)
        self.assertEqual(self.subscription.attainment_decided, 4)
        self.assertEqual((lone.attainment_90, lone.attainment_decided), (0, 0))
        cases = {
            "attainment_90": (0.75, 1.0),
            "credit_hours": (0, 3, 1.5),
            "next_lapse_date": (self.today + 60 * DAY, self.today + 366 * DAY),
        }
        tests = {
            "<": lambda a, b: a < b,
            "<=": lambda a, b: a <= b,
            ">": lambda a, b: a > b,
            ">=": lambda a, b: a >= b,
            "=": lambda a, b: a == b,
        }
        for name, values in cases.items():
            unset = self.env["cap.subscription"]
            if name == "attainment_90":
                unset = lone
            if name == "next_lapse_date":
                unset = known.filtered(lambda s: not s.next_lapse_date)
                found = known.search([("id", "in", known.ids), (name, "=", False)])
                self.assertEqual(found, unset)
            for value in values:
                for operator, test in tests.items():
                    with self.subTest(name=name, operator=operator, value=value):
                        found = known.search(
                            [("id", "in", known.ids), (name, operator, value)]
                        )
                        expected = (known - unset).filtered(
                            lambda s, n=name, v=value, t=test: t(s[n], v)
                        )
                        self.assertEqual(set(found), set(expected))

    def test_a_list_sorts_by_what_no_column_holds(self):
        self.decide(self.acme_user, 1, 1)
        self.decide(self.zeta_user, 1, 0)
        both = self.subscription | self.zeta_subscription
        domain = [("id", "in", both.ids)]
        self.assertEqual(
            self.mine.search(domain, order="attainment_90").ids,
            both.sorted("attainment_90").ids,
        )
        self.assertEqual(
            self.mine.search(domain, order="credit_hours desc")[0].id,
            self.subscription.id,
        )
        total = self.mine._read_group(domain, [], ["credit_hours:sum"])[0][0]
        self.assertEqual(total, sum(both.mapped("credit_hours")))

    def test_many_questions_make_a_candidate(self):
        self.ask(UPGRADE_QUESTIONS, self.zeta_user)
        self.ask(UPGRADE_QUESTIONS + 1, self.acme_user)  # has it all
        self.ask(UPGRADE_QUESTIONS + 1, self.zeta_user, "incident")
        self.ask(UPGRADE_QUESTIONS + 1, self.zeta_user, days_ago=120)
        subscriptions = self.env["cap.subscription"]
        wanted = [("is_upgrade_candidate", "=", True)]
        self.assertNotIn(self.zeta_subscription, subscriptions.search(wanted))
        self.assertFalse(self.zeta_subscription.is_upgrade_candidate)
        self.ask(1, self.zeta_user)
        self.zeta_subscription.invalidate_recordset()
        self.assertTrue(self.zeta_subscription.is_upgrade_candidate)
        found = subscriptions.search(wanted)
        self.assertIn(self.zeta_subscription, found)
        self.assertNotIn(self.subscription, found)
        rest = subscriptions.search([("is_upgrade_candidate", "=", False)])
        self.assertNotIn(self.zeta_subscription, rest)
        self.assertIn(self.subscription, rest)
        self.zeta_subscription._set_closed("The cover ends")
        self.assertNotIn(self.zeta_subscription, subscriptions.search(wanted))

    def test_what_a_tier_lacks_and_fair_use_make_candidates(self):
        subscriptions = self.env["cap.subscription"]
        wanted = [("is_upgrade_candidate", "=", True)]
        known = self.subscription | self.zeta_subscription
        self.assertFalse(subscriptions.search([("id", "in", known.ids), *wanted]))
        asked = self.ask(1, self.zeta_user, "research")
        self.assertTrue(asked.beyond_tier)
        self.ask(1, self.acme_user, "research")  # has it
        found = subscriptions.search([("id", "in", known.ids), *wanted])
        self.assertEqual(found, self.zeta_subscription)
        start = asked._cap_start_of(self.today - 120 * DAY)
        asked._guarded_write({"sla_start": start})
        self.assertFalse(subscriptions.search([("id", "in", known.ids), *wanted]))
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE cap_subscription SET fair_use_is_above = true WHERE id = %s",
            [self.subscription.id],
        )
        self.env.invalidate_all()
        found = subscriptions.search([("id", "in", known.ids), *wanted])
        self.assertEqual(found, self.subscription)
        self.assertTrue(self.subscription.is_upgrade_candidate)

    # === DASHBOARD === #

    def test_each_number_counts_the_records_that_it_opens(self):
        self.decide(self.acme_user, 3, 1)
        self.ask(UPGRADE_QUESTIONS + 1, self.zeta_user)
        answer = self.mine.get_portfolio(mine=True)
        tiers = {tier["key"]: tier for tier in answer["tiers"]}
        self.assertEqual(tiers["advisor"]["value"], 1)
        self.assertEqual(tiers["essential"]["value"], 1)
        self.assertEqual(answer["total"], 2)
        tiles = {tile["key"]: tile for tile in answer["tiles"]}
        for tile in answer["tiers"] + answer["tiles"]:
            records = self.env[tile["model"]].with_user(self.manager)
            found = records.search(tile["domain"])
            with self.subTest(tile["key"]):
                if tile["key"] in ("attainment", "lapsing"):
                    continue
                self.assertEqual(int(tile["value"]), len(found))
        hours = self.env["cap.delivery"].search(tiles["lapsing"]["domain"])
        left = sum(hours.mapped("quantity")) - sum(hours.mapped("quantity_done"))
        self.assertEqual(float(tiles["lapsing"]["value"]), left)
        self.assertGreater(int(tiles["late"]["value"]), 0)
        self.assertGreater(int(tiles["lapsed"]["value"]), 0)
        self.assertEqual(int(tiles["candidates"]["value"]), 1)
        late = self.env["cap.delivery"].search(tiles["late"]["domain"])
        known = self.subscription | self.zeta_subscription
        self.assertEqual(len(late), sum(known.mapped("late_count")))

    def test_the_quarter_stands_beside_the_one_before(self):
        with freeze_time("2026-06-30 12:00:00"):
            for month, hour in ((2, 10), (5, 10), (5, 15), (6, 10)):
                ticket = self.submit(f"2026-{month:02}-04 09:00:00")
                self.assess(ticket, f"2026-{month:02}-04 {hour}:00:00")
            tile = self.mine.get_portfolio(mine=True)["tiles"][0]
        self.assertEqual(tile["value"], "66 %")
        self.assertEqual(tile["hint"], "2 of 3; last quarter 100 %")
        opened = self.env["cap.ticket"].search(tile["domain"])
        self.assertEqual(sorted(opened.mapped("sla_state")), ["breached", "met", "met"])

    def test_months_add_up_and_open_their_deliveries(self):
        months = self.mine.get_portfolio(mine=True)["months"]
        self.assertEqual(len(months), 12)
        rows = self.env["cap.delivery"].with_user(self.manager)
        known = self.subscription | self.zeta_subscription
        for month in months:
            found = rows.search(month["domain"])
            self.assertLessEqual(found.subscription_id.ids, known.ids)
            self.assertEqual(len(found), month["promised"])
            for state in ("delivered", "late", "lapsed"):
                of_state = rows.search([*month["domain"], ("state", "=", state)])
                self.assertEqual(len(of_state), month[state])
        self.assertGreater(sum(month["promised"] for month in months), 0)

    def test_somebody_without_clients_starts_with_all_of_them(self):
        admin = self.users["admin"]
        answer = self.env["cap.subscription"].with_user(admin).get_portfolio()
        self.assertFalse(answer["mine"])
        live = self.env["cap.subscription"].search_count(
            [("state", "in", ("active", "suspended"))]
        )
        self.assertEqual(answer["total"], live)
        self.assertTrue(self.mine.get_portfolio()["mine"])
        nobody = self.env["cap.subscription"].with_user(admin).get_portfolio(mine=True)
        self.assertEqual((nobody["total"], nobody["tiers"]), (0, []))
        self.assertEqual(nobody["tiles"][0]["value"], "–")

    def test_the_portfolio_is_for_staff(self):
        outsider = new_test_user(self.env, "cap_outsider2", groups="base.group_user")
        for user in (self.acme_user, outsider):
            with self.assertRaises(AccessError):
                self.env["cap.subscription"].with_user(user).get_portfolio()

    def test_another_company_sees_none_of_it(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cap_stranger2",
            groups="connecta_cap.group_cap_account_manager",
            company_id=company.id,
            company_ids=[company.id],
        )
        answer = self.env["cap.subscription"].with_user(stranger).get_portfolio()
        self.assertEqual(answer["total"], 0)
        self.assertEqual(sum(month["promised"] for month in answer["months"]), 0)

    def test_the_dashboard_costs_the_same_for_few_and_many(self):
        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.mine.get_portfolio(mine=True)
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        for number in range(5):
            client, _user = self.make_client(f"More{number}")
            self.subscribe(client, "advisor", "2025-01-01")
        count()  # new users made the registry forget its caches
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 25)

    def test_domains_travel_to_the_browser_and_back(self):
        answer = self.mine.get_portfolio(mine=True)
        for tile in answer["tiles"] + answer["tiers"] + answer["months"]:
            self.assertIsInstance(tile["domain"], list)
            self.assertEqual(list(Domain(tile["domain"])), tile["domain"])
