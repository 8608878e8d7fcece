from unittest import TestCase

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.clock import FixedClock
from .common import CapCommon, utc

MONDAY = "2026-06-01 09:00:00"
NOON = "2026-06-01 12:00:00"
DEADLINE = "2026-06-01 13:00:00"
LATE = "2026-06-03 10:00:00"


@tagged("post_install", "-at_install")
class TestClockCannotBeStopped(CapCommon):
    """Ways around the promise that somebody may try; none of them works."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)

    def assert_running(self, ticket):
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.sla_state, "running")

    def server_action(self, code):
        return self.env["ir.actions.server"].create(
            {
                "name": "Assess everything",
                "model_id": self.env["ir.model"]._get_id("cap.ticket"),
                "state": "code",
                "code": code,
            }
        )

    def test_automation_that_wakes_up_within_a_verb_has_no_key(self):
        model = self.env.registry["cap.ticket"]
        origin = model.write
        refused = []

        def write(tickets, vals):
            result = origin(tickets, vals)
            if "sla_start" in vals:  # as an automated action on update does
                try:
                    origin(tickets, {"priority": "4"})
                except UserError as error:
                    refused.append(error)
            return result

        self.patch(model, "write", write)
        ticket = self.submit(MONDAY)
        self.assertEqual(len(refused), 1)
        self.assert_running(ticket)

    def test_automation_cannot_borrow_an_agent(self):
        code = f"""
agent = env["res.users"].browse({self.agent.id})
records.with_user(agent).action_assess("1", "question", "Auto.")
"""
        action = self.server_action(code).sudo()
        scope = {"active_model": "cap.ticket", "active_ids": self.ticket.ids}
        for user in (self.env.user, self.agent):
            with self.assertRaises(AccessError):
                action.with_user(user).sudo().with_context(**scope).run()
        self.assert_running(self.ticket)

    def test_a_remote_context_opens_nothing(self):
        ticket = self.ticket.with_user(self.agent)
        for key in (True, 1, "GUARDED_WRITE", {}):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                ticket.with_context(cap_guarded_write=key).write({"priority": "4"})
        past = {"now": "2026-06-01 07:30:00"}
        for clock in ("2026-06-01 07:30:00", past, utc("2026-06-01 09:30:00")):
            now = ticket.with_context(cap_clock=clock)._cap_now()
            self.assertGreater(now, utc("2026-07-01 00:00:00"))

    def test_a_second_that_passes_meanwhile_is_not_given_away(self):
        moments = [utc("2026-06-01 12:59:59"), utc(DEADLINE), utc(DEADLINE)]
        self.patch(
            self.env.registry["cap.ticket"],
            "_cap_now",
            lambda tickets: moments.pop(0) if len(moments) > 1 else moments[0],
        )
        self.ticket.with_user(self.agent).action_assess("1", "question", "Why.")
        kept = self.ticket.priority_assigned_at < self.ticket.sla_deadline
        self.assertEqual(self.ticket.sla_state, "met" if kept else "breached")

    def test_what_is_out_of_sight_breaches_all_the_same(self):
        with self.assertRaisesRegex(UserError, "no priority yet"):
            self.ticket.with_user(self.agent).action_archive()
        self.ticket.sudo().active = False
        with self.enter_registry_test_mode():
            self.env.ref("connecta_cap.ir_cron_cap_breach").method_direct_trigger()
        self.ticket.invalidate_recordset()
        self.assertEqual(self.ticket.sla_state, "breached")

    def test_a_copy_starts_with_a_clock_of_its_own(self):
        self.assess(self.ticket, NOON)
        clock = FixedClock(utc("2026-06-02 10:00:00"))
        copy = self.ticket.with_context(cap_clock=clock).copy()
        self.assert_running(copy)
        self.assertNotEqual(copy.number, self.ticket.number)
        self.assertEqual(copy.sla_deadline, utc("2026-06-02 14:00:00"))
        self.assertFalse(copy.priority_assigned_by_id)
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.ticket.copy({"priority": "4"})

    def test_every_other_way_of_creating_stops_nothing(self):
        tickets = self.env["cap.ticket"].with_context(
            default_priority="4",
            default_sla_state="met",
            default_priority_assigned_by_id=self.agent.id,
            default_partner_id=self.acme_user.partner_id.id,
        )
        by_name = tickets.browse(tickets.name_create("Call of Acme")[0])
        loaded = tickets.load(["name"], [["Imported"]])
        saved = tickets.web_save({"name": "Saved"}, {"name": {}})
        others = tickets.browse([loaded["ids"][0], saved[0]["id"]])
        for ticket in by_name | others:
            self.assert_running(ticket)

    def test_a_client_cannot_call_what_staff_calls(self):
        ticket = self.ticket.with_user(self.acme_user)
        for call in (
            lambda: ticket.action_assess("1", "question", "Mine."),
            lambda: ticket.action_change_priority("1", "Mine."),
            ticket.action_close,
            ticket.action_assign_to_me,
            ticket.action_archive,
            ticket.get_assessment_choices,
            lambda: ticket.write({"requested_urgency": "4"}),
            lambda: ticket.create({"name": "X"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_one_assessment_is_for_one_ticket(self):
        both = (self.ticket | self.submit(MONDAY)).with_user(self.agent)
        with self.assertRaises(ValueError):
            both.action_assess("1", "question", "All at once.")


@tagged("post_install", "-at_install")
class TestRecordStands(CapCommon):
    """What was promised and done stays on record, whoever leaves."""

    def setUp(self):
        super().setUp()
        self.ticket = self.submit(MONDAY)
        self.assess(self.ticket, NOON)
        self.env.flush_all()

    def assert_kept(self, record):
        with (
            mute_logger("odoo.sql_db"),
            # Odoo's own assertRaises takes one class only
            TestCase.assertRaises(self, (IntegrityError, UserError)),
            self.cr.savepoint(),
        ):
            record.unlink()

    def test_who_assessed_is_not_forgotten_with_the_login(self):
        self.assert_kept(self.agent)

    def test_the_hours_and_the_tier_of_a_promise_stay(self):
        other = self.calendar.copy({"name": "New hours"})
        used = self.calendar.copy({"name": "Old hours"})
        self.team.calendar_id = used
        ticket = self.submit(MONDAY)
        self.team.calendar_id = other
        self.env.flush_all()
        self.assertEqual(ticket.sla_calendar_id, used)
        self.assert_kept(used)
        brief = self.tiers["advisor"].copy({"code": "brief"})
        ticket._guarded_write({"tier_id": brief.id})
        self.env.flush_all()
        self.assert_kept(brief)

    def test_a_ticket_stays_when_its_contact_has_moved(self):
        contact = self.acme_user.partner_id
        contact.parent_id = self.zeta
        agent = self.ticket.with_user(self.agent)
        for vals in (
            {"subscription_id": self.zeta_subscription.id},
            {"partner_id": self.zeta_user.partner_id.id},
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                agent.write(vals)
        agent.subscription_id = False
        self.env.flush_all()
        self.assertEqual(self.ticket.commercial_partner_id, self.acme)
        theirs = self.env["cap.ticket"].with_user(self.zeta_user)
        self.assertNotIn(self.ticket, theirs.search([]))


@tagged("post_install", "-at_install")
class TestNothingIsLost(CapCommon):
    """A request arrives, whatever is wrong around it."""

    def mail(self, subject, sender, body="It stopped."):
        raw = (
            f"From: {sender}\nTo: cap-support@example.com\n"
            f"{subject}Message-Id: <{sender}-{len(body)}@example.com>\n"
            f"Content-Type: text/plain\n\n{body}\n"
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            thread = self.env["mail.thread"].message_process("cap.ticket", raw)
        return self.env["cap.ticket"].browse(thread)

    def test_a_mail_without_a_subject_is_a_ticket(self):
        for subject in ("", "Subject: \n"):
            ticket = self.mail(subject, self.acme_user.email, f"No words{subject!r}")
            self.assertTrue(ticket.name)
            self.assertEqual(ticket.sla_state, "running")

    def test_a_mail_of_a_stranger_is_a_ticket(self):
        ticket = self.mail("Subject: Hello\n", "stranger@elsewhere.example")
        self.assertEqual((ticket.name, ticket.sla_state), ("Hello", "none"))
        self.assertFalse(ticket.commercial_partner_id)

    def test_an_account_manager_who_left_does_not_stop_a_ticket(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "cap_far_away",
            groups="base.group_user",
            company_id=company.id,
            company_ids=[company.id],
        )
        lead = self.users["lead"]
        self.team.lead_id = lead
        self.subscription._set_suspended()
        for user in (stranger, self.manager):
            self.subscription.account_manager_id = user
            self.manager.active = user != self.manager
            ticket = self.submit(MONDAY)
            self.assertEqual(ticket.sla_state, "none")
            self.ask_for_looks()
            self.assertEqual(ticket.activity_ids.user_id, lead, user.login)

    def test_every_state_without_cover_is_told_to_somebody(self):
        self.team.lead_id = self.users["lead"]
        draft, draft_user = self.make_client("Draft")
        self.env["cap.subscription"].create({"partner_id": draft.id})
        self.subscription._set_closed()
        for user in (self.lone_user, draft_user, self.acme_user):
            ticket = self.submit(MONDAY, user)
            self.assertEqual((ticket.sla_state, ticket.sla_deadline), ("none", False))
            self.assertFalse(ticket.subscription_id)
            self.ask_for_looks()
            self.assertEqual(ticket.activity_ids.user_id, self.users["lead"])

    def test_a_suspended_client_has_no_priority_line(self):
        client, user = self.make_client("Grand")
        subscription = self.subscribe(client, "alliance", "2025-01-01")
        self.assertTrue(self.submit(MONDAY, user).priority_line)
        subscription._set_suspended()
        self.assertFalse(self.submit(MONDAY, user).priority_line)

    def test_a_client_of_another_company_is_served_by_its_team(self):
        company = self.env["res.company"].create({"name": "Second"})
        team = self.env["cap.team"].create(
            {"name": "Second team", "company_id": company.id}
        )
        client, user = self.make_client("Far")
        subscription = self.env["cap.subscription"].create(
            {"partner_id": client.id, "company_id": company.id}
        )
        tier = self.tiers["essential"]
        subscription._start_tier(tier, utc("2025-01-01 00:00:00").date(), "First")
        subscription.action_activate()
        ticket = self.submit(MONDAY, user)
        self.assertEqual((ticket.company_id, ticket.team_id), (company, team))
        self.assertEqual(ticket.sla_state, "running")

    def test_a_ticket_closed_without_a_date_can_still_be_opened(self):
        stage = self.env.ref("connecta_cap.cap_ticket_stage_progress")
        ticket = self.submit(MONDAY)
        self.assess(ticket, NOON)
        stage.kind = "closed"
        self.assertTrue(ticket.is_closed)
        self.assertFalse(ticket.with_user(self.acme_user)._may_reopen())
