from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import utc
from .test_alerts import MONDAY, AlertCase


@tagged("post_install", "-at_install")
class TestSlaRebuild(AlertCase):
    """Every SLA field can be told anew from the ledger, and comes out the same."""

    def assertRebuilt(self, *tickets):
        """Check tickets against their ledger, as the database holds both."""
        self.env.flush_all()
        self.env.invalidate_all()
        found = self.env["cap.ticket"].union(*tickets)._compare_with_ledger()
        self.assertFalse(
            [(item.name, item.stored, item.recorded) for item in found],
        )

    def live(self):
        """Return tickets that lived through all that happens to a promise."""
        open_one = self.submit(MONDAY)
        met = self.submit(MONDAY)
        self.assess(met, "2026-06-01 10:00:00")
        late = self.submit("2026-06-05 15:00:00")
        self.assess(late, "2026-06-09 12:00:00")
        missed = self.submit(MONDAY)
        missed._mark_breached(utc("2026-06-04 09:00:00"))
        told = self.submit(MONDAY)
        told._escalate(utc("2026-06-01 14:30:00"))
        changed = self.submit(MONDAY)
        self.assess(changed, "2026-06-01 10:00:00")
        for priority in ("1", "4"):
            self.at(changed, "2026-06-02 10:00:00").action_change_priority(
                priority, "Seen anew."
            )
        uncovered = self.submit(MONDAY, self.lone_user)
        self.assess(uncovered, "2026-06-01 10:00:00")
        return open_one | met | late | missed | told | changed | uncovered

    def test_all_kinds_of_lives(self):
        tickets = self.live()
        states = tickets.mapped("sla_state")
        self.assertEqual(set(states), {"running", "met", "breached", "none"})
        self.assertRebuilt(tickets)

    def test_emergencies(self):
        quiet, seen, wrong, again = (self.emergency() for _number in range(4))
        self.at(seen, "2026-06-01 09:05:00").action_acknowledge()
        self.assess(seen, "2026-06-01 09:30:00")
        for ticket in wrong | again:
            self.at(ticket, "2026-06-01 09:10:00").action_reclassify("A question.")
        self.at(again, "2026-06-01 09:20:00").write({"is_emergency": True})
        self.assertFalse(again.reclassified_at)
        self.assertTrue(wrong.reclassified_at)
        later = self.submit("2026-06-01 09:00:00")
        self.at(later, "2026-06-01 09:40:00").write({"is_emergency": True})
        self.assess(later, "2026-06-01 09:50:00")
        closed = self.at(later, "2026-06-01 11:00:00")
        closed.action_close()
        closed.action_reopen()
        self.assertRebuilt(quiet | seen | wrong | again | later)

    def test_an_emergency_of_a_closed_ticket(self):
        ticket = self.emergency()
        self.assess(ticket, "2026-06-01 09:10:00")
        self.at(ticket, "2026-06-01 09:10:00").action_reclassify("A question.")
        self.at(ticket, "2026-06-01 09:20:00").action_close()
        self.at(ticket, "2026-06-01 09:30:00").write({"is_emergency": True})
        self.assertRebuilt(ticket)
        self.at(ticket, "2026-06-01 09:40:00").action_reopen()
        self.assertRebuilt(ticket)

    def test_requests_whose_client_became_known_later(self):
        tickets = self.env["cap.ticket"]
        for assessed_at, linked_at in (
            (None, "2026-06-01 10:00:00"),
            (None, "2026-06-03 10:00:00"),
            ("2026-06-01 10:00:00", "2026-06-03 10:00:00"),
            ("2026-06-02 10:00:00", "2026-06-03 10:00:00"),
        ):
            ticket = self.at(self.env["cap.ticket"], MONDAY).create(
                {"name": "Who?", "channel": "email"}
            )
            ticket = self.env["cap.ticket"].browse(ticket.id)
            if assessed_at:
                self.assess(ticket, assessed_at)
            self.at(ticket, linked_at)._identify(self.acme_user.partner_id)
            tickets |= ticket
        self.assertEqual(
            tickets.mapped("sla_state"), ["running", "breached", "met", "breached"]
        )
        self.assertEqual(tickets.mapped("sla_worked"), [0, 0, 3600, 9 * 3600])
        self.assertRebuilt(tickets)

    def test_the_demonstration_agrees_with_its_ledger(self):
        tickets = self.env["cap.ticket"].with_context(active_test=False).search([])
        self.assertRebuilt(tickets)

    def test_working_time_to_the_assessment(self):
        for received, assessed, hours in (
            (MONDAY, "2026-06-01 10:30:00", 1.5),
            ("2026-06-05 15:00:00", "2026-06-08 10:00:00", 3),
            # after the deadline its calendar goes on counting
            ("2026-06-05 15:00:00", "2026-06-09 12:00:00", 2 + 8 + 3),
            ("2026-06-06 12:00:00", "2026-06-07 12:00:00", 0),
        ):
            ticket = self.submit(received)
            self.assess(ticket, assessed)
            self.assertEqual(ticket.sla_worked, hours * 3600, received)

    # === PUTTING RIGHT === #

    def spoil(self, ticket, **values):
        """Change a ticket in the database, past all rules."""
        self.env.flush_all()
        for name, value in values.items():
            self.env.cr.execute(
                f"UPDATE cap_ticket SET {name} = %s WHERE id = %s", [value, ticket.id]
            )
        self.env.invalidate_all()

    def test_differences_are_found_and_put_right_with_a_reason(self):
        right, wrong = self.submit(MONDAY), self.submit(MONDAY)
        self.assess(wrong, "2026-06-01 10:00:00")
        wrong._mark_breached()
        self.spoil(
            wrong,
            sla_deadline=wrong.sla_deadline + timedelta(days=30),
            sla_state="breached",
            priority="1",
            priority_assigned_by_id=self.manager.id,
        )
        found = (right | wrong)._compare_with_ledger()
        self.assertEqual({item.ticket for item in found}, {wrong})
        self.assertEqual(
            {item.name for item in found},
            {"sla_deadline", "sla_state", "priority", "priority_assigned_by_id"},
        )
        lead = self.lead
        check = (
            self.env["cap.sla.check"]
            .with_user(lead)
            .create({"ticket_ids": (right | wrong).ids})
        )
        self.assertEqual((check.checked_count, check.difference_count), (2, 4))
        self.assertIn(wrong.number, check.differences_html)
        self.assertIn("High", check.differences_html)
        with self.assertRaisesRegex(UserError, "Say why"):
            check.action_repair()
        check.reason = "A faulty import."
        check.action_repair()
        self.assertFalse(check.difference_count)
        self.assertEqual(wrong.sla_state, "met")
        self.assertEqual(wrong.priority_assigned_by_id, self.agent)
        event = wrong.sla_event_ids.filtered(lambda item: item.kind == "repaired")
        self.assertEqual((event.note, event.user_id), ("A faulty import.", lead))
        self.assertEqual(event.payload["was"]["sla_state"], "breached")
        self.assertFalse(
            right.sla_event_ids.filtered(lambda item: item.kind == "repaired")
        )

    def test_only_a_lead_in_person_puts_right(self):
        ticket = self.submit(MONDAY)
        self.spoil(ticket, sla_state="met")
        for user in (self.agent, self.manager):
            with self.assertRaises(AccessError):
                ticket.with_user(user)._repair_from_ledger("Why.")
        for code in (
            ticket.with_user(self.lead).sudo(),
            ticket.with_user(self.lead).with_context(cron_id=1),
        ):
            with self.assertRaises(AccessError):
                code._repair_from_ledger("Why.")
        self.assertEqual(ticket.sla_state, "met")

    def test_the_check_without_a_choice_takes_the_last_days(self):
        old = self.submit("2025-06-02 09:00:00")
        fresh = self.env["cap.ticket"].create(
            {"name": "Now", "partner_id": self.acme_user.partner_id.id}
        )
        check = self.env["cap.sla.check"].with_user(self.lead).create({})
        self.assertIn(fresh, check._list_tickets())
        self.assertNotIn(old, check._list_tickets())
        check.days = 0
        self.assertFalse(check.difference_count)

    def test_many_tickets_cost_as_much_as_few(self):
        contact = self.acme_user.partner_id.id
        tickets = self.env["cap.ticket"].create(
            [{"name": "X", "partner_id": contact} for _number in range(40)]
        )

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertFalse(some._compare_with_ledger())
            return self.env.cr.sql_log_count - before

        count(tickets)
        self.assertEqual(count(tickets[:2]), count(tickets))
