from datetime import date

from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import tagged

from ..const import UPGRADE_QUESTIONS
from .common import utc
from .test_merge import ELEVEN, NINE, NOON, ONE, TEN, TWO, MergeCommon

JUNE = (date(2026, 6, 1), date(2026, 7, 1))
FIGURES = ["__count", "met:sum", "breached:sum", "still_open:sum", "uncovered:sum"]


@tagged("post_install", "-at_install")
class TestMergedFigures(MergeCommon):
    """One request that came twice is one ticket in every figure there is."""

    def assertReported(self, *expected):
        """Check count, kept, broken, open and uncovered of the report's rows."""
        rows = self.env["cap.sla.report"].with_user(self.users["lead"])
        ours = Domain("ticket_id", "in", (self.first | self.second).ids)
        self.assertEqual(rows._read_group(ours, [], FIGURES)[0], expected)

    @freeze_time(utc(TWO))
    def test_a_kept_promise_is_one_row_of_the_report(self):
        self.merge(self.second, self.first)
        self.assess(self.second, NOON)
        self.assertReported(1, 1, 0, 0, 0)
        row = self.env["cap.sla.report"].search([("ticket_id", "=", self.second.id)])
        self.assertEqual(row.hours, 3)

    @freeze_time(utc(NOON))
    def test_an_open_promise_is_one_row_of_the_report(self):
        self.assertReported(2, 0, 0, 2, 0)
        self.merge(self.second, self.first)
        self.assertReported(1, 0, 0, 1, 0)

    @freeze_time(utc(TWO))
    def test_two_assessments_of_one_request_are_one(self):
        self.assess(self.first, TEN)
        self.assess(self.second, ELEVEN)
        self.merge(self.second, self.first, NOON)
        self.assertReported(1, 1, 0, 0, 0)
        rows = self.env["cap.sla.report"].search(
            [("ticket_id", "in", (self.first | self.second).ids)]
        )
        self.assertEqual(rows.mapped("hours"), [1])

    @freeze_time(utc(TWO))
    def test_two_emergencies_about_one_thing_are_one(self):
        (self.first | self.second).is_emergency = True
        self.merge(self.second, self.first)
        rows = self.env["cap.sla.report"].with_user(self.users["lead"])
        ours = Domain("ticket_id", "in", (self.first | self.second).ids)
        self.assertEqual(rows._read_group(ours, [], ["emergency:sum"])[0], (1,))

    @freeze_time(utc(TWO))
    def test_the_leads_dashboard_counts_it_once(self):
        dashboard = self.env["cap.sla.dashboard"].with_user(self.users["lead"])

        def sums(name):
            figures = dashboard.get_figures(30, self.team.id)
            tables = [
                sum(row[name] for row in one["rows"]) for one in figures["tables"]
            ]
            return [*tables, figures["total"] if name == "count" else 0]

        counts, uncovered = sums("count"), sums("uncovered")
        self.merge(self.second, self.first)
        self.assess(self.second, NOON)
        self.assertEqual(sums("count"), [count - 1 for count in counts])
        self.assertEqual(sums("uncovered"), uncovered)

    @freeze_time(utc(TWO))
    def test_the_desk_counts_it_once_today(self):
        desk = self.env["cap.agent.desk"].with_user(self.agent)
        before = desk._count_today("all")
        self.merge(self.second, self.first)
        self.assess(self.second, NOON)
        after = desk._count_today("all")
        self.assertEqual(after["met"], before["met"] + 1)
        # before, both were overdue
        self.assertEqual(after["decided"], before["decided"] - 1)

    def test_the_mornings_digest_counts_one_breach(self):
        for ticket in (self.first, self.second):
            self.at(ticket, TWO, self.env.user)._mark_breached()
        self.merge(self.second, self.first, TWO)
        self.assertEqual(self.kinds(self.second).count("breached"), 1)
        morning = utc("2026-06-02 09:00:00")
        with freeze_time(morning):
            digest = self.team._prepare_digest(morning)
        self.assertEqual(digest["breached"], 1)
        self.assertEqual(digest["attainment"], 0)

    @freeze_time(utc("2026-07-02 09:00:00"))
    def test_portfolio_and_service_report_count_it_once(self):
        self.merge(self.second, self.first)
        self.assess(self.second, NOON)
        self.assertEqual(self.subscription.attainment_decided, 1)
        self.assertEqual(self.subscription.attainment_90, 1)
        found = self.env["cap.subscription"].search(
            [("id", "=", self.subscription.id), ("attainment_90", ">=", 1)]
        )
        self.assertEqual(found, self.subscription)
        report = self.env["cap.service.report"].create(
            {
                "subscription_id": self.subscription.id,
                "kind": "month",
                "date_from": JUNE[0],
                "date_to": JUNE[1],
            }
        )
        self.assertEqual(report.figures["tickets"]["total"], 1)
        counts = report.figures["attainment"]
        self.assertEqual((counts["met"], counts["uncovered"]), (1, 0))

    @freeze_time(utc(TWO))
    def test_a_question_asked_twice_is_no_sign_of_many_questions(self):
        essential = self.zeta_subscription
        asked = [
            self.submit(NINE, self.zeta_user) for _number in range(UPGRADE_QUESTIONS)
        ]
        again = self.submit(TEN, self.zeta_user)
        for ticket in [*asked, again]:
            self.at(ticket, ELEVEN).action_assess("2", "question", "Why.")
        self.assertTrue(essential.is_upgrade_candidate)
        self.merge(asked[0], again, NOON)
        essential.invalidate_recordset(["is_upgrade_candidate"])
        self.assertFalse(essential.is_upgrade_candidate)

    def counted(self, measure):
        counter = self.env["cap.fair.use.counter"]
        count = counter._count(self.subscription, utc(TWO).date())
        uses = count[self.subscription.id].counted
        return [use.ticket for use in uses if use.measure == measure]

    def test_what_is_outside_counts_once_in_fair_use(self):
        reason = self.env["cap.outside.reason"].search([], limit=1)
        for ticket in (self.first, self.second):
            self.assess(ticket, TEN)
            self.at(ticket, ELEVEN).action_set_outside(reason.id, "No.")
        self.assertEqual(len(self.counted("outside")), 2)
        self.merge(self.second, self.first, NOON)
        self.assertEqual(self.counted("outside"), [self.second.id])

    def test_a_false_alarm_counts_once_and_does_not_get_lost(self):
        (self.first | self.second).is_emergency = True
        self.at(self.first, TEN).action_reclassify("It can wait.")
        self.at(self.second, TEN).action_reclassify("It can wait.")
        quiet = self.submit(ELEVEN)
        self.merge(self.second, self.first, NOON)
        self.assertEqual(self.counted("reclassified"), [self.second.id])
        # people were called for it, whatever ticket it goes on in
        self.merge(quiet, self.second, ONE)
        self.assertEqual(len(self.counted("reclassified")), 1)
