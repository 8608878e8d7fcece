from statistics import median

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import new_test_user, tagged

from .common import utc
from .test_rebase import LeadCase

NOW = "2036-06-20 12:00:00"


@tagged("post_install", "-at_install")
class TestSlaReport(LeadCase):
    """Figures that equal a count by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.team.copy({"name": "Second team"})

    def seed(self):
        """Return the tickets of June 2036 with what a hand would note about them.

        :return: list of (ticket, outcome, hours to the assessment or None).
        """
        lead = self.lead
        found = []

        def note(received, assessed, outcome, hours, user=None, **values):
            ticket = self.submit(received, **values)
            if assessed:
                self.assess(ticket, assessed, user=user)
            found.append((ticket, outcome, hours))
            return ticket

        # Mon 2 June 2036
        note("2036-06-02 09:00:00", "2036-06-02 10:00:00", "met", 1)
        note("2036-06-02 09:00:00", "2036-06-02 12:59:59", "met", 4 - 1 / 3600)
        note("2036-06-02 09:00:00", "2036-06-02 13:00:00", "breached", 4)
        note("2036-06-03 15:00:00", "2036-06-05 10:00:00", "breached", 11, lead)
        ticket = note("2036-06-04 09:00:00", "2036-06-04 09:30:00", "met", 0.5, lead)
        ticket.team_id = self.second
        ticket = note("2036-06-05 09:00:00", "2036-06-05 11:00:00", "met", 2, lead)
        ticket.active = False  # put away, and yet it counts
        note("2036-06-06 09:00:00", None, "breached", None)  # nobody noticed yet
        note("2036-06-20 11:00:00", None, "open", None)
        uncovered = self.submit("2036-06-05 09:00:00", self.lone_user)
        self.assess(uncovered, "2036-06-05 09:10:00")
        found.append((uncovered, "uncovered", None))
        return found

    def report(self, seeded, user=None):
        ids = [ticket.id for ticket, _outcome, _hours in seeded]
        rows = self.env["cap.sla.report"].with_user(user or self.lead)
        return rows, Domain("id", "in", ids)

    @freeze_time(utc(NOW))
    def test_each_row_is_as_noted_by_hand(self):
        seeded = self.seed()
        rows, domain = self.report(seeded)
        for ticket, outcome, hours in seeded:
            row = rows.search(domain & Domain("ticket_id", "=", ticket.id))
            self.assertEqual(row.outcome, outcome)
            self.assertAlmostEqual(row.hours, hours or 0, 4)
            self.assertEqual(row.agent_id, ticket.priority_assigned_by_id)
            self.assertEqual(row.client_id, ticket.commercial_partner_id)

    @freeze_time(utc(NOW))
    def test_attainment_is_kept_of_kept_and_broken(self):
        seeded = self.seed()
        rows, domain = self.report(seeded)
        count = {
            key: sum(one == key for _ticket, one, _hours in seeded)
            for key in ("met", "breached", "open", "uncovered")
        }
        self.assertEqual(count, {"met": 4, "breached": 3, "open": 1, "uncovered": 1})
        found = rows._read_group(
            domain,
            [],
            [
                "__count",
                "met:sum",
                "breached:sum",
                "still_open:sum",
                "uncovered:sum",
                "attainment:avg",
            ],
        )[0]
        self.assertEqual(found[:5], (9, 4, 3, 1, 1))
        self.assertAlmostEqual(found[5], 100 * 4 / 7)
        # nothing decided: no share, neither 0 nor 100
        only_open = domain & Domain("outcome", "=", "open")
        self.assertFalse(rows._read_group(only_open, [], ["attainment:avg"])[0][0])

    @freeze_time(utc(NOW))
    def test_median_and_ninetieth_percentile(self):
        seeded = self.seed()
        rows, domain = self.report(seeded)
        hours = sorted(hours for *_ticket, hours in seeded if hours is not None)
        found = rows._read_group(
            domain, [], ["hours:avg", "hours_median:median", "hours_p90:p90"]
        )[0]
        self.assertAlmostEqual(found[0], sum(hours) / len(hours), 4)
        self.assertAlmostEqual(found[1], median(hours), 4)
        self.assertAlmostEqual(found[2], hours[-(-len(hours) * 90 // 100) - 1], 4)

    @freeze_time(utc(NOW))
    def test_by_month_team_agent_tier_channel_and_type(self):
        seeded = self.seed()
        rows, domain = self.report(seeded)
        for name in ("team_id", "agent_id", "tier_id", "channel", "ticket_type"):
            by_hand = {}
            field = "priority_assigned_by_id" if name == "agent_id" else name
            for ticket, outcome, _hours in seeded:
                line = by_hand.setdefault(ticket[field], [0, 0, 0])
                line[0] += 1
                line[1] += outcome == "met"
                line[2] += outcome == "breached"
            found = rows._read_group(
                domain, [name], ["__count", "met:sum", "breached:sum"]
            )
            self.assertEqual({key: line for key, *line in found}, by_hand, name)
        months = rows.formatted_read_group(
            domain, ["received_at:month"], ["hours_median:median", "attainment:avg"]
        )
        self.assertEqual(len(months), 1)
        self.assertAlmostEqual(months[0]["attainment:avg"], 100 * 4 / 7)
        pivots = rows.formatted_read_grouping_sets(
            domain, [[], ["team_id"]], ["hours_p90:p90", "attainment:avg"]
        )
        self.assertEqual(len(pivots[1]), 2)

    @freeze_time(utc(NOW))
    def test_emergencies_and_votes(self):
        ringing, fast, slow = (
            self.emergency("2036-06-04 09:00:00", blocked_since="2036-06-04T08:00")
            for _number in range(3)
        )
        self.at(fast, "2036-06-04 09:05:00").action_acknowledge()
        self.at(slow, "2036-06-04 09:25:00").action_acknowledge()
        rated = self.submit("2036-06-04 09:00:00")
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("cap.ticket"),
                "res_id": rated.id,
                **rated._prepare_rating_vals(),
            }
        )
        rating.write({"rating": 5, "consumed": True})
        rows, domain = self.report([(t, 0, 0) for t in (ringing, fast, slow, rated)])
        found = rows._read_group(
            domain,
            [],
            ["emergency:sum", "ack_minutes:avg", "ack_attainment:avg", "rating:avg"],
        )[0]
        self.assertEqual(found[0], 3)
        self.assertAlmostEqual(found[1], 15, 1)
        self.assertEqual(found[2:], (50, 5))

    # === WHO SEES WHAT === #

    def test_companies_and_roles(self):
        ticket = self.submit("2036-06-02 09:00:00")
        rows, domain = self.report([(ticket, 0, 0)], self.users["user"])
        self.assertEqual(rows.search_count(domain), 1)
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cap_far_lead",
            groups="connecta_cap.group_cap_lead",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.assertEqual(rows.with_user(stranger).search_count(domain), 0)
        dashboard = self.env["cap.sla.dashboard"]
        self.assertEqual(dashboard.with_user(stranger).get_figures()["total"], 0)
        with self.assertRaises(AccessError):
            rows.with_user(self.acme_user).search_count(domain)
        outsider = new_test_user(self.env, "cap_outsider", groups="base.group_user")
        for user in (self.acme_user, outsider):
            with self.assertRaises(AccessError):
                dashboard.with_user(user).get_figures()

    # === THE DASHBOARD === #

    @freeze_time(utc(NOW))
    def test_the_dashboard_equals_the_count_by_hand(self):
        self.env["cap.ticket"].search([]).team_id = self.second
        seeded = self.seed()
        mine = [item for item in seeded if item[0].team_id == self.team]
        dashboard = self.env["cap.sla.dashboard"].with_user(self.lead)
        found = dashboard.get_figures(30, self.team.id)
        self.assertEqual(found["total"], len(mine))
        tiles = {tile["key"]: tile for tile in found["tiles"]}
        self.assertEqual(tiles["attainment"]["value"], "50 %")  # 3 of 6
        self.assertEqual(tiles["breached"]["value"], "3")
        self.assertEqual(tiles["open"]["value"], "1")
        # 1, 2, 3:59:59, 4 and 11 hours
        self.assertEqual(tiles["median"]["value"], "4 h 00 min")
        rows = self.env["cap.sla.report"].with_user(self.lead)
        for key in ("breached", "open", "received", "emergencies"):
            count = rows.search_count(tiles[key]["domain"])
            self.assertEqual(str(count), tiles[key]["value"], key)
        tables = {table["key"]: table["rows"] for table in found["tables"]}
        agents = {row["label"]: row for row in tables["agent_id"]}
        lead = agents[self.lead.name]
        self.assertEqual((lead["met"], lead["breached"]), (1, 1))
        self.assertEqual(lead["share_text"], "50 %")
        for table in found["tables"]:
            self.assertTrue(table["rows"], table["key"])
            for row in table["rows"]:
                self.assertEqual(rows.search_count(row["domain"]), row["count"])
        june = found["months"][-1]
        self.assertEqual(june["label"], "Jun 2036")
        self.assertEqual((june["met"], june["breached"], june["open"]), (3, 3, 1))
        self.assertEqual(rows.search_count(june["domain"]), len(mine))

    @freeze_time(utc(NOW))
    def test_the_dashboard_costs_the_same_for_few_and_many(self):
        contact = self.acme_user.partner_id.id
        dashboard = self.env["cap.sla.dashboard"].with_user(self.lead)

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            dashboard.get_figures()
            return self.env.cr.sql_log_count - before

        self.submit("2036-06-19 09:00:00")
        count()
        few = count()
        self.env["cap.ticket"].create(
            [{"name": "X", "partner_id": contact} for _number in range(40)]
        )
        self.assertEqual(count(), few)
        self.assertLessEqual(few, 30)
