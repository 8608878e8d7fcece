from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import CapCommon, utc

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestPromise(CapCommon):
    """Met strictly before the deadline, and only by a person's assessment."""

    def test_a_second_before_is_met_and_the_deadline_itself_is_breached(self):
        for moment, state in (
            ("2026-06-01 12:59:59", "met"),
            ("2026-06-01 13:00:00", "breached"),
        ):
            ticket = self.submit(MONDAY)
            self.assess(ticket, moment)
            self.assertEqual(ticket.sla_state, state)
            self.assertEqual(ticket.priority_assigned_at, utc(moment))
            self.assertEqual(ticket.priority_assigned_by_id, self.agent)

    def test_the_clients_urgency_stops_nothing(self):
        ticket = self.submit(MONDAY, requested_urgency="4")
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.sla_state, "running")

    def test_defaults_stop_nothing(self):
        self.env["ir.default"].set("cap.ticket", "priority", "4")
        tickets = self.env["cap.ticket"].with_context(
            default_priority="4", default_sla_state="met"
        )
        ticket = tickets.create({"name": "X", "partner_id": self.acme.id})
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.sla_state, "running")

    def test_a_mail_stops_nothing(self):
        self.team.alias_defaults = str({"priority": "4", "team_id": self.team.id})
        ticket = self.env["cap.ticket"].message_new(
            {"subject": "Help", "email_from": self.acme_user.email, "body": "?"},
            {"priority": "4", "sla_state": "met", "team_id": self.team.id},
        )
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.partner_id, self.acme_user.partner_id)
        self.assertEqual((ticket.sla_state, ticket.channel), ("running", "email"))

    def test_values_written_by_hand_are_refused(self):
        ticket = self.submit(MONDAY)
        for record in (ticket, ticket.sudo(), ticket.with_user(self.agent)):
            for vals in (
                {"priority": "4"},
                {"priority": False},
                {"sla_state": "met"},
                {"sla_deadline": utc("2026-07-01 09:00:00")},
                {"priority_assigned_by_id": self.agent.id},
                {"commercial_partner_id": self.zeta.id},
            ):
                with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                    record.write(vals)
        with self.assertRaisesRegex(UserError, "cannot be set by hand"):
            self.env["cap.ticket"].create({"name": "X", "priority": "1"})

    def test_an_import_is_told(self):
        result = self.env["cap.ticket"].load(["name", "priority"], [["X", "High"]])
        self.assertFalse(result["ids"])
        self.assertIn("cannot be set by hand", result["messages"][0]["message"])

    def test_only_agents_assess(self):
        ticket = self.submit(MONDAY)
        for name in ("consultant", "account_manager", "user"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.assess(ticket, MONDAY, user=self.users[name])
        with self.assertRaises(AccessError):
            self.assess(ticket, MONDAY, user=self.acme_user)
        self.assertEqual(ticket.sla_state, "running")
        self.assess(ticket, MONDAY, user=self.users["lead"])
        self.assertEqual(ticket.sla_state, "met")

    def test_code_that_is_nobody_cannot_assess(self):
        ticket = self.submit(MONDAY).with_user(self.agent)
        for nobody in (
            ticket.sudo(),
            ticket.with_context(cron_id=1),
            ticket.with_context(import_file=True),
        ):
            with self.assertRaises(AccessError):
                nobody.action_assess("3", "incident", "Why.")

    def test_automation_of_an_agent_runs_as_nobody(self):
        ticket = self.submit(MONDAY)
        action = self.env["ir.actions.server"].create(
            {
                "name": "Assess everything",
                "model_id": self.env["ir.model"]._get_id("cap.ticket"),
                "state": "code",
                "code": "records.sudo().action_assess('1', 'question', 'Auto.')",
            }
        )
        scope = {"active_model": "cap.ticket", "active_ids": ticket.ids}
        with self.assertRaises(AccessError):
            action.with_context(**scope).run()
        self.assertFalse(ticket.priority)

    def test_an_assessment_is_complete_or_refused(self):
        ticket = self.submit(MONDAY).with_user(self.agent)
        for args, words in (
            (("9", "incident", "Why."), "Choose a priority"),
            ((False, "incident", "Why."), "Choose a priority"),
            (("1", "gossip", "Why."), "what kind of request"),
            (("1", "incident", "  "), "Say in a few words"),
        ):
            with self.assertRaisesRegex(UserError, words):
                ticket.action_assess(*args)
        self.assertFalse(ticket.priority)

    def test_the_first_assessment_is_final(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, "2026-06-01 10:00:00")
        with self.assertRaisesRegex(UserError, "was assessed by"):
            self.assess(ticket, "2026-06-01 11:00:00", "1")
        first = ticket.priority_assigned_at
        later = self.at(ticket, "2026-06-03 10:00:00")
        later.action_change_priority("1", "It is less urgent.")
        self.assertEqual((ticket.priority, ticket.sla_state), ("1", "met"))
        self.assertEqual(ticket.priority_assigned_at, first)

    def test_a_priority_can_only_be_changed_once_there_is_one(self):
        ticket = self.submit(MONDAY).with_user(self.agent)
        with self.assertRaisesRegex(UserError, "assess it first"):
            ticket.action_change_priority("1", "Why.")

    def test_the_client_reads_priority_reason_and_person(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, "2026-06-01 10:00:00")
        message = ticket.message_ids[0]
        self.assertEqual(message.subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn("High", message.body)
        self.assertIn("Why.", message.body)
        self.assertEqual(message.author_id, self.agent.partner_id)

    def test_terms_are_frozen(self):
        ticket = self.submit("2026-06-01 15:00:00")
        before = (ticket.sla_deadline, ticket.sla_explanation, ticket.tier_id)
        self.calendar.attendance_ids.hour_from = 12
        self.tiers["advisor"].tier_entitlement_ids.quantity = 1
        self.subscription._start_tier(
            self.tiers["alliance"], self.subscription._cap_today(), "More"
        )
        ticket.invalidate_recordset()
        after = (ticket.sla_deadline, ticket.sla_explanation, ticket.tier_id)
        self.assertEqual(after, before)

    def test_nothing_is_promised_without_cover_and_somebody_is_told(self):
        lone = self.submit(MONDAY, self.lone_user)
        self.assertEqual((lone.sla_state, lone.sla_deadline), ("none", False))
        self.subscription._set_suspended()
        suspended = self.submit(MONDAY)
        self.assertEqual(suspended.sla_state, "none")
        self.ask_for_looks()
        self.assertEqual(suspended.activity_ids.user_id, self.manager)
        self.subscription._set_resumed()
        self.assertEqual(self.submit(MONDAY).sla_state, "running")

    def test_an_uncovered_ticket_is_assessed_without_a_promise(self):
        ticket = self.submit(MONDAY, self.lone_user)
        self.assess(ticket, "2026-06-05 10:00:00")
        self.assertEqual((ticket.priority, ticket.sla_state), ("3", "none"))

    def test_nobody_closes_what_nobody_assessed(self):
        ticket = self.submit(MONDAY)
        with self.assertRaisesRegex(UserError, "has no priority yet"):
            ticket.with_user(self.agent).action_close()


@tagged("post_install", "-at_install")
class TestBreach(CapCommon):
    """A breach is found whoever sleeps, once, and dated at its deadline."""

    def run_job(self, local):
        cron = self.env.ref("connecta_cap.ir_cron_cap_breach")
        with freeze_time(utc(local)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def breaches(self, ticket):
        return ticket.sla_event_ids.filtered(lambda event: event.kind == "breached")

    def test_days_of_silence_do_not_move_a_breach(self):
        ticket = self.submit(MONDAY)
        other = self.submit("2026-06-09 15:00:00")
        self.run_job("2026-06-09 16:00:00")
        self.assertEqual(ticket.sla_state, "breached")
        self.assertEqual(self.breaches(ticket).at, utc("2026-06-01 13:00:00"))
        self.assertEqual(other.sla_state, "running")

    def test_running_again_changes_nothing(self):
        ticket = self.submit(MONDAY)
        for minute in range(5):
            self.run_job(f"2026-06-01 13:0{minute}:00")
        self.assertEqual(len(self.breaches(ticket)), 1)

    def test_not_a_second_early(self):
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 12:59:59")
        self.assertEqual(ticket.sla_state, "running")
        self.run_job("2026-06-01 13:00:00")
        self.assertEqual(ticket.sla_state, "breached")

    def test_a_late_assessment_records_the_breach_itself(self):
        ticket = self.submit(MONDAY)
        self.assess(ticket, "2026-06-02 10:00:00")
        self.assertEqual(ticket.sla_state, "breached")
        self.assertEqual(self.breaches(ticket).at, utc("2026-06-01 13:00:00"))
        self.run_job("2026-06-03 10:00:00")
        self.assertEqual(len(self.breaches(ticket)), 1)

    def test_the_job_is_called_at_the_deadline(self):
        ticket = self.submit("2036-06-02 09:00:00")
        cron = self.env.ref("connecta_cap.ir_cron_cap_breach")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(ticket.sla_deadline, triggers.mapped("call_at"))

    def test_lists_know_what_is_late_and_at_risk_without_the_job(self):
        ticket = self.submit(MONDAY)
        tickets = self.env["cap.ticket"]
        for local, risk, late in (
            ("2026-06-01 10:59:59", False, False),
            ("2026-06-01 11:00:00", True, False),
            ("2026-06-01 13:00:00", False, True),
        ):
            with freeze_time(utc(local)):
                ticket.invalidate_recordset()
                self.assertEqual(ticket.sla_is_at_risk, risk)
                self.assertEqual(ticket.sla_is_overdue, late)
                found = tickets.search([("sla_is_at_risk", "=", True)])
                self.assertEqual(ticket in found, risk)
                found = tickets.search([("sla_is_overdue", "=", True)])
                self.assertEqual(ticket in found, late)
                found = tickets.search([("sla_is_overdue", "=", False)])
                self.assertEqual(ticket in found, not late)
