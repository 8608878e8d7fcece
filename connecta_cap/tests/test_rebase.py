from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..tools.worktime import from_epoch
from .common import utc
from .test_alerts import MONDAY, AlertCase

WHY = "The team works on Saturdays now."


class LeadCase(AlertCase):
    """What a lead does, and how it is told."""

    def as_lead(self, record, local):
        return self.at(record, local, self.lead)

    def close(self, day, name="Closed"):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": name,
                "calendar_id": self.calendar.id,
                "date_from": utc(f"{day} 00:00:00"),
                "date_to": utc(f"{day} 23:59:59"),
            }
        )

    def events(self, ticket, kind):
        return ticket.sla_event_ids.filtered(lambda event: event.kind == kind)

    def told(self, ticket):
        """Return what the client was told since the receipt, as text."""
        queued = self.env["mail.message.schedule"].search([])
        messages = queued.mail_message_id.filtered(
            lambda message: (
                message.res_id == ticket.id and message.model == "cap.ticket"
            )
        )
        return [str(message.body) for message in messages]

    def assertRebuilt(self, tickets):
        self.env.flush_all()
        self.env.invalidate_all()
        found = tickets._compare_with_ledger()
        self.assertFalse([(item.name, item.stored, item.recorded) for item in found])


@tagged("post_install", "-at_install")
class TestRebase(LeadCase):
    """Open deadlines move because a lead wants it, and only then."""

    def wizard(self, local, **values):
        wizards = self.as_lead(self.env["cap.ticket.rebase"], local)
        return wizards.create(values)

    def test_a_preview_then_the_move(self):
        ticket = self.submit("2026-06-05 15:00:00")  # due Mon 11:00
        self.close("2026-06-08", "Whit Monday")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))
        wizard = self.wizard(
            "2026-06-05 16:00:00", scope="chosen", ticket_ids=ticket.ids
        )
        self.assertEqual(wizard.moved_count, 1)
        html = str(wizard.preview_html)
        self.assertIn("Mon 8 Jun 11:00 CEST", html)
        self.assertIn("Tue 9 Jun 11:00", html)
        self.assertIn("Whit Monday closed", html)
        self.assertIn("1 later", html)
        # looking changes nothing
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))
        wizard.reason = WHY
        wizard.action_confirm()
        self.assertEqual(ticket.sla_deadline, utc("2026-06-09 11:00:00"))
        self.assertEqual(ticket.sla_state, "running")
        self.assertEqual(ticket.sla_start, utc("2026-06-05 15:00:00"))
        event = self.events(ticket, "rebased")
        self.assertEqual((event.note, event.user_id), (WHY, self.lead))
        self.assertEqual(event.deadline, utc("2026-06-09 11:00:00"))
        self.assertEqual(event.payload["was"], str(utc("2026-06-08 11:00:00")))
        # the escalation follows
        self.assertEqual(ticket.escalation_at, utc("2026-06-05 17:00:00"))
        lead_step = ticket.escalation_plan[-2]
        self.assertEqual(from_epoch(lead_step[2]).hour, 9)  # 11:00 in Brussels
        self.assertRebuilt(ticket)

    def test_the_client_is_told_once_unless_the_lead_does_not_want_it(self):
        told, untold, still = (
            self.submit("2026-06-05 15:00:00"),
            self.submit("2026-06-05 15:00:00"),
            self.submit("2026-06-05 09:00:00"),
        )
        before = {ticket: len(self.told(ticket)) for ticket in (told, untold, still)}
        self.close("2026-06-08")
        self.as_lead(told | still, "2026-06-05 10:00:00")._rebase(WHY)
        self.as_lead(untold, "2026-06-05 10:00:00")._rebase(WHY, tell_clients=False)
        found = self.told(told)
        self.assertEqual(len(found), before[told] + 1)
        mail = next(text for text in found if WHY in text)
        self.assertIn("Tue 9 Jun 11:00", mail)
        self.assertEqual(len(self.told(untold)), before[untold])
        # what did not move is not worth a mail, nor an event
        self.assertEqual(len(self.told(still)), before[still])
        self.assertFalse(self.events(still, "rebased"))

    def test_other_hours_and_another_calendar(self):
        early = self.calendar.copy({"name": "Early hours", "leave_ids": False})
        early.attendance_ids.hour_from = 7
        ticket = self.submit("2026-06-05 15:00:00")
        self.team.calendar_id = early
        self.as_lead(ticket, "2026-06-05 16:00:00")._rebase(WHY)
        self.assertEqual(ticket.sla_calendar_id, early)
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 09:00:00"))
        tier = self.tiers["advisor"].tier_entitlement_ids.filtered(
            lambda line: line.code == "priority_response"
        )
        tier.quantity = 8
        self.as_lead(ticket, "2026-06-05 16:00:00")._rebase(WHY)
        self.assertEqual(ticket.sla_hours, 8)
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 13:00:00"))
        self.assertEqual(len(self.events(ticket, "rebased")), 2)
        self.assertRebuilt(ticket)

    def test_what_was_kept_or_broken_stays(self):
        met, late, passed, uncovered = (
            self.submit("2026-06-05 15:00:00"),
            self.submit("2026-06-05 09:00:00"),
            self.submit("2026-06-05 09:00:00"),
            self.submit("2026-06-05 15:00:00", self.lone_user),
        )
        self.assess(met, "2026-06-05 15:30:00")
        late._mark_breached(utc("2026-06-05 13:00:00"))
        tickets = met | late | passed | uncovered
        before = {ticket: ticket.sla_deadline for ticket in tickets}
        self.close("2026-06-05")
        asked = self.as_lead(tickets, "2026-06-05 16:00:00")
        outcomes = {move.ticket: move.outcome for move in asked._plan_rebase()}
        self.assertEqual(
            [outcomes[ticket] for ticket in asked],
            ["assessed", "breached", "breached", "uncovered"],
        )
        self.assertFalse(asked._rebase(WHY))
        self.assertEqual({ticket: ticket.sla_deadline for ticket in tickets}, before)
        # the one whose deadline had passed unnoticed is broken, at its own deadline
        self.assertEqual(passed.sla_state, "breached")
        self.assertEqual(self.events(passed, "breached").at, before[passed])
        self.assertRebuilt(tickets)

    def test_a_deadline_that_moves_into_the_past_is_broken(self):
        self.close("2026-06-08")
        ticket = self.submit("2026-06-05 15:00:00")  # due Tue 11:00
        self.calendar.leave_ids.unlink()
        lead = self.as_lead(ticket, "2026-06-08 14:00:00")
        self.assertEqual(lead._plan_rebase()[0].outcome, "broken")
        lead._rebase(WHY)
        self.assertEqual(ticket.sla_state, "breached")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))
        self.assertEqual(self.events(ticket, "breached").at, utc("2026-06-08 11:00:00"))
        self.assertRebuilt(ticket)

    def test_all_of_a_team_or_of_some_hours(self):
        self.env["cap.ticket"].search([])._mark_breached(utc("2030-01-01 12:00:00"))
        running = self.submit("2026-06-05 15:00:00")
        other = self.submit("2026-06-05 15:00:00")
        other.team_id = self.team.copy({"name": "Other"})
        done = self.submit("2026-06-05 15:00:00")
        self.assess(done, "2026-06-05 15:30:00")
        self.close("2026-06-08")
        for values, tickets in (
            ({"scope": "team", "team_id": self.team.id}, running),
            (
                {"scope": "calendar", "calendar_id": self.calendar.id},
                running | other,
            ),
        ):
            wizard = self.wizard("2026-06-05 16:00:00", **values)
            self.assertEqual(wizard._list_tickets(), tickets)
            self.assertEqual(wizard.moved_count, len(tickets))
        wizard.reason = WHY
        wizard.action_confirm()
        self.assertEqual(
            set((running | other).mapped("sla_deadline")),
            {utc("2026-06-09 11:00:00")},
        )
        with self.assertRaisesRegex(UserError, "No deadline moves"):
            wizard.action_confirm()

    def test_only_a_lead_in_person_with_a_reason(self):
        ticket = self.submit("2026-06-05 15:00:00")
        self.close("2026-06-08")
        for user in (self.agent, self.manager, self.acme_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user)._rebase(WHY)
        with self.assertRaises(AccessError):
            ticket.with_user(self.lead).sudo()._rebase(WHY)
        for reason in ("", "   ", None):
            with self.assertRaisesRegex(UserError, "Say why"):
                self.as_lead(ticket, "2026-06-05 16:00:00")._rebase(reason)
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))

    def test_the_preview_costs_the_same_for_few_and_many(self):
        contact = self.acme_user.partner_id.id
        tickets = self.at(self.env["cap.ticket"], "2026-06-05 15:00:00").create(
            [{"name": "X", "partner_id": contact} for _number in range(40)]
        )
        tickets = self.as_lead(
            self.env["cap.ticket"].browse(tickets.ids), "2026-06-05 16:00:00"
        )
        self.close("2026-06-08")

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual({m.outcome for m in some._plan_rebase()}, {"later"})
            return self.env.cr.sql_log_count - before

        count(tickets)
        self.assertEqual(count(tickets[:2]), count(tickets))


@tagged("post_install", "-at_install")
class TestCorrectedStart(LeadCase):
    """A call that was filed late: the clock started when the client called."""

    def call(self, local, channel="phone"):
        tickets = self.at(self.env["cap.ticket"], local)
        ticket = tickets.create(
            {
                "name": "They called",
                "channel": channel,
                "partner_id": self.acme_user.partner_id.id,
            }
        )
        return self.env["cap.ticket"].browse(ticket.id)

    def correct(self, ticket, start, now, reason="Was on another call."):
        self.at(ticket, now).action_correct_start(utc(start), reason)

    def test_the_deadline_moves_with_the_start(self):
        ticket = self.call("2026-06-01 11:00:00")
        before = len(self.told(ticket))
        self.correct(ticket, "2026-06-01 09:30:00", "2026-06-01 11:05:00")
        self.assertEqual(ticket.sla_start, utc("2026-06-01 09:30:00"))
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 13:30:00"))
        self.assertEqual(ticket.sla_warn_at, utc("2026-06-01 11:30:00"))
        self.assertIn("received Mon 1 Jun 09:30", ticket.sla_explanation)
        event = self.events(ticket, "corrected")
        self.assertEqual(event.user_id, self.agent)
        self.assertEqual(event.note, "Was on another call.")
        self.assertEqual(event.payload["was"], str(utc("2026-06-01 11:00:00")))
        self.assertEqual(len(self.told(ticket)), before + 1)
        self.correct(ticket, "2026-06-01 09:00:00", "2026-06-01 11:10:00")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 13:00:00"))
        self.assertRebuilt(ticket)

    def test_over_a_night_a_weekend_and_a_closed_day(self):
        self.close("2026-05-29", "Bridge day")
        ticket = self.call("2026-06-01 10:00:00")
        self.correct(ticket, "2026-05-28 16:00:00", "2026-06-01 10:05:00")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-01 12:00:00"))
        self.assertIn("Bridge day closed", ticket.sla_explanation)
        self.assertEqual(len(ticket.sla_terms["work"]), 2)
        self.assertRebuilt(ticket)

    def test_what_was_frozen_stays_frozen(self):
        ticket = self.call("2026-06-05 15:00:00")  # due Mon 11:00
        self.close("2026-06-08")
        self.correct(ticket, "2026-06-05 14:00:00", "2026-06-05 15:05:00")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 10:00:00"))

    def test_a_promise_that_looked_kept_may_be_broken(self):
        kept, broken = self.call(MONDAY), self.call("2026-06-01 12:00:00")
        self.assess(kept, "2026-06-01 10:00:00")
        self.assess(broken, "2026-06-01 13:30:00")
        self.correct(kept, "2026-05-29 16:30:00", "2026-06-01 14:00:00")
        self.assertEqual(kept.sla_state, "met")
        self.assertEqual(kept.sla_worked, 1.5 * 3600)
        self.correct(broken, "2026-06-01 09:00:00", "2026-06-01 14:00:00")
        self.assertEqual(broken.sla_state, "breached")
        self.assertEqual(self.events(broken, "breached").at, utc("2026-06-01 13:00:00"))
        self.assertEqual(broken.sla_worked, 4.5 * 3600)
        self.assertRebuilt(kept | broken)

    def test_a_running_one_is_broken_when_its_new_deadline_has_passed(self):
        ticket = self.call("2026-06-01 15:00:00")
        self.correct(ticket, "2026-06-01 09:00:00", "2026-06-01 15:05:00")
        self.assertEqual(ticket.sla_state, "breached")
        self.assertRebuilt(ticket)

    def test_a_breach_is_never_erased(self):
        ticket = self.call(MONDAY)
        ticket._mark_breached(utc("2026-06-01 13:00:00"))
        self.correct(ticket, "2026-05-29 16:30:00", "2026-06-01 14:00:00")
        self.assertEqual(ticket.sla_state, "breached")
        self.assertEqual(len(self.events(ticket, "breached")), 1)
        self.assertRebuilt(ticket)

    def test_without_cover_only_the_start_moves(self):
        tickets = self.at(self.env["cap.ticket"], MONDAY)
        ticket = tickets.create(
            {
                "name": "X",
                "channel": "phone",
                "partner_id": self.lone_user.partner_id.id,
            }
        )
        ticket = self.env["cap.ticket"].browse(ticket.id)
        self.correct(ticket, "2026-06-01 08:00:00", "2026-06-01 10:00:00")
        self.assertEqual(ticket.sla_start, utc("2026-06-01 08:00:00"))
        self.assertEqual(ticket.sla_state, "none")
        self.assertRebuilt(ticket)

    def test_what_is_refused(self):
        ticket = self.call(MONDAY)
        for start, reason, message in (
            (MONDAY, "Why.", "earlier only"),
            ("2026-06-01 09:00:01", "Why.", "earlier only"),
            ("2026-04-01 09:00:00", "Why.", "check the date"),
            ("2026-06-01 08:00:00", " ", "Say why"),
        ):
            with self.subTest(start), self.assertRaisesRegex(UserError, message):
                self.correct(ticket, start, "2026-06-01 10:00:00", reason)
        portal = self.submit(MONDAY)
        with self.assertRaisesRegex(UserError, "not noted by hand"):
            self.correct(portal, "2026-06-01 08:00:00", "2026-06-01 10:00:00")
        for user in (self.manager, self.acme_user):
            with self.assertRaises(AccessError):
                ticket.with_user(user).action_correct_start(
                    utc("2026-06-01 08:00:00"), "Why."
                )
        with self.assertRaises(AccessError):
            ticket.with_user(self.agent).sudo().action_correct_start(
                utc("2026-06-01 08:00:00"), "Why."
            )
        self.assertEqual(ticket.sla_start, utc(MONDAY))

    def test_the_wizard_says_what_becomes_of_it(self):
        ticket = self.call("2026-06-01 15:00:00")
        wizards = self.at(self.env["cap.ticket.correct.start"], "2026-06-01 15:05:00")
        form = Form(wizards.with_context(default_ticket_id=ticket.id))
        form.start = utc("2026-06-01 14:00:00")
        self.assertIn("due Tue 2 Jun 10:00", form.preview)
        self.assertNotIn("broken", form.preview)
        form.start = utc("2026-06-01 09:00:00")
        self.assertIn("The promise is broken", form.preview)
        form.reason = "Filed after lunch."
        form.save().action_confirm()
        self.assertEqual(ticket.sla_state, "breached")


@tagged("post_install", "-at_install")
class TestClosedDay(LeadCase):
    """Before a closed day is saved: which open deadlines it would move."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        running = cls.env["cap.ticket"].search([("sla_state", "=", "running")])
        running._mark_breached(utc("2030-01-01 12:00:00"))

    def plan(self, local, **values):
        values = {"calendar_id": self.calendar.id, "kind": "add"} | values
        return self.as_lead(self.env["cap.closed.day"], local).create(values)

    def closing(self, local, day, **values):
        return self.plan(
            local, name="Whit Monday", date_from=day, date_to=day, **values
        )

    def test_a_day_added_shows_what_it_would_move_and_moves_nothing(self):
        moved = self.submit("2026-06-05 15:00:00")
        still = self.submit("2026-06-05 09:00:00")
        other = self.submit("2026-06-05 15:30:00")
        other.team_id = self.team.copy({"name": "Second team"})
        wizard = self.closing("2026-06-05 12:00:00", "2026-06-08")
        self.assertEqual(wizard.moved_count, 2)
        html = str(wizard.preview_html)
        self.assertIn("Second team", html)
        self.assertIn("Whit Monday closed", html)
        self.assertIn(moved.number, html)
        self.assertNotIn(still.number, html)
        wizard.action_confirm()
        self.assertEqual(self.calendar.leave_ids.name, "Whit Monday")
        # frozen terms: what was promised stays, what is new counts with it
        self.assertEqual(moved.sla_deadline, utc("2026-06-08 11:00:00"))
        self.assertFalse(self.events(moved, "rebased"))
        fresh = self.submit("2026-06-05 15:00:00")
        self.assertEqual(fresh.sla_deadline, utc("2026-06-09 11:00:00"))

    def test_it_comes_out_as_the_preview_said(self):
        tickets = self.env["cap.ticket"].union(
            *(
                self.submit(local)
                for local in (
                    "2026-06-05 13:00:01",
                    "2026-06-05 16:59:59",
                    "2026-06-06 11:00:00",
                    "2026-06-08 10:00:00",
                    "2026-06-08 17:00:00",
                )
            )
        )
        wizard = self.closing(
            "2026-06-05 10:00:00", "2026-06-08", open_deadlines="rebase", reason=WHY
        )
        wizard.date_to = "2026-06-09"
        promised = {
            move.ticket.id: (move.vals["sla_deadline"], move.vals["sla_terms"])
            for move in wizard._list_moves()
        }
        self.assertEqual(set(promised), set(tickets.ids))
        wizard.action_confirm()
        for ticket in tickets:
            found = (ticket.sla_deadline, ticket.sla_terms)
            self.assertEqual(found, promised[ticket.id])
            self.assertEqual(self.events(ticket, "rebased").note, WHY)
        self.assertRebuilt(tickets)

    def test_a_day_removed(self):
        day = self.close("2026-06-08")
        ticket = self.submit("2026-06-05 15:00:00")
        self.assertEqual(ticket.sla_deadline, utc("2026-06-09 11:00:00"))
        wizard = self.plan(
            "2026-06-05 16:00:00",
            kind="remove",
            leave_id=day.id,
            open_deadlines="rebase",
            reason=WHY,
        )
        self.assertEqual(wizard.moved_count, 1)
        self.assertIn("1 earlier", str(wizard.preview_html))
        self.assertTrue(day.exists())
        wizard.action_confirm()
        self.assertFalse(day.exists())
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))

    def test_only_what_this_day_moves_is_shown(self):
        ticket = self.submit("2026-06-05 15:00:00")
        # closed later and left alone: that is not this day's doing
        self.close("2026-06-08")
        wizard = self.closing("2026-06-05 16:00:00", "2026-06-10")
        self.assertEqual(wizard.moved_count, 0)
        self.assertIn("No open deadline would move", str(wizard.preview_html))
        self.assertEqual(ticket.sla_deadline, utc("2026-06-08 11:00:00"))

    def test_the_days_of_the_calendars_own_zone(self):
        wizard = self.closing("2026-06-05 16:00:00", "2026-06-08")
        self.assertEqual(
            wizard._get_bounds(),
            (utc("2026-06-08 00:00:00"), utc("2026-06-08 23:59:59")),
        )

    def test_what_is_missing_is_named(self):
        plan = "2026-06-05 16:00:00"
        for values, message in (
            ({"name": " ", "date_from": "2026-06-08", "date_to": "2026-06-08"}, "name"),
            ({"name": "X"}, "first and the last day"),
            (
                {"name": "X", "date_from": "2026-06-09", "date_to": "2026-06-08"},
                "in this order",
            ),
            ({"kind": "remove"}, "none after all"),
        ):
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                self.plan(plan, **values).action_confirm()
        self.submit("2026-06-05 15:00:00")
        wizard = self.closing(plan, "2026-06-08", open_deadlines="rebase")
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_confirm()
        self.assertFalse(self.calendar.leave_ids)

    def test_the_form_follows_what_is_typed(self):
        self.submit("2026-06-05 15:00:00")
        wizards = self.as_lead(self.env["cap.closed.day"], "2026-06-05 16:00:00")
        form = Form(wizards)
        self.assertEqual(form.calendar_id, self.calendar)
        form.name = "Whit Monday"
        form.date_from = "2026-06-08"
        self.assertEqual(str(form.date_to), "2026-06-08")
        self.assertEqual(form.moved_count, 1)
        form.save().action_confirm()
        self.assertTrue(self.calendar.leave_ids)

    def test_only_closed_days_of_response_hours_are_touched(self):
        other = self.env["resource.calendar"].create({"name": "Elsewhere"})
        leave = self.close("2026-06-08")
        theirs = leave.copy({"calendar_id": other.id})
        plan = "2026-06-05 16:00:00"
        with self.assertRaisesRegex(UserError, "no response hours"):
            self.closing(plan, "2026-06-08", calendar_id=other.id).action_confirm()
        with self.assertRaisesRegex(UserError, "no closed day"):
            self.plan(plan, kind="remove", leave_id=theirs.id).action_confirm()
        self.assertTrue(theirs.exists())

    def test_an_agent_plans_no_closed_day(self):
        with self.assertRaises(AccessError):
            self.env["cap.closed.day"].with_user(self.agent).create({})

    def test_members_of_another_company_see_nothing_of_these_tickets(self):
        company = self.env["res.company"].create({"name": "Other"})
        ticket = self.submit("2026-06-05 15:00:00")
        self.lead.write({"company_ids": [Command.link(company.id)]})
        wizard = self.closing("2026-06-05 16:00:00", "2026-06-08")
        narrowed = wizard.with_context(allowed_company_ids=company.ids)
        self.assertNotIn(ticket, [m.ticket for m in narrowed._list_moves()])
