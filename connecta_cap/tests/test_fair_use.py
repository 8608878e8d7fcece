from datetime import timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools.clock import FixedClock
from .common import CapCommon, utc

FIRST = "2026-04-01 10:00:00"
NOW = "2026-06-01 10:00:00"


class FairUseCommon(CapCommon):
    """A client of Advisor who may do two research requests and one outside CAP."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("connecta_cap.cap_fair_use_policy_advisor")
        cls.policy.line_ids = [
            Command.clear(),
            *(
                Command.create({"measure": measure, "threshold": threshold})
                for measure, threshold in (
                    ("research", 2),
                    ("research_hours", 5),
                    ("reclassified", 1),
                    ("outside", 1),
                )
            ),
        ]
        cls.outside = cls.env.ref("connecta_cap.cap_outside_reason_project")

    def now(self, record, local=NOW):
        return record.with_context(cap_clock=FixedClock(utc(local)))

    def make_research(self, local, user=None, hours=0):
        ticket = self.submit(local, user)
        self.at(ticket, local).action_assess("2", "research", "Why.")
        if hours:
            self.env["cap.ticket.time"].create(
                {"ticket_id": ticket.id, "hours": hours, "date": local[:10]}
            )
        return ticket

    def make_outside(self, local, user=None):
        ticket = self.submit(local, user)
        self.assess(ticket, local)
        self.at(ticket, local).action_set_outside(self.outside.id, "Sorry.")
        return ticket

    def refresh(self, subscription=None, local=NOW):
        subscription = subscription or self.subscription
        self.now(subscription, local)._refresh_fair_use()
        return {
            usage.measure: usage.figure for usage in subscription.fair_use_usage_ids
        }

    def review(self, subscription=None):
        return (subscription or self.subscription).fair_use_review_ids


@tagged("post_install", "-at_install")
class TestFairUse(FairUseCommon):
    """What counts, for whom and how long; nothing is ever blocked."""

    def test_each_measure_counts_its_own_things(self):
        self.make_research(NOW, hours=1.5)
        self.make_outside(NOW)
        emergency = self.submit(NOW)
        emergency.is_emergency = True
        self.at(emergency, NOW).action_reclassify("No.")
        self.submit(NOW, requested_type="research")  # nobody has looked at it yet
        other = self.submit(NOW, self.zeta_user, requested_type="research")
        self.assertTrue(other.beyond_tier)
        self.assertEqual(
            self.refresh(),
            {"research": 1, "research_hours": 1.5, "reclassified": 1, "outside": 1},
        )
        self.assertEqual(self.subscription.fair_use_day, utc(NOW).date())
        self.assertFalse(self.subscription.fair_use_is_above)
        # beyond the tier is demand, and no use of it
        figures = self.refresh(self.zeta_subscription)
        self.assertEqual(figures, {"reclassified": 0, "outside": 0})

    def test_things_leave_the_window_by_themselves(self):
        self.make_research("2026-03-04 00:30:00")
        self.assertEqual(self.refresh(local="2026-06-01 10:00:00")["research"], 1)
        # the ninetieth day, in the program's zone
        self.assertEqual(self.refresh(local="2026-06-01 23:59:59")["research"], 1)
        self.assertEqual(self.refresh(local="2026-06-02 00:00:00")["research"], 0)

    def test_counting_again_changes_nothing(self):
        self.make_research(NOW)
        self.assertEqual(self.refresh(), self.refresh())
        self.assertEqual(len(self.subscription.fair_use_usage_ids), 4)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.subscription.fair_use_usage_ids[0].copy()

    def test_every_counted_ticket_can_be_listed(self):
        tickets = self.make_research(NOW) | self.make_research(NOW)
        self.make_outside(NOW)
        self.refresh()
        usage = self.subscription.fair_use_usage_ids.filtered(
            lambda row: row.measure == "research"
        )
        action = self.now(usage).with_user(self.manager).action_view_tickets()
        self.assertEqual(self.env["cap.ticket"].search(action["domain"]), tickets)

    def test_the_policy_of_todays_tier_counts(self):
        self.make_research(NOW)
        self.refresh()
        day = utc(NOW).date()
        self.subscription._start_tier(self.tiers["essential"], day, "Down")
        self.assertEqual(self.refresh(), {"reclassified": 0, "outside": 0})
        self.env.ref("connecta_cap.cap_fair_use_policy_essential").unlink()
        self.assertEqual(self.refresh(), {})

    def test_above_blocks_nothing(self):
        for _number in range(3):
            self.make_research(NOW)
        self.refresh()
        self.assertTrue(self.subscription.fair_use_is_above)
        ticket = self.submit(NOW, requested_type="research")
        self.assertEqual((ticket.sla_state, ticket.beyond_tier), ("running", False))

    def test_the_button_needs_the_right_and_a_live_subscription(self):
        with self.assertRaises(AccessError):
            self.subscription.with_user(self.agent).action_refresh_fair_use()
        self.subscription.with_user(self.manager).action_refresh_fair_use()
        self.assertTrue(self.subscription.fair_use_day)
        self.subscription._set_closed()
        with self.assertRaisesRegex(UserError, "not live"):
            self.subscription.with_user(self.manager).action_refresh_fair_use()

    def test_the_nightly_job_counts_everybody_once_a_day(self):
        cron = self.env.ref("connecta_cap.ir_cron_cap_fair_use")
        self.subscription._guarded_write({"fair_use_day": False})
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        today = self.subscription._cap_today()
        live = self.env["cap.subscription"].search(
            [("state", "in", ("active", "suspended"))]
        )
        self.assertEqual(set(live.mapped("fair_use_day")), {today})
        self.assertEqual(len(self.subscription.fair_use_usage_ids), 4)

    def test_a_batch_costs_the_same_with_two_and_forty(self):
        def crowd(number, name):
            found = self.env["cap.subscription"]
            for n in range(number):
                client, user = self.make_client(f"{name}{n}")
                found |= self.subscribe(client, "advisor", "2025-01-01")
                self.make_research(NOW, user, hours=1)
            return found

        def count(subscriptions):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.now(subscriptions)._refresh_fair_use()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = crowd(2, "few"), crowd(20, "many")
        first = count(few), count(many)
        again = count(few), count(many)
        self.assertEqual(again[0], again[1])
        # new rows are inserted in one go as well
        self.assertLessEqual(first[1] - first[0], 2)

    def test_garbage_policies_are_refused(self):
        for vals in ({"window_days": 0}, {"declined_limit": -1}):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.policy.write(vals)
                self.policy.flush_recordset()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self.policy.line_ids[0].threshold = -1
            self.policy.flush_recordset()


@tagged("post_install", "-at_install")
class TestFairUseContest(FairUseCommon):
    """A client contests a counted ticket; a person decides, and the client is told."""

    def setUp(self):
        super().setUp()
        self.ticket = self.make_outside(NOW)
        self.refresh()

    def contest(self, user=None, ticket=None, measure="outside", message="It is not."):
        contests = self.now(self.env["cap.fair.use.contest"])
        ticket = (ticket or self.ticket).with_user(user or self.acme_user)
        found = contests.with_user(user or self.acme_user)._portal_contest(
            self.now(ticket), measure, message
        )
        return contests.browse(found.id)

    def page(self, user=None):
        subscriptions = self.env["cap.subscription"].with_user(user or self.acme_user)
        return self.now(subscriptions)._prepare_portal_fair_use()

    def test_the_client_sees_the_same_figures_first(self):
        self.make_research(NOW, hours=2.25)
        page = self.page()
        figures = {line["key"]: line["figure"] for line in page["measures"]}
        self.assertEqual(figures, self.refresh())
        outside = page["measures"][3]
        self.assertEqual(
            [row["number"] for row in outside["tickets"]], [self.ticket.number]
        )
        self.assertEqual(page["days"], 90)
        self.assertEqual(self.page(self.lone_user), {"tier": ""})

    def test_a_contest_reaches_the_account_manager(self):
        contest = self.contest()
        self.assertEqual(contest.state, "open")
        self.assertEqual(contest.activity_ids.user_id, self.manager)
        self.assertEqual(self.refresh()["outside"], 1)
        row = self.page()["measures"][3]["tickets"][0]
        self.assertEqual(row["contest"], "open")

    def test_what_is_accepted_does_not_count_any_more(self):
        contest = self.contest()
        self.now(contest).with_user(self.manager).action_accept()
        self.assertEqual(contest.decided_by_id, self.manager)
        usage = self.subscription.fair_use_usage_ids
        self.assertEqual(usage.filtered(lambda u: u.measure == "outside").figure, 0)
        self.assertIn("You are right", self.ticket.message_ids.sorted("id")[-1].body)
        self.assertFalse(contest.activity_ids)
        with self.assertRaisesRegex(UserError, "decided by"):
            contest.with_user(self.manager).action_accept()

    def test_rejecting_takes_an_answer_that_the_client_reads(self):
        contest = self.contest()
        lead = contest.with_user(self.users["lead"])
        with self.assertRaisesRegex(UserError, "Answer the client"):
            lead.action_reject()
        lead.answer = "It was new development."
        self.now(lead).action_reject()
        self.assertIn("new development", self.ticket.message_ids.sorted("id")[-1].body)
        self.assertEqual(self.refresh()["outside"], 1)
        with self.assertRaisesRegex(UserError, "stays as it is"):
            lead.answer = "Something else."

    def test_only_counted_tickets_once_and_with_words(self):
        usual = self.submit(NOW)
        for values, words in (
            ({"ticket": usual}, "does not count"),
            ({"measure": "research"}, "does not count"),
            ({"measure": "moon"}, "does not count"),
            ({"message": "  "}, "Say why"),
            ({"message": "x" * 2001}, "Say why"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                self.contest(**values)
        self.contest()
        with self.assertRaisesRegex(UserError, "contested .* already"):
            self.contest()

    def test_others_can_do_nothing(self):
        contest = self.contest()
        for user in (self.zeta_user, self.agent):
            with self.assertRaises(AccessError):
                self.contest(user)
        for user in (self.acme_user, self.zeta_user, self.agent):
            with self.assertRaises(AccessError):
                contest.with_user(user).action_accept()
        for model in ("usage", "policy", "contest", "review"):
            records = self.env[f"cap.fair.use.{model}"].with_user(self.acme_user)
            with self.assertRaises(AccessError):
                records.search([])
        with self.assertRaisesRegex(UserError, "stays as it is"):
            contest.with_user(self.manager).message = "Never said."
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            contest.with_user(self.manager).state = "accepted"


@tagged("post_install", "-at_install")
class TestFairUseReview(FairUseCommon):
    """The program drafts; a person sends, snoozes or dismisses."""

    def above(self):
        for _number in range(2):
            self.make_outside(NOW)
        self.refresh()
        return self.now(self.review()).with_user(self.manager)

    def decide(self, review, kind, reason="Known.", until=False):
        wizard = self.env["cap.fair.use.decision"].with_user(self.manager)
        vals = {"review_id": review.id, "kind": kind, "reason": reason, "until": until}
        return self.now(wizard).create(vals).action_confirm()

    def test_above_drafts_one_review_with_frozen_evidence(self):
        review = self.above()
        self.assertEqual(review.state, "draft")
        self.assertEqual(review.activity_ids.user_id, self.manager)
        self.assertEqual(review.suggested_tier_id, self.tiers["alliance"])
        before = review.evidence
        line = next(row for row in before["lines"] if row["measure"] == "outside")
        self.assertEqual(
            (line["figure"], line["threshold"], line["above"]), (2, 1, True)
        )
        self.make_outside(NOW)
        self.refresh()
        self.assertEqual(self.review(), review)
        self.assertEqual(review.evidence, before)
        self.assertEqual(len(line["tickets"]), 2)
        for ticket in line["tickets"]:
            self.assertIn(ticket["number"], review.evidence_html)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["cap.fair.use.review"].create(
                {"subscription_id": self.subscription.id}
            )

    def test_declined_demand_is_evidence_and_asks_for_a_tier(self):
        for _number in range(3):
            self.submit(NOW, self.zeta_user, requested_type="research")
        self.refresh(self.zeta_subscription)
        review = self.review(self.zeta_subscription)
        self.assertEqual(review.suggested_tier_id, self.tiers["advisor"])
        self.assertIn("3 × Research", review.message)
        self.assertIn("Advisor would fit", review.message)

    def test_two_declined_requests_are_no_reason_yet(self):
        for _number in range(2):
            self.submit(NOW, self.zeta_user, requested_type="research")
        self.refresh(self.zeta_subscription)
        self.assertFalse(self.review(self.zeta_subscription))

    def test_a_person_sends_it_by_mail_and_chatter(self):
        review = self.above()
        self.assertEqual(review.recipient_ids, self.acme_user.partner_id)
        review.message = "<p>Dear Acme, let us talk.</p>"
        review.action_send()
        self.assertEqual((review.state, review.decided_by_id), ("sent", self.manager))
        message = self.subscription.message_ids.filtered(
            lambda post: "let us talk" in (post.body or "")
        )
        self.assertEqual(message.author_id, self.manager.partner_id)
        self.assertEqual(message.notified_partner_ids, self.acme_user.partner_id)
        self.assertFalse(review.activity_ids)
        with self.assertRaisesRegex(UserError, "“Sent” and cannot become"):
            review.action_send()

    def test_nobody_else_and_nothing_automatic_sends(self):
        review = self.above()
        agent = review.with_user(self.agent)
        for record in (agent, review.sudo(), review.with_context(cron_id=1)):
            with self.assertRaises(AccessError):
                record.action_send()
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            review.state = "sent"
        for partners, words in (
            (self.zeta_user.partner_id, "does not belong"),
            (self.env["res.partner"], "e-mail address"),
            (self.acme, "e-mail address"),
        ):
            review.recipient_ids = partners
            with self.assertRaisesRegex(UserError, words):
                review.action_send()
        review.recipient_ids = self.acme_user.partner_id
        review.message = False
        with self.assertRaisesRegex(UserError, "Write the message"):
            review.action_send()
        self.assertEqual(review.state, "draft")

    def test_a_decided_review_is_not_repeated_within_the_window(self):
        review = self.above()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide(review, "dismiss", " ")
        self.decide(review, "dismiss", "They hired a developer.")
        self.assertEqual((review.state, review.reason[:4]), ("dismissed", "They"))
        self.refresh()
        self.assertEqual(len(self.review()), 1)
        later = "2026-08-30 10:00:00"
        for _number in range(2):
            self.make_outside(later)
        self.refresh(local=later)
        self.assertEqual(len(self.review()), 2)

    def test_a_snooze_comes_back_with_fresh_evidence_or_ends(self):
        review = self.above()
        today = utc(NOW).date()
        with self.assertRaisesRegex(UserError, "after today"):
            self.decide(review, "snooze", until=today)
        self.decide(review, "snooze", until=today + timedelta(days=14))
        self.assertFalse(review.activity_ids)
        self.make_outside("2026-06-10 10:00:00")
        self.refresh(local="2026-06-14 10:00:00")
        self.assertEqual(review.state, "snoozed")
        self.refresh(local="2026-06-15 10:00:00")
        self.assertEqual(review.state, "draft")
        self.assertEqual(review.evidence["lines"][3]["figure"], 3)
        self.assertTrue(review.activity_ids)
        self.decide(review, "snooze", until=today + timedelta(days=200))
        self.refresh(local="2026-12-20 10:00:00")
        self.assertEqual(review.state, "dismissed")
        self.assertIn("above any more", review.reason)

    def test_a_manager_who_left_is_replaced_by_the_lead(self):
        self.team.lead_id = self.users["lead"]
        self.manager.active = False
        for _number in range(2):
            self.make_outside(NOW)
        self.refresh()
        self.assertEqual(self.review().activity_ids.user_id, self.users["lead"])

    def test_another_company_sees_nothing(self):
        review = self.above()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.users["admin"].copy(
            {
                "login": "cap_elsewhere",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
            }
        )
        for record in (review, self.subscription.fair_use_usage_ids[0]):
            self.assertFalse(record.with_user(stranger)._filtered_access("read"))
