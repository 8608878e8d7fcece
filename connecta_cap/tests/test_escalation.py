from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import utc
from .test_alerts import ASKED, AlertCase

MONDAY = "2026-06-01 09:00:00"


@tagged("post_install", "-at_install")
class TestEscalation(AlertCase):
    """Half, three quarters, breach, an hour later: each told once, in working hours."""

    def run_job(self, local, name="escalate"):
        cron = self.env.ref(f"connecta_cap.ir_cron_cap_{name}")
        with freeze_time(utc(local)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def told(self, ticket):
        """Return (kind, level, Brussels-UTC moment) of what the ledger says."""
        events = ticket.sla_event_ids.filtered(
            lambda event: event.kind in ("warned", "escalated")
        )
        return [(event.kind, event.level, event.at) for event in events]

    def activities(self, ticket):
        kind = self.env.ref("connecta_cap.mail_activity_type_escalation")
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_each_step_at_its_moment_to_whose_turn_it_is(self):
        ticket = self.submit(MONDAY)
        ticket.user_id = self.agent
        for local, users in (
            ("2026-06-01 10:59:59", []),
            ("2026-06-01 11:00:00", [self.agent]),
            ("2026-06-01 12:00:00", [self.agent] * 2),
            ("2026-06-01 13:00:00", [self.agent, self.agent, self.lead]),
            ("2026-06-01 13:59:59", [self.agent, self.agent, self.lead]),
            (
                "2026-06-01 14:00:00",
                [self.agent, self.agent, self.lead, self.boss],
            ),
            (
                "2026-06-02 14:00:00",
                [self.agent, self.agent, self.lead, self.boss],
            ),
        ):
            self.run_job(local)
            found = [a.user_id for a in self.activities(ticket).sorted("id")]
            self.assertEqual(found, users, local)
        self.assertEqual(
            self.told(ticket),
            [
                ("warned", 50, utc("2026-06-01 11:00:00")),
                ("warned", 75, utc("2026-06-01 12:00:00")),
                ("escalated", 1, utc("2026-06-01 13:00:00")),
                ("escalated", 2, utc("2026-06-01 14:00:00")),
            ],
        )
        self.assertFalse(ticket.escalation_at)

    def test_five_runs_are_one_warning(self):
        ticket = self.submit(MONDAY)
        for second in range(5):
            self.run_job(f"2026-06-01 11:00:0{second}")
        self.assertEqual(len(self.activities(ticket)), 1)
        self.assertEqual(len(self.told(ticket)), 1)
        # nobody's ticket: the team is told
        self.assertIn(self.activities(ticket).user_id, self.team.member_ids)

    def test_the_screen_is_told(self):
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 11:00:00")
        messages = self.buses("cap.ticket/escalated")
        self.assertEqual(len(messages), len(self.team.member_ids))
        self.assertIn(ticket.number, messages[0])

    def test_nights_weekends_and_closed_days_are_quiet(self):
        # Fri 15:00: half at 17:00, three quarters Mon 10:00, due Mon 11:00
        ticket = self.submit("2026-06-05 15:00:00")
        self.run_job("2026-06-05 19:00:00")
        self.run_job("2026-06-06 12:00:00")
        self.assertFalse(self.told(ticket))
        self.run_job("2026-06-08 09:00:00")
        self.assertEqual(
            self.told(ticket), [("warned", 50, utc("2026-06-05 17:00:00"))]
        )

    def test_what_falls_due_at_closing_is_told_at_closing(self):
        ticket = self.submit("2026-06-05 15:00:00")
        self.run_job("2026-06-05 17:00:40")
        self.assertEqual(len(self.told(ticket)), 1)

    def test_the_manager_hears_a_working_hour_later_not_at_night(self):
        # due Mon 16:30: an hour later is Tue 9:30
        ticket = self.submit("2026-06-01 12:30:00")
        self.run_job("2026-06-01 16:30:00")
        self.run_job("2026-06-01 18:00:00")
        self.assertNotIn(self.boss, self.activities(ticket).user_id)
        self.run_job("2026-06-02 09:29:59")
        self.assertNotIn(self.boss, self.activities(ticket).user_id)
        self.run_job("2026-06-02 09:30:00")
        self.assertIn(self.boss, self.activities(ticket).user_id)

    def test_moments_across_the_switch_and_a_closed_day(self):
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Easter Monday",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-04-06 00:00:00"),
                "date_to": utc("2026-04-06 23:59:59"),
            }
        )
        for received, moments in (
            (
                "2026-03-27 16:00:00",
                ("2026-03-30 10:00:00", "2026-03-30 11:00:00")
                + ("2026-03-30 12:00:00", "2026-03-30 13:00:00"),
            ),
            (
                "2026-04-03 15:30:00",
                ("2026-04-07 09:30:00", "2026-04-07 10:30:00")
                + ("2026-04-07 11:30:00", "2026-04-07 12:30:00"),
            ),
        ):
            ticket = self.submit(received)
            planned = [
                datetime.utcfromtimestamp(at)
                for _kind, _level, at in ticket.escalation_plan
            ]
            self.assertEqual(planned, [utc(moment) for moment in moments])

    def test_an_emergency_does_not_wait_for_the_morning(self):
        ticket = self.submit(
            "2026-06-01 12:30:00", **(ASKED | {"blocked_since": "2026-06-01T12:00"})
        )
        self.run_job("2026-06-01 17:30:00")
        self.assertIn(self.boss, self.activities(ticket).user_id)
        self.assertEqual(self.told(ticket)[-1][2], utc("2026-06-01 17:30:00"))

    def test_after_a_silence_only_the_latest_is_told_and_all_is_on_record(self):
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 14:30:00")
        self.assertEqual(len(self.told(ticket)), 4)
        self.assertEqual(self.activities(ticket).user_id, self.boss)
        self.assertEqual(ticket.sla_state, "breached")

    def test_an_assessment_ends_it_and_tidies_up(self):
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 11:00:00")
        self.assertTrue(self.activities(ticket))
        self.assess(ticket, "2026-06-01 11:30:00")
        self.assertFalse(self.activities(ticket))
        self.assertFalse(ticket.escalation_at or ticket.escalation_plan)
        self.run_job("2026-06-01 14:30:00")
        self.assertEqual(len(self.told(ticket)), 1)

    def test_thresholds_are_the_teams(self):
        self.team.write({"first_warning": 25, "second_warning": 90})
        self.team.manager_after = 2
        ticket = self.submit(MONDAY)
        steps = [(kind, level) for kind, level, _at in ticket.escalation_plan]
        self.assertEqual(steps[:2], [("warned", 25), ("warned", 90)])
        self.assertEqual(ticket.escalation_at, utc("2026-06-01 10:00:00"))
        last = datetime.utcfromtimestamp(ticket.escalation_plan[-1][2])
        self.assertEqual(last, utc("2026-06-01 15:00:00"))
        for vals in (
            {"first_warning": 0},
            {"first_warning": 95},
            {"second_warning": 100},
            {"manager_after": 0},
            {"handling_minutes": 0},
        ):
            with (
                self.subTest(vals),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.team.write(vals)
                self.team.flush_recordset()

    def test_moved_terms_move_what_is_still_to_come(self):
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 11:00:00")
        ticket._guarded_write({"sla_start": utc("2026-06-02 09:00:00")})
        ticket._freeze_terms(4, self.calendar)
        ticket._record_sla_events("rebased")
        self.assertEqual(ticket.escalation_at, utc("2026-06-02 12:00:00"))
        self.assertEqual(len(ticket.escalation_plan), 3)

    def test_the_job_is_called_at_each_step_and_at_the_next_opening(self):
        ticket = self.submit("2036-06-02 09:00:00")
        cron = self.env.ref("connecta_cap.ir_cron_cap_escalate")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        moments = {
            datetime.utcfromtimestamp(step[2]) for step in ticket.escalation_plan
        }
        self.assertEqual(len(moments), 4)
        self.assertLessEqual(moments, set(triggers.mapped("call_at")))
        self.submit("2026-06-05 15:00:00")
        self.run_job("2026-06-06 12:00:00")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(utc("2026-06-08 09:00:00"), triggers.mapped("call_at"))

    def test_the_cost_does_not_grow_with_what_is_not_due(self):
        def run():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records = self.env["cap.ticket"].sudo()
            domain = records._get_escalation_domain(utc("2026-06-01 11:00:00"))
            records.search(domain)._escalate(utc("2026-06-01 11:00:00"))
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        self.submit(MONDAY)
        run()
        self.submit(MONDAY)
        few = run()
        tickets = self.env["cap.ticket"].with_user(self.agent)
        partner = self.acme_user.partner_id.id
        with freeze_time(utc("2026-06-01 10:30:00")):
            tickets.create([{"name": "X", "partner_id": partner} for _n in range(60)])
        self.submit(MONDAY)
        self.assertEqual(run(), few)

    def test_lead_and_manager_may_be_missing(self):
        self.team.write({"lead_id": False, "manager_id": False})
        ticket = self.submit(MONDAY)
        self.run_job("2026-06-01 14:30:00")
        self.assertTrue(self.activities(ticket).user_id)

    def test_the_plan_is_nobodys_to_write(self):
        ticket = self.submit(MONDAY).with_user(self.agent)
        for vals in ({"escalation_at": False}, {"escalation_plan": []}):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                ticket.write(vals)

    # === DIGEST AND CAPACITY === #

    def digests(self):
        self.env.flush_all()
        return self.env["mail.mail"].search([("subject", "like", "this morning")])

    def test_the_lead_reads_a_digest_each_working_morning(self):
        breached = self.submit("2026-06-05 09:00:00")
        self.assess(self.submit("2026-06-05 09:00:00"), "2026-06-05 10:00:00")
        breached._mark_breached(utc("2026-06-05 13:00:00"))
        self.run_job("2026-06-06 10:00:00", "watch")
        self.run_job("2026-06-08 08:59:00", "watch")
        self.assertFalse(self.digests())
        for minute in (0, 15, 30):
            self.run_job(f"2026-06-08 09:{minute:02d}:00", "watch")
        mail = self.digests()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.email_to, self.lead.email_formatted)
        self.assertIn(breached.number, mail.body_html)
        self.run_job("2026-06-09 09:00:00", "watch")
        self.assertEqual(len(self.digests()), 2)

    def test_the_figures_of_the_digest_are_right(self):
        now = utc("2026-06-08 09:00:00")
        self.env["cap.ticket"].search(
            [("team_id", "=", self.team.id)]
        ).team_id = self.team.copy({"name": "Other"})
        late = self.submit("2026-06-05 09:00:00")
        self.assess(self.submit("2026-06-05 09:00:00"), "2026-06-05 10:00:00")
        self.submit("2026-06-05 15:30:00")
        late._mark_breached(now)
        with freeze_time(now):
            digest = self.team._prepare_digest(now)
        self.assertEqual((digest["open"], digest["unassessed"]), (3, 2))
        self.assertEqual((digest["overdue"], digest["breached"]), (1, 1))
        self.assertEqual(digest["attainment"], 50)
        self.assertEqual(digest["next"][0], late)

    def test_too_few_people_are_told_to_the_lead_once_a_day(self):
        self.team.write({"handling_minutes": 90, "member_ids": False})
        for _number in range(4):
            self.submit(MONDAY)
        for local in ("2026-06-01 09:15:00", "2026-06-01 09:30:00"):
            self.run_job(local, "watch")
        kind = self.env.ref("connecta_cap.mail_activity_type_capacity")
        pending = self.team.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        self.assertEqual(pending.user_id, self.lead)
        self.assertEqual(len(pending), 1)
        self.assertTrue(self.team._find_too_many(utc("2026-06-01 09:15:00")))
        self.team.write({"handling_minutes": 10})
        self.assertFalse(self.team._find_too_many(utc("2026-06-01 09:15:00")))

    def test_people_on_leave_are_not_on_duty(self):
        now = utc(MONDAY)
        self.assertEqual(self.team._count_on_duty(now)[self.team], 2)
        resource = self.env["resource.resource"].create(
            {"name": "Agent", "user_id": self.agent.id}
        )
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Off",
                "resource_id": resource.id,
                "calendar_id": self.calendar.id,
                "date_from": now - timedelta(hours=1),
                "date_to": now + timedelta(hours=8),
            }
        )
        self.assertEqual(self.team._count_on_duty(now)[self.team], 1)

    def test_a_notice_stays_on_record(self):
        notices = self.env["cap.team.notice"]
        day = utc(MONDAY).date()
        self.assertTrue(notices._take(self.team, "digest", day))
        self.assertFalse(notices._take(self.team, "digest", day))
        with self.assertRaisesRegex(UserError, "never changed"):
            notices.search([("team_id", "=", self.team.id)]).day = day


@tagged("post_install", "-at_install")
class TestTriageOrder(AlertCase):
    """By deadline, and the Priority Line ahead where it harms nobody."""

    def order(self, local, *tickets):
        wanted = self.env["cap.ticket"].union(*tickets)
        records = self.at(self.env["cap.ticket"], local)
        return records._get_triage_order(domain=[("id", "in", wanted.ids)])

    def test_the_priority_line_goes_ahead_only_where_nobody_is_harmed(self):
        self.team.write({"member_ids": self.agent})
        loose = self.submit("2026-06-01 11:00:00")
        tight = self.submit("2026-06-01 09:00:00", self.zeta_user)
        line = self.submit("2026-06-01 11:30:00")
        line._guarded_write({"priority_line": True})
        # 12:45: `tight` is due at 13:00, a look takes ten minutes
        order = self.order("2026-06-01 12:45:00", loose, tight, line)
        self.assertEqual(list(order), [tight, line, loose])
        order = self.order("2026-06-01 11:30:00", loose, tight, line)
        self.assertEqual(list(order), [line, tight, loose])

    def test_equal_deadlines_and_losing_the_tier(self):
        first = self.submit(MONDAY, self.zeta_user)
        line = self.submit(MONDAY)
        line._guarded_write({"priority_line": True})
        later = self.submit(MONDAY, self.zeta_user)
        listed = self.env["cap.ticket"].search(
            [("id", "in", (first | line | later).ids)]
        )
        self.assertEqual(list(listed), [line, later, first])
        line._guarded_write({"priority_line": False})
        listed = self.env["cap.ticket"].search(
            [("id", "in", (first | line | later).ids)]
        )
        self.assertEqual(list(listed), [later, line, first])

    def test_the_next_ticket_is_nobody_elses(self):
        self.env["cap.ticket"].search([("priority", "=", False)])._guarded_write(
            {"active": False}
        )
        mine, theirs = self.submit("2026-06-01 10:00:00"), self.submit(MONDAY)
        theirs.user_id = self.lead
        tickets = self.at(self.env["cap.ticket"], "2026-06-01 10:30:00")
        self.assertEqual(tickets.get_next_ticket(), mine.id)
        tickets = self.at(self.env["cap.ticket"], "2026-06-01 10:30:00", self.lead)
        self.assertEqual(tickets.get_next_ticket(), theirs.id)

    def test_the_queue_costs_the_same_however_long(self):
        def queries(limit):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["cap.ticket"].with_user(self.agent)._get_triage_order(limit=limit)
            return self.env.cr.sql_log_count - before

        partner = self.acme_user.partner_id.id
        self.env["cap.ticket"].create(
            [{"name": "X", "partner_id": partner} for _n in range(60)]
        )
        queries(60)
        self.assertEqual(queries(5), queries(60))
