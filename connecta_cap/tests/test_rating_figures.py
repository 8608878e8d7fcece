from freezegun import freeze_time

from odoo.fields import Domain
from odoo.tests import tagged

from .common import utc
from .test_ratings import MONDAY, NOON, RatingCommon

LATER = "2026-06-01 14:00:00"
GROUPS = {"team_id": "cap_team_id", "tier_id": "cap_tier_id", "agent_id": "cap_user_id"}


@tagged("post_install", "-at_install")
class TestRatingFigures(RatingCommon):
    """Each vote counts once, and every screen that shows votes says the same."""

    def setUp(self):
        super().setUp()
        # only what is seeded here is counted
        self.team = self.team.copy({"name": "Rated team"})
        self.frozen = freeze_time(utc(LATER))
        self.frozen.start()
        self.addCleanup(self.frozen.stop)

    def rated(self, *points, user=None, **values):
        """Return a ticket with a vote after each of its closings."""
        ticket = self.submit(MONDAY, user, **values)
        ticket.team_id = self.team
        self.assess(ticket, NOON)
        for number, vote in enumerate(points):
            if number:
                self.at(ticket, NOON).action_reopen()
            self.at(ticket, NOON).action_close()
            self.vote(ticket, vote)
        return ticket

    def seed(self):
        """Return three tickets with four votes: 1 and 5, 5, 3."""
        twice, once = self.rated(1, 5), self.rated(5)
        return twice, once, self.rated(3, user=self.zeta_user)

    def read_report(self, name):
        rows = self.env["cap.sla.report"].with_user(self.users["lead"])
        groups = rows._read_group(
            Domain("team_id", "=", self.team.id), [name], ["rating:avg", "votes:sum"]
        )
        return {key: (mean, count) for key, mean, count in groups if count}

    def read_votes(self, name):
        votes = self.env["rating.rating"].with_user(self.users["lead"])
        groups = votes._read_group(
            [("cap_team_id", "=", self.team.id), ("consumed", "=", True)],
            [GROUPS[name]],
            ["rating:avg", "__count"],
        )
        return {key: (mean, count) for key, mean, count in groups}

    def read_dashboard(self, name):
        dashboard = self.env["cap.sla.dashboard"].with_user(self.users["lead"])
        figures = dashboard.get_figures(30, self.team.id)
        (table,) = (one for one in figures["tables"] if one["key"] == name)
        return {row["key"]: row["votes"] for row in table["rows"] if row["votes"]}

    def assertAllAgree(self, mean, count):
        """Check all figures against each other, and their sum by a hand's count."""
        for name in GROUPS:
            with self.subTest(name):
                found = self.read_votes(name)
                self.assertEqual(self.read_report(name), found)
                words = {
                    key.id: f"{average:.1f} of 5 ({votes})"
                    for key, (average, votes) in found.items()
                }
                self.assertEqual(self.read_dashboard(name), words)
                self.assertEqual(sum(votes for _mean, votes in found.values()), count)
        team = self.env["cap.team"].browse(self.team.id).with_user(self.users["lead"])
        team.invalidate_recordset(["rating_count", "rating_avg"])
        self.assertEqual((team.rating_avg, team.rating_count), (mean, count))
        self.assertEqual(self.read_report("team_id"), {team: (mean, count)})

    def test_reports_dashboard_and_team_agree(self):
        self.seed()
        self.assertAllAgree(3.5, 4)

    def test_a_merge_neither_loses_nor_doubles_a_vote(self):
        twice, once, _other = self.seed()
        target = self.rated()
        self.at(target, LATER).action_merge((twice | once).ids)
        self.assertAllAgree(3.5, 4)
        self.assertFalse(self.asked(twice) | self.asked(once))
        self.assertEqual(self.asked(target).mapped("cap_round"), [1, 2, 3])
        target.invalidate_recordset()
        self.assertEqual(target.rating_count, 3)
        page = self.at(target, LATER, self.acme_user)._prepare_portal_values()
        self.assertEqual(page["rating"]["text"], "Good")

    def test_an_open_question_goes_along_and_its_vote_counts(self):
        asked = self.rated()
        self.at(asked, NOON).action_close()
        question = self.asked(asked)
        target = self.rated()
        self.at(target, LATER).action_merge(asked.ids)
        self.assertEqual(self.asked(target), question)
        # the link of the old mail
        votes = self.env[question.res_model].browse(question.res_id)
        votes.sudo().rating_apply(1, token=question.access_token, feedback="Twice!")
        self.assertAllAgree(1, 1)
        self.assertEqual(len(self.low_activities(target)), 1)

    def test_votes_are_about_the_tickets_that_the_dashboard_counts(self):
        self.rated(5)
        other = self.rated(1)
        other.team_id = self.team.copy({"name": "Another team"})
        votes = self.read_dashboard("agent_id")
        self.assertEqual(votes, {self.agent.id: "5.0 of 5 (1)"})

    def test_who_did_the_work_gets_the_vote(self):
        lead = self.users["lead"]
        ticket = self.submit(MONDAY)
        ticket.team_id = self.team
        self.assess(ticket, NOON)
        ticket.user_id = lead
        self.at(ticket, NOON).action_close()
        self.vote(ticket, 3)
        self.assertEqual(self.read_dashboard("agent_id"), {lead.id: "3.0 of 5 (1)"})
        self.assertEqual(self.read_votes("agent_id"), {lead: (3, 1)})
