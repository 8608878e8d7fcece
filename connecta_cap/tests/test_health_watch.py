from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.clock import FixedClock
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthWatch(HealthCommon):
    """States, incidents, notices and tickets that follow from what is reported."""

    def incidents(self, **values):
        domain = [("environment_id", "=", self.place.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["cap.health.incident"].search(domain)

    def test_a_new_environment_has_no_data_and_no_incident(self):
        self.watch(0)
        self.assertEqual(self.place.state, "no_data")
        self.assertFalse(self.incidents())

    def test_good_windows_are_ok(self):
        self.play(0, 10)
        self.assertEqual(self.flow().state, "ok")
        self.assertEqual(self.place.state, "ok")
        self.assertFalse(self.incidents())

    def test_one_bad_window_alarms_nobody(self):
        end = self.play(0, 30)
        end = self.play(end, 5, failed=10, ok=0)
        end = self.play(end, 30)
        self.assertEqual(self.flow().state, "ok")
        self.assertFalse(self.incidents())

    def test_three_bad_ones_open_an_incident_and_three_good_ones_close_it(self):
        end = self.play(0, 30)
        end = self.play(end, 15, failed=10, ok=0)
        incident = self.incidents()
        self.assertEqual(incident.kind, "down")
        self.assertEqual(incident.opened_at, self.start + timedelta(minutes=end))
        self.assertEqual(self.flow().state, "down")
        self.assertEqual(self.place.state, "degraded")  # the flow is of normal weight
        end = self.play(end, 10)
        self.assertFalse(incident.closed_at)
        end = self.play(end, 5)
        self.assertEqual(incident.closed_at, self.start + timedelta(minutes=end))
        self.assertEqual(incident.ended, "recovered")
        self.assertEqual(self.place.state, "ok")

    def test_a_state_holds_since_it_began_however_late_that_is_seen(self):
        self.play(0, 10)
        self.flow().criticality = "4"
        windows = [self.window(minute) for minute in range(10, 60, 5)]
        windows += [self.window(minute, failed=9, ok=0) for minute in range(60, 90, 5)]
        self.send(90, windows)
        self.watch(100)
        began = self.start + timedelta(minutes=75)  # the end of the third bad window
        self.assertEqual((self.place.state, self.flow().state), ("down", "down"))
        self.assertEqual(self.incidents().opened_at, began)
        self.assertEqual(self.flow().state_since, began)
        self.assertEqual(self.place.state_since, began)
        self.watch(103)
        self.assertEqual(self.flow().state_since, began)
        self.send(150, [self.window(minute) for minute in range(90, 130, 5)])
        self.watch(130)
        self.assertEqual(self.place.state, "ok")
        self.assertEqual(self.place.state_since, self.start + timedelta(minutes=105))

    def test_what_came_and_went_between_two_looks_is_a_new_state(self):
        self.play(0, 10)
        windows = [self.window(minute, failed=9, ok=0) for minute in range(10, 25, 5)]
        windows += [self.window(minute) for minute in range(25, 60, 5)]
        self.send(60, windows)
        self.watch(60)
        self.assertEqual(self.flow().state, "ok")
        self.assertEqual(self.flow().state_since, self.incidents().closed_at)

    def test_what_gets_worse_is_one_incident_that_keeps_the_worst(self):
        end = self.play(0, 15, failed=2, ok=8)
        incident = self.incidents()
        self.assertEqual(incident.kind, "degraded")
        end = self.play(end, 15, failed=8, ok=2)
        self.assertEqual(self.incidents(), incident)
        self.assertEqual(incident.kind, "down")
        end = self.play(end, 15, failed=2, ok=8)
        self.assertEqual((incident.kind, incident.is_down), ("down", False))
        self.assertEqual(self.flow().state, "degraded")
        end = self.play(end, 15, failed=8, ok=2)
        end = self.play(end, 15)
        now = self.start + timedelta(minutes=end)
        spans = incident._list_down_spans(now)
        lengths = [(stop - start).total_seconds() / 60 for start, stop in spans]
        self.assertEqual(lengths, [15, 15])

    def test_what_happened_while_nobody_looked_is_found_in_order(self):
        bad = {"failed": 10, "ok": 0}
        windows = [
            self.window(n, **(bad if 15 <= n < 30 else {})) for n in range(0, 60, 5)
        ]
        self.send(60, windows)
        self.watch(60)
        incident = self.incidents()
        self.assertEqual(incident.opened_at, self.start + timedelta(minutes=30))
        self.assertEqual(incident.closed_at, self.start + timedelta(minutes=45))
        # it was over before anybody could be told
        self.assertFalse(incident.notice_ids)

    def test_several_outages_are_found_in_one_look(self):
        bad = {"failed": 10, "ok": 0}
        outages = (range(15, 30), range(60, 75), range(105, 120))
        windows = [
            self.window(n, **(bad if any(n in span for span in outages) else {}))
            for n in range(0, 120, 5)
        ]
        self.send(120, windows)
        self.watch(120)
        found = self.incidents().sorted("opened_at")
        opened = [self.start + timedelta(minutes=span.stop) for span in outages]
        self.assertEqual(found.mapped("opened_at"), opened)
        self.assertEqual([bool(one.closed_at) for one in found], [True, True, False])

    def test_looking_twice_changes_nothing(self):
        end = self.play(0, 15, failed=10, ok=0)
        before = self.incidents().read()
        self.watch(end)
        self.watch(end)
        self.assertEqual(self.incidents().read(), before)

    def test_silence_is_its_own_state_and_one_incident(self):
        end = self.play(0, 30)
        self.watch(end + 15)
        self.assertEqual(self.place.state, "ok")
        self.watch(end + 16)
        self.assertEqual((self.place.state, self.flow().state), ("no_data", "no_data"))
        incident = self.incidents()
        self.assertEqual(
            (incident.kind, incident.flow_id), ("no_data", self.flow().browse())
        )
        self.assertEqual(incident.opened_at, self.start + timedelta(minutes=end + 15))
        self.assertEqual(self.place.state_since, incident.opened_at)
        self.watch(end + 60)
        self.assertEqual(self.incidents(), incident)
        self.play(end + 60, 5)
        self.assertTrue(incident.closed_at)
        self.assertEqual(self.place.state, "ok")

    def test_a_flow_that_falls_silent_alone(self):
        self.play(0, 10)
        for minute in range(10, 60, 5):
            self.send(minute + 5, [self.window(minute, flow="Stock")])
        self.watch(60)
        self.assertEqual(self.flow().state, "no_data")
        self.assertEqual(self.incidents().flow_id, self.flow())
        self.assertEqual(self.place.state, "ok")
        self.flow().criticality = "3"
        self.watch(60)
        self.assertEqual(self.place.state, "no_data")

    def test_a_silent_weekend_is_found_afterwards(self):
        self.send(10, [self.window(0), self.window(5)])
        self.send(305, [self.window(300)])
        self.watch(305)
        incident = self.incidents()
        self.assertEqual(incident.kind, "no_data")
        self.assertEqual(incident.opened_at, self.start + timedelta(minutes=25))
        self.assertEqual(incident.closed_at, self.start + timedelta(minutes=300))

    def test_a_pause_closes_and_keeps_quiet(self):
        end = self.play(0, 15, failed=10, ok=0)
        incident = self.incidents()
        self.place.is_paused = True
        self.watch(end)
        self.assertEqual((self.place.state, self.flow().state), ("paused", "paused"))
        self.assertEqual(incident.ended, "paused")
        end = self.play(end, 30, failed=10, ok=0)
        self.assertEqual(self.incidents(), incident)
        self.place.is_paused = False
        self.play(end, 15)
        self.assertEqual(self.flow().state, "ok")

    def test_maintenance_counts_for_nothing(self):
        self.env["cap.environment.maintenance"].create(
            {
                "environment_id": self.place.id,
                "name": "Upgrade",
                "start": self.start,
                "stop": self.start + timedelta(minutes=30),
            }
        )
        self.play(0, 15, failed=10, ok=0)
        self.assertEqual(self.place.state, "paused")
        self.play(15, 30)
        self.assertFalse(self.incidents())
        self.assertEqual(self.place.state, "ok")

    def test_slow_and_queue_limits_degrade(self):
        self.play(0, 5)
        self.flow().slow_ms = 1000
        self.play(5, 15, p95_ms=2000)
        self.assertEqual(self.flow().state, "degraded")
        self.flow().write({"slow_ms": 0, "queue_limit": 5})
        self.play(20, 15)
        self.assertEqual(self.flow().state, "ok")
        self.play(35, 15, ok=0, queue_depth=9)
        self.assertEqual(self.flow().state, "degraded")

    # === TELLING === #

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "like", "manager")])

    def test_people_are_told_once_and_of_the_end(self):
        self.manager.email = "manager@test.example"
        before = self.mails()
        end = self.play(0, 15, failed=10, ok=0)
        first = self.mails() - before
        self.assertEqual(len(first), 1)
        self.assertIn("Down: Shop / Orders", first.subject)
        end = self.play(end, 30, failed=10, ok=0)
        self.assertEqual(self.mails() - before, first)
        self.play(end, 15)
        over = self.mails() - before - first
        self.assertEqual(len(over), 1)
        self.assertIn("Over:", over.subject)

    def test_rules_say_who_hears_of_what_and_when(self):
        self.manager.email = "manager@test.example"
        self.place.rule_ids.write({"min_criticality": "3", "delay": 10})
        before = self.mails()
        end = self.play(0, 30, failed=10, ok=0)
        self.assertEqual(self.mails(), before)
        self.flow().criticality = "4"
        self.watch(end)
        self.assertEqual(len(self.mails() - before), 1)

    def test_a_delay_is_waited_for(self):
        self.manager.email = "manager@test.example"
        self.place.rule_ids.delay = 10
        before = self.mails()
        end = self.play(0, 15, failed=10, ok=0)
        self.assertEqual(self.mails(), before)
        self.watch(end + 10)
        self.assertEqual(len(self.mails() - before), 1)

    def test_a_rule_of_working_hours_tells_when_they_begin(self):
        self.manager.email = "manager@test.example"
        hours = self.env.ref("connecta_cap.resource_calendar_response")
        self.place.rule_ids.calendar_id = hours
        before = self.mails()
        self.play(0, 60, failed=10, ok=0)  # until nine, when the hours begin
        told = self.mails() - before
        self.assertEqual(len(told), 1)
        self.assertIn("08:15", told.body_html)
        self.assertEqual(
            self.incidents().notice_ids.sent_at, self.start + timedelta(minutes=60)
        )

    def test_what_was_over_before_the_hours_began_is_not_told(self):
        self.manager.email = "manager@test.example"
        hours = self.env.ref("connecta_cap.resource_calendar_response")
        self.place.rule_ids.calendar_id = hours
        before = self.mails()
        end = self.play(0, 15, failed=10, ok=0)
        self.play(end, 60)
        self.assertTrue(self.incidents().closed_at)
        self.assertEqual(self.mails(), before)

    # === TICKETS === #

    def fall(self):
        self.play(0, 5)
        self.flow().criticality = "4"
        self.place.ticket_after = 30
        return self.play(
            5,
            15,
            failed=9,
            ok=1,
            errors=[
                {"class": "Timeout", "message": "No answer from 10.0.0.7", "count": 9}
            ],
        )

    def test_a_critical_flow_that_stays_down_opens_one_ticket(self):
        end = self.fall()
        self.assertFalse(self.incidents().ticket_id)
        self.roll_up()
        self.play(end, 30, failed=9, ok=1)
        ticket = self.incidents().ticket_id
        self.assertEqual(ticket.channel, "monitor")
        self.assertEqual(ticket.subscription_id, self.subscription)
        self.assertEqual(ticket.flow_id, self.flow())
        self.assertFalse(ticket.priority)
        self.assertEqual(ticket.sla_state, "running")
        self.assertIn("Timeout: No answer from <n>", ticket.description)
        self.play(end + 30, 60, failed=9, ok=1)
        monitored = self.env["cap.ticket"].search([("flow_id", "=", self.flow().id)])
        self.assertEqual(monitored, ticket)

    def test_who_falls_again_gets_no_second_ticket_while_one_is_open(self):
        end = self.play(self.fall(), 30, failed=9, ok=1)
        ticket = self.incidents().ticket_id
        end = self.play(end, 20)
        self.play(end, 60, failed=9, ok=1)
        incidents = self.incidents()
        self.assertEqual(len(incidents), 2)
        self.assertEqual(incidents.ticket_id, ticket)

    def test_a_flow_that_is_not_critical_opens_none(self):
        self.play(0, 120, failed=10, ok=0)
        self.assertFalse(self.incidents().ticket_id)

    # === VERBS === #

    def test_an_agent_acknowledges_and_changes_nothing_else(self):
        self.play(0, 15, failed=10, ok=0)
        incident = self.incidents().with_user(self.agent)
        incident.action_acknowledge()
        self.assertEqual(incident.ack_by_id, self.agent)
        at = incident.ack_at
        incident.with_user(self.consultant).action_acknowledge()
        self.assertEqual((incident.ack_by_id, incident.ack_at), (self.agent, at))
        incident.note = "The shop was down."
        with self.assertRaises(UserError):
            incident.closed_at = self.start
        with self.assertRaises(AccessError):
            incident.with_user(self.acme_user).action_acknowledge()

    def test_states_cannot_be_written(self):
        self.play(0, 5)
        for record in (self.place, self.flow()):
            with self.assertRaises(UserError):
                record.with_user(self.consultant).state = "ok"

    # === JOBS === #

    def test_the_jobs_do_it_by_themselves(self):
        self.send(5, [self.window(0)])
        clock = FixedClock(self.start + timedelta(minutes=6))
        due = self.env["cap.environment"]._find_due(clock.now)
        self.assertIn(self.place.id, due)
        with self.enter_registry_test_mode():
            for name in ("watch", "roll_up", "score", "purge"):
                job = self.env.ref(f"connecta_cap.ir_cron_cap_health_{name}")
                job.method_direct_trigger()
        self.place.invalidate_recordset()
        self.assertTrue(self.place.last_report_at)
        self.assertFalse(self.env["cap.health.dirty"].search([]))

    def test_versions_and_zone_come_from_reports(self):
        facts = {
            "connecta_version": "4.1",
            "odoo_version": "18.0",
            "time_zone": "Asia/Tokyo",
        }
        self.send(5, [], environment=facts)
        self.watch(5)
        self.assertEqual(self.place.connecta_version, "4.1")
        self.assertEqual(self.place.tz, "Asia/Tokyo")
        self.send(10, [], environment=facts | {"connecta_version": "4.2"})
        self.watch(10)
        mark = self.env["cap.health.mark"].search(
            [("environment_id", "=", self.place.id)]
        )
        self.assertEqual(mark.text, "Connecta 4.1 → 4.2")
