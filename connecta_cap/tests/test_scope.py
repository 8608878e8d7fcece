from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.clock import FixedClock
from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"


@tagged("post_install", "-at_install")
class TestScope(CapCommon):
    """What the tier gives of a request: said politely, kept, and never blocking."""

    def last_notice(self, ticket):
        return ticket.message_ids.sorted("id")[-1].body

    def test_a_request_beyond_the_tier_is_accepted_and_kept(self):
        ticket = self.submit(MONDAY, self.zeta_user, requested_type="research")
        self.assertTrue(ticket.beyond_tier)
        self.assertEqual(ticket.declined_entitlement_id.code, "research")
        self.assertEqual(ticket.sla_state, "running")
        self.assertFalse(ticket.ticket_type)

    def test_what_the_tier_gives_is_not_beyond_it(self):
        research = self.submit(MONDAY, requested_type="research")
        advice = self.submit(MONDAY, requested_type="advice")
        usual = self.submit(MONDAY, self.zeta_user)
        self.assertEqual(
            [ticket.beyond_tier for ticket in (research, advice, usual)],
            [False, True, False],
        )

    def test_the_assessed_type_has_the_last_word(self):
        ticket = self.submit(MONDAY, self.zeta_user, requested_type="research")
        self.at(ticket, TEN).action_assess("2", "question", "Why.")
        self.assertFalse(ticket.beyond_tier)
        self.assertFalse(ticket.declined_entitlement_id)
        self.assertNotIn("not part of", self.last_notice(ticket))
        mail = self.submit(MONDAY, self.zeta_user)
        self.at(mail, TEN).action_assess("2", "advice", "Why.")
        self.assertEqual(mail.declined_entitlement_id.code, "consultant")
        self.assertEqual(mail.sla_state, "met")

    def test_the_client_reads_one_sentence_with_the_way_onward_once(self):
        ticket = self.submit(MONDAY, self.zeta_user)
        self.at(ticket, TEN).action_assess("2", "research", "We read it.")
        notice = self.last_notice(ticket)
        self.assertIn("We read it. Research", notice)
        self.assertIn("is not part of Essential.", notice)
        self.assertIn("It comes with Advisor and Alliance.", notice)
        self.assertEqual(ticket.priority_reason, "We read it.")
        self.at(ticket, TEN).action_change_priority("3", "More.")
        self.assertNotIn("not part of", self.last_notice(ticket))

    def test_a_later_tier_changes_nothing(self):
        ticket = self.submit(MONDAY, self.zeta_user, requested_type="research")
        today = self.zeta_subscription._cap_today()
        self.zeta_subscription._start_tier(self.tiers["alliance"], today, "Up")
        self.assertTrue(ticket.beyond_tier)
        self.at(ticket, TEN).action_assess("2", "research", "Why.")
        self.assertTrue(ticket.beyond_tier)

    def test_the_terms_of_the_day_of_receipt_count(self):
        local = "2026-06-01 09:00:00"
        old = self.submit(local, self.zeta_user)
        research = self.env.ref("connecta_cap.cap_entitlement_research")
        self.tiers["essential"].tier_entitlement_ids = [
            (0, 0, {"entitlement_id": research.id})
        ]
        self.at(old, TEN).action_assess("2", "research", "Why.")
        self.assertTrue(old.beyond_tier)
        clock = FixedClock(self.zeta_subscription._cap_now())
        values = {
            "name": "Now it is ours",
            "description": "Please look.",
            "area": "flow",
            "requested_urgency": "2",
            "requested_type": "research",
        }
        tickets = self.env["cap.ticket"].with_user(self.zeta_user)
        new = tickets.with_context(cap_clock=clock)._portal_submit(values)
        self.assertFalse(new.sudo().beyond_tier)

    def test_what_it_would_take_is_read_from_the_matrix(self):
        essential = self.tiers["essential"]
        research = self.env.ref("connecta_cap.cap_entitlement_research")
        tickets = self.env["cap.ticket"].with_user(self.zeta_user)

        def why_not():
            types = tickets._prepare_portal_request_types()
            return {choice["key"]: choice["why_not"] for choice in types}

        self.assertEqual(why_not()["help"], "")
        self.assertIn("Not part of Essential.", why_not()["research"])
        self.assertIn("It comes with Advisor and Alliance.", why_not()["research"])
        self.assertIn("It comes with Alliance.", why_not()["advice"])
        essential.tier_entitlement_ids = [(0, 0, {"entitlement_id": research.id})]
        self.assertEqual(why_not()["research"], "")
        gates = self.env["cap.ticket"].with_user(self.agent).get_assessment_choices()
        self.assertIn(essential.id, gates["gates"]["research"]["tiers"])

    def test_without_cover_nothing_is_included_and_nothing_refused(self):
        types = (
            self.env["cap.ticket"]
            .with_user(self.lone_user)
            ._prepare_portal_request_types()
        )
        self.assertIn("Part of a subscription.", types[1]["why_not"])
        ticket = self.submit(MONDAY, self.lone_user, requested_type="research")
        self.assertTrue(ticket.beyond_tier)
        self.at(ticket, TEN).action_assess("1", "research", "Why.")
        self.assertIn("part of a subscription", self.last_notice(ticket))

    def test_a_suspended_client_asks_within_its_tier(self):
        self.subscription._set_suspended()
        ticket = self.submit(MONDAY, requested_type="research")
        self.assertFalse(ticket.beyond_tier)

    def test_garbage_and_hands_are_refused(self):
        with self.assertRaisesRegex(UserError, "Asks for"):
            self.submit(MONDAY, requested_type="moon")
        ticket = self.submit(MONDAY, self.zeta_user, requested_type="research")
        for vals in ({"beyond_tier": False}, {"declined_entitlement_id": False}):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                ticket.with_user(self.agent).write(vals)

    def test_declined_demand_can_be_found_and_counted(self):
        ticket = self.submit(MONDAY, self.zeta_user, requested_type="research")
        self.submit(MONDAY, self.zeta_user)
        counts = self.env["cap.ticket"]._read_group(
            [
                ("beyond_tier", "=", True),
                ("subscription_id", "=", ticket.subscription_id.id),
            ],
            ["declined_entitlement_id"],
            ["__count"],
        )
        self.assertEqual(counts, [(ticket.declined_entitlement_id, 1)])
