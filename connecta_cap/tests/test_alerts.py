from datetime import timedelta

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import CapCommon, utc

MONDAY = "2026-06-01 09:00:00"
SUNDAY_NIGHT = "2026-06-07 03:00:00"
ASKED = {
    "is_emergency": "1",
    "blocked_process": "Shipping",
    "blocked_since": "2026-06-01T08:30",
    "callback_phone": "+32 2 123 45 67",
}


class AlertCase(CapCommon):
    """A team with people on call, a lead and a manager."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.on_call = new_test_user(
            cls.env, "cap_on_call", groups="connecta_cap.group_cap_agent"
        )
        cls.lead = cls.users["lead"]
        cls.boss = cls.users["admin"]
        cls.team.write(
            {
                "on_call_ids": [Command.set(cls.on_call.ids)],
                "member_ids": [Command.set((cls.agent | cls.lead).ids)],
                "lead_id": cls.lead.id,
                "manager_id": cls.boss.id,
            }
        )

    def emergency(self, local=MONDAY, user=None, **values):
        return self.submit(local, user, **(ASKED | values))

    def run_alerts(self, local):
        """Run the job as Odoo's scheduler does, at a Brussels clock time."""
        cron = self.env.ref("connecta_cap.ir_cron_cap_alert")
        with freeze_time(utc(local)), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def list_alerts(self, ticket, channel="email"):
        return [
            (alert.due_at, alert.user_id)
            for alert in ticket.alert_ids.sorted(lambda a: (a.due_at, a.user_id.id))
            if alert.channel == channel
        ]

    def buses(self, kind):
        """Return the payloads of a kind that wait for the commit."""
        self.env.cr.precommit.run()
        messages = self.env["bus.bus"].sudo().search([("message", "like", kind)])
        return messages.mapped("message")


@tagged("post_install", "-at_install")
class TestAlerts(AlertCase):
    """An emergency rings until a person acknowledges it; each alert goes out once."""

    def test_the_form_asks_and_the_people_on_call_are_alerted_at_once(self):
        ticket = self.emergency()
        self.assertTrue(ticket.is_emergency)
        self.assertEqual(ticket.blocked_process, "Shipping")
        self.assertEqual(ticket.blocked_since, utc("2026-06-01 08:30:00"))
        self.assertEqual(ticket.ack_deadline, utc("2026-06-01 09:15:00"))
        # before any job has run
        self.assertEqual(
            self.list_alerts(ticket, "screen"), [(utc(MONDAY), self.on_call)]
        )
        self.run_alerts("2026-06-01 09:00:02")
        self.assertEqual(self.list_alerts(ticket), [(utc(MONDAY), self.on_call)])
        mail = self.env["mail.mail"].search([("subject", "like", ticket.number)])
        self.assertEqual(mail.email_to, self.on_call.email_formatted)
        self.assertIn("Shipping", mail.body_html)
        self.assertIn("+32 2 123 45 67", mail.body_html)
        self.assertIn("Auto-Submitted", mail.headers)

    def test_nights_weekends_and_the_switch_of_clocks_do_not_stop_it(self):
        for filed, deadline in (
            (SUNDAY_NIGHT, "2026-06-07 03:15:00"),
            ("2026-03-29 01:50:00", "2026-03-29 03:05:00"),
            ("2026-06-06 23:55:00", "2026-06-07 00:10:00"),
        ):
            with self.subTest(filed):
                since = filed.replace(" ", "T")
                ticket = self.emergency(filed, blocked_since=since)
                self.assertEqual(ticket.ack_deadline, utc(deadline))
                self.run_alerts(filed)
                self.assertEqual(len(self.list_alerts(ticket)), 1)

    def test_it_repeats_and_climbs_until_acknowledged(self):
        ticket = self.emergency()
        for minute in range(0, 31):
            self.run_alerts(f"2026-06-01 09:{minute:02d}:00")
        by_round = {}
        for due, user in self.list_alerts(ticket):
            by_round.setdefault((due - utc(MONDAY)).seconds // 60, set()).add(user)
        first = {self.on_call}
        self.assertEqual(
            by_round,
            {
                0: first,
                5: first,
                10: first | {self.lead},
                15: first | {self.lead},
                20: first | {self.lead, self.boss},
                25: first | {self.lead, self.boss},
                30: first | {self.lead, self.boss},
            },
        )
        self.assertEqual(
            set(
                ticket.alert_ids.filtered(lambda a: a.user_id == self.boss).mapped(
                    "level"
                )
            ),
            {"3"},
        )
        self.at(ticket, "2026-06-01 09:31:00").action_acknowledge()
        count = len(ticket.alert_ids)
        self.run_alerts("2026-06-01 09:59:00")
        self.assertEqual(len(ticket.alert_ids), count)

    def test_running_again_doubles_nothing(self):
        ticket = self.emergency()
        for second in range(5):
            self.run_alerts(f"2026-06-01 09:05:0{second}")
        self.assertEqual(len(self.list_alerts(ticket)), 1)
        self.assertEqual(len(self.list_alerts(ticket, "screen")), 2)

    def test_an_hour_of_silence_is_one_alert_not_twelve(self):
        ticket = self.emergency()
        self.run_alerts("2026-06-01 10:02:00")
        self.assertEqual(
            {due for due, _user in self.list_alerts(ticket)},
            {utc("2026-06-01 10:00:00")},
        )
        self.assertEqual(ticket.alert_at, utc("2026-06-01 10:05:00"))
        levels = ticket.alert_ids.filtered(lambda a: a.channel == "email")
        self.assertEqual(set(levels.mapped("level")), {"3"})

    def test_the_database_refuses_the_same_alert_twice(self):
        ticket = self.emergency()
        alert = ticket.alert_ids[0]
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            alert.copy()

    def test_the_ledger_is_append_only(self):
        alert = self.emergency().alert_ids[0].sudo()
        with self.assertRaisesRegex(UserError, "append-only"):
            alert.sent_at = utc(MONDAY)
        with self.assertRaisesRegex(UserError, "append-only"):
            alert.unlink()

    def test_an_acknowledgement_is_a_persons_and_on_record(self):
        ticket = self.emergency()
        for nobody in (
            ticket.sudo(),
            ticket.with_user(self.users["consultant"]),
            ticket.with_user(self.acme_user),
            ticket.with_user(self.agent).with_context(cron_id=1),
        ):
            with self.assertRaises(AccessError):
                nobody.action_acknowledge()
        self.at(ticket, "2026-06-01 09:07:00").action_acknowledge()
        self.assertEqual(ticket.ack_at, utc("2026-06-01 09:07:00"))
        self.assertEqual(ticket.ack_by_id, self.agent)
        self.assertFalse(ticket.alert_at)
        event = ticket.sla_event_ids.filtered(lambda e: e.kind == "acknowledged")
        self.assertEqual(event.user_id, self.agent)
        # the promise goes on: only an assessment keeps it
        self.assertEqual((ticket.sla_state, ticket.priority), ("running", False))
        with self.assertRaisesRegex(UserError, "acknowledged by cap_agent"):
            self.at(ticket, "2026-06-01 09:08:00", self.lead).action_acknowledge()

    def test_an_assessment_says_that_somebody_has_seen_it(self):
        ticket = self.emergency()
        self.assess(ticket, "2026-06-01 09:05:00", "4")
        self.assertEqual(ticket.ack_by_id, self.agent)
        self.assertFalse(ticket.alert_at)

    def test_no_emergency_after_all_stops_it_and_again_starts_it(self):
        ticket = self.emergency()
        agent = self.at(ticket, "2026-06-01 09:03:00")
        agent.action_reclassify("A single label.")
        self.assertFalse(ticket.alert_at)
        with self.assertRaisesRegex(UserError, "not an emergency"):
            agent.action_acknowledge()
        self.at(ticket, "2026-06-01 09:20:00").is_emergency = True
        self.assertEqual(ticket.emergency_at, utc("2026-06-01 09:20:00"))
        self.assertEqual(ticket.ack_deadline, utc("2026-06-01 09:35:00"))
        self.at(ticket, "2026-06-01 09:21:00").action_acknowledge()
        self.at(ticket, "2026-06-01 09:22:00").action_reclassify("Still not.")
        self.at(ticket, "2026-06-01 09:23:00").is_emergency = True
        self.at(ticket, "2026-06-01 09:24:00").action_acknowledge()
        events = ticket.sla_event_ids.filtered(lambda e: e.kind == "acknowledged")
        self.assertEqual(events.mapped("level"), [0, 1])

    def test_its_end_is_on_record_and_a_return_rings_again(self):
        ticket = self.emergency()
        ticket.with_user(self.acme_user)._portal_close()
        self.assertFalse(ticket.alert_at)
        kinds = ticket.sla_event_ids.mapped("kind")
        self.assertIn("resolved", kinds)
        page = ticket.with_user(self.acme_user)._prepare_portal_values()
        self.assertEqual(page["emergency"]["state"], "over")
        self.at(ticket, "2026-06-01 10:00:00").action_reopen()
        self.assertEqual(ticket.alert_at, utc("2026-06-01 10:00:00"))

    def test_the_screen_hears_of_start_and_end(self):
        ticket = self.emergency()
        self.assertTrue(self.buses("cap.alert/raised"))
        alerts = self.env["cap.alert"].with_user(self.on_call)
        self.assertIn(ticket.id, [row["ticket_id"] for row in alerts._list_ringing()])
        others = self.env["cap.alert"].with_user(self.agent)
        self.assertNotIn(ticket.id, [r["ticket_id"] for r in others._list_ringing()])
        self.at(ticket, "2026-06-01 09:01:00", self.on_call).action_acknowledge()
        self.assertTrue(self.buses("cap.alert/stopped"))
        self.assertNotIn(ticket.id, [r["ticket_id"] for r in alerts._list_ringing()])

    def test_somebody_is_alerted_whoever_is_missing(self):
        self.team.on_call_ids = False
        ticket = self.emergency()
        self.assertEqual(ticket.alert_ids.user_id, self.lead)
        self.team.lead_id = False
        self.assertEqual(self.emergency().alert_ids.user_id, self.agent | self.lead)
        self.team.member_ids = False
        leads = self.emergency().alert_ids.user_id
        self.assertIn(self.lead, leads)
        self.assertTrue(all(leads.mapped("active")))

    def test_who_does_not_see_the_ticket_is_not_alerted(self):
        company = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "cap_far",
            groups="connecta_cap.group_cap_agent",
            company_id=company.id,
            company_ids=[company.id],
        )
        self.team.on_call_ids = stranger | self.on_call
        self.assertEqual(self.emergency().alert_ids.user_id, self.on_call)

    def test_an_sms_goes_out_only_where_it_is_wanted_and_possible(self):
        ticket = self.emergency()
        self.run_alerts("2026-06-01 09:00:01")
        self.assertFalse(self.list_alerts(ticket, "sms"))
        self.team.alert_by_sms = True
        without = self.emergency()
        self.run_alerts("2026-06-01 09:00:02")
        self.assertFalse(self.list_alerts(without, "sms"))
        self.on_call.phone = "+32 470 11 22 33"
        reached = self.emergency()
        self.run_alerts("2026-06-01 09:00:03")
        has_service = "sms.sms" in self.env
        self.assertEqual(len(self.list_alerts(reached, "sms")), int(has_service))
        if has_service:
            sms = self.env["sms.sms"].search([("body", "like", reached.number)])
            self.assertEqual(sms.number, "+32 470 11 22 33")

    def test_staff_files_one_and_the_cover_is_checked(self):
        tickets = self.env["cap.ticket"].with_user(self.agent)
        vals = {
            "name": "Call",
            "partner_id": self.acme_user.partner_id.id,
            "is_emergency": True,
            "blocked_process": "Invoicing",
        }
        ticket = tickets.create(vals)
        self.assertEqual(ticket.alert_ids.user_id, self.on_call)
        lone = self.submit(MONDAY, self.lone_user)
        with self.assertRaisesRegex(UserError, "does not give emergency support"):
            lone.with_user(self.agent).is_emergency = True
        line = self.tiers["advisor"].tier_entitlement_ids.filtered(
            lambda row: row.entitlement_id.code == "emergency"
        )
        line.unlink()
        with self.assertRaisesRegex(UserError, "does not give emergency support"):
            tickets.create(vals)

    def test_fields_of_an_alert_are_nobodys_to_write(self):
        ticket = self.emergency()
        for vals in (
            {"ack_at": utc(MONDAY)},
            {"ack_by_id": self.agent.id},
            {"ack_deadline": utc(MONDAY)},
            {"alert_at": False},
            {"emergency_at": utc(MONDAY)},
        ):
            with self.assertRaisesRegex(UserError, "cannot be set by hand"):
                ticket.with_user(self.agent).write(vals)

    def test_hours_that_cannot_be_counted_are_refused(self):
        calendar = self.team.on_call_calendar_id
        with self.assertRaises(ValidationError):
            calendar.attendance_ids.unlink()
            calendar._check_cap_usable()
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            self.team.ack_minutes = 0
            self.team.flush_recordset()

    def test_another_company_sees_no_alerts(self):
        alerts = self.emergency().alert_ids
        stranger = self.make_stranger()
        self.assertFalse(alerts.with_user(stranger)._filtered_access("read"))
        self.assertTrue(alerts.with_user(self.agent)._filtered_access("read"))

    def test_the_job_is_called_at_each_round(self):
        ticket = self.emergency("2036-06-02 09:00:00", blocked_since="2036-06-02T08:00")
        cron = self.env.ref("connecta_cap.ir_cron_cap_alert")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.assertIn(ticket.alert_at, triggers.mapped("call_at"))


@tagged("post_install", "-at_install")
class TestEmergencyForm(AlertCase):
    """What the client's form asks, offers and says at this very moment."""

    def at_portal(self, local, user=None):
        return self.at(self.env["cap.ticket"], local, user or self.acme_user)

    def test_it_says_what_holds_right_now(self):
        offer = self.at_portal(MONDAY)._portal_emergency()
        self.assertIn("within 15 minutes, now", offer["holds"])
        self.assertIn("09:15", offer["holds"])
        self.assertIn(
            "03:15", self.at_portal(SUNDAY_NIGHT)._portal_emergency()["holds"]
        )
        self.team.on_call_calendar_id = self.calendar
        night = self.at_portal("2026-06-05 22:00:00")._portal_emergency()["holds"]
        self.assertIn("Nobody is on call right now", night)
        self.assertIn("Mon 8 Jun 09:00 CEST", night)
        self.assertIn("Mon 8 Jun 09:15 CEST", night)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Bridge",
                "calendar_id": self.calendar.id,
                "date_from": utc("2026-06-08 00:00:00"),
                "date_to": utc("2026-06-08 23:59:59"),
            }
        )
        night = self.at_portal("2026-06-05 22:00:00")._portal_emergency()["holds"]
        self.assertIn("Tue 9 Jun 09:00 CEST", night)

    def test_the_number_of_the_priority_line_is_for_those_who_have_it(self):
        self.team.priority_phone = "+32 2 000 00 00"
        offer = self.at_portal(MONDAY)._portal_emergency()
        self.assertFalse(offer["contact"])
        self.subscription._start_tier(
            self.tiers["alliance"], self.subscription._cap_today(), "More"
        )
        offer = self.env["cap.ticket"].with_user(self.acme_user)._portal_emergency()
        self.assertEqual(offer["contact"]["phone"], "+32 2 000 00 00")
        covers = self.env["cap.subscription"]
        known = covers.with_user(self.acme_user)._list_portal_subscriptions()
        cover = known._prepare_portal_cover()
        self.assertEqual(cover["priority_contact"]["phone"], "+32 2 000 00 00")
        known = covers.with_user(self.zeta_user)._list_portal_subscriptions()
        cover = known._prepare_portal_cover()
        self.assertFalse(cover["priority_contact"])

    def test_what_is_missing_or_wrong_is_named_and_nothing_is_filed(self):
        before = self.env["cap.ticket"].search_count([])
        for values, words in (
            ({"blocked_process": " "}, "which business process"),
            ({"blocked_process": "x" * 201}, "200 characters"),
            ({"callback_phone": "call me"}, "telephone number"),
            ({"callback_phone": "1" * 60}, "telephone number"),
            ({"blocked_since": "yesterday"}, "since when"),
            ({"blocked_since": ""}, "since when"),
            ({"blocked_since": "0001-01-01T00:00"}, "since when"),
            ({"blocked_since": "2026-06-02T09:00"}, "time to come"),
        ):
            with self.subTest(values), self.assertRaisesRegex(UserError, words):
                self.emergency(**values)
        self.assertEqual(self.env["cap.ticket"].search_count([]), before)

    def test_without_the_mark_nothing_is_asked(self):
        ticket = self.emergency(is_emergency="", blocked_process="")
        self.assertFalse(ticket.is_emergency or ticket.alert_ids)

    def test_without_cover_it_is_neither_offered_nor_taken(self):
        self.assertFalse(
            self.at_portal(MONDAY, self.lone_user)._portal_emergency()["offered"]
        )
        with self.assertRaisesRegex(UserError, "does not include emergency support"):
            self.emergency(user=self.lone_user)
        self.subscription._set_suspended("A pause")
        with self.assertRaisesRegex(UserError, "does not include emergency support"):
            self.emergency()

    def test_the_page_follows_it(self):
        ticket = self.emergency()

        def state(local):
            page = self.at(ticket, local, self.acme_user)._prepare_portal_values()
            return page["emergency"]["state"], page["emergency"]["by"]

        self.assertEqual(state("2026-06-01 09:14:59"), ("ringing", False))
        self.assertEqual(state("2026-06-01 09:15:00"), ("late", False))
        self.at(ticket, "2026-06-01 09:16:00").action_acknowledge()
        self.assertEqual(
            state("2026-06-01 09:17:00"), ("acknowledged", self.agent.name)
        )
        notice = ticket.message_ids.sorted("id")[-1]
        self.assertIn("is on it", notice.body)
        self.assertEqual(notice.subtype_id, self.env.ref("mail.mt_comment"))

    def test_clients_read_what_they_said_and_who_is_on_it_by_name_only(self):
        ticket = self.emergency().with_user(self.acme_user)
        ticket.read(["blocked_process", "ack_at", "ack_deadline"])
        for name in ("alert_ids", "ack_by_id", "alert_at", "escalation_plan"):
            with (
                mute_logger("odoo.addons.base.models.ir_model"),
                self.assertRaises(AccessError),
            ):
                ticket.read([name])

    def test_the_alert_costs_the_same_with_many_open_emergencies(self):
        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            self.env["cap.alert"].with_user(self.on_call)._list_ringing()
            return self.env.cr.sql_log_count - start

        self.emergency()
        queries()
        few = queries()
        for _number in range(8):
            self.emergency()
        self.assertEqual(queries(), few)

    def test_the_switch_of_clocks_leaves_no_gap_in_the_on_call_hours(self):
        calendar = self.team.on_call_calendar_id
        start = utc("2026-03-28 12:00:00")
        timeline, _closures = calendar._cap_timeline(start, start + timedelta(days=3))
        self.assertEqual(len(timeline.spans), 1)
