from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..wizards.cap_ticket_assess_together import MOST
from .common import CapCommon

MONDAY = "2026-06-01 09:00:00"
TEN = "2026-06-01 10:00:00"


@tagged("post_install", "-at_install")
class TestAssessTogether(CapCommon):
    """Several tickets at once, only by an explicit look at all of them."""

    def together(self, tickets, user=None, local=TEN, **values):
        wizards = self.at(self.env["cap.ticket.assess.together"], local, user)
        values = {
            "ticket_ids": [Command.set(tickets.ids)],
            "priority": "4",
            "ticket_type": "incident",
            "reason": "The same outage for all.",
        } | values
        return wizards.create(values)

    def test_each_gets_the_same_and_each_is_on_record(self):
        tickets = (
            self.submit(MONDAY) | self.submit(MONDAY, self.zeta_user) | self.submit(TEN)
        )
        action = self.together(tickets).action_assess()
        self.assertEqual(action["tag"], "display_notification")
        self.assertEqual(set(tickets.mapped("priority")), {"4"})
        self.assertEqual(set(tickets.mapped("ticket_type")), {"incident"})
        self.assertEqual(tickets.priority_assigned_by_id, self.agent)
        self.assertEqual(set(tickets.mapped("sla_state")), {"met"})
        for ticket in tickets:
            event = ticket.sla_event_ids.filtered(lambda one: one.kind == "assessed")
            self.assertEqual(event.note, "The same outage for all.")

    def test_a_late_one_is_broken_and_the_others_are_met(self):
        late, fresh = self.submit("2026-05-29 10:00:00"), self.submit(MONDAY)
        self.together(late | fresh).action_assess()
        self.assertEqual((late | fresh).mapped("sla_state"), ["breached", "met"])

    def test_what_others_assessed_is_told_and_left_alone(self):
        mine, theirs = self.submit(MONDAY), self.submit(MONDAY)
        wizard = self.together(mine | theirs)
        lead = self.users["lead"]
        self.assess(theirs, "2026-06-01 09:30:00", "1", lead)
        action = wizard.action_assess()
        self.assertEqual(action["res_id"], wizard.id)
        self.assertEqual((mine.priority, theirs.priority), ("4", "1"))
        self.assertEqual(theirs.priority_assigned_by_id, lead)
        told = str(wizard.conflict_html)
        self.assertIn(theirs.number, told)
        self.assertIn(f"assessed by {lead.name}, Mon 1 Jun 09:30", told)
        self.assertNotIn(mine.number, told)
        self.assertTrue(wizard.is_done)

    def test_conflicts_are_told_before_as_well(self):
        mine, theirs = self.submit(MONDAY), self.submit(MONDAY)
        self.assess(theirs, "2026-06-01 09:30:00", "1")
        wizard = self.together(mine | theirs)
        self.assertEqual(wizard.waiting_count, 1)
        self.assertIn(theirs.number, str(wizard.conflict_html))

    def test_nothing_happens_unless_it_is_complete(self):
        tickets = self.submit(MONDAY) | self.submit(MONDAY)
        for values in (
            {"priority": False},
            {"ticket_type": False},
            {"reason": " "},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                self.together(tickets, **values).action_assess()
        self.assertFalse(any(tickets.mapped("priority")))
        self.together(tickets).action_assess()
        with self.assertRaisesRegex(UserError, "assessed already"):
            self.together(tickets).action_assess()

    def test_nobody_looks_at_too_many_at_once(self):
        contact = self.acme_user.partner_id.id
        tickets = self.env["cap.ticket"].create(
            [{"name": "X", "partner_id": contact} for _number in range(MOST + 1)]
        )
        with self.assertRaisesRegex(UserError, "Choose fewer"):
            self.together(tickets).action_assess()

    def test_only_an_agent_in_person(self):
        tickets = self.submit(MONDAY) | self.submit(MONDAY)
        for user in (self.manager, self.users["consultant"], self.acme_user):
            with self.assertRaises(AccessError):
                self.together(tickets, user)
        wizard = self.together(tickets)
        for code in (wizard.sudo(), wizard.with_context(cron_id=1)):
            with self.assertRaises(AccessError):
                code.action_assess()
        self.assertFalse(any(tickets.mapped("priority")))

    def test_the_reason_follows_the_priority_until_somebody_words_it(self):
        wizards = self.env["cap.ticket.assess.together"].with_user(self.agent)
        tickets = self.submit(MONDAY)
        form = Form(wizards.with_context(default_ticket_ids=tickets.ids))
        suggestions = tickets.get_assessment_choices()["reasons"]
        form.priority = "4"
        self.assertEqual(form.reason, suggestions["4"][0])
        form.priority = "2"
        self.assertEqual(form.reason, suggestions["2"][0])
        form.reason = "My own words."
        form.priority = "1"
        self.assertEqual(form.reason, "My own words.")

    def test_each_ticket_costs_the_same(self):
        contact = self.acme_user.partner_id.id

        def count(number):
            tickets = self.env["cap.ticket"].create(
                [{"name": "X", "partner_id": contact} for _number in range(number)]
            )
            wizard = self.together(tickets, local="2026-06-01 09:00:00")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            wizard.action_assess()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        few, some, many = count(2), count(12), count(22)
        self.assertEqual(many - some, some - few)
        # as many as one assessment by itself may cost
        self.assertLessEqual((some - few) / 10, 15)
