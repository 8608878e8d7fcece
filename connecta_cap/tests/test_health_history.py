from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.health_report import ReportError
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthHistory(HealthCommon):
    """What has reported is archived; who deletes it, and what stays then."""

    def setUp(self):
        super().setUp()
        self.admin = self.users["admin"]

    def fall(self):
        """Let a critical flow fall and open a ticket; return both."""
        self.play(0, 5)
        self.flow().criticality = "4"
        self.place.ticket_after = 10
        self.play(5, 45, failed=9, ok=1)
        self.roll_up()
        ticket = self.place.incident_ids.ticket_id
        self.assertEqual(ticket.channel, "monitor")
        self.assertTrue(ticket.health_incident_id)
        return self.flow(), ticket

    def count(self, *models):
        mine = [("environment_id", "=", self.place.id)]
        return {
            name: self.env[f"cap.{name}"]
            .with_context(active_test=False)
            .search_count(mine)
            for name in models
        }

    def test_what_has_reported_is_archived_not_deleted(self):
        self.send(5, [self.window(0)])
        tables = ("flow", "health.sample", "health.report", "health.mark")
        before = self.count(*tables)
        for record in (self.flow(), self.place):
            known = record.with_user(self.consultant)
            for user in (self.consultant, self.admin):
                with (
                    self.subTest(record=record._name, user=user.login),
                    self.assertRaisesRegex(UserError, "Archive it instead"),
                    self.env.cr.savepoint(),
                ):
                    record.with_user(user).unlink()
            known.active = False
            with (
                self.assertRaisesRegex(UserError, "Only an administrator"),
                self.env.cr.savepoint(),
            ):
                known.unlink()
        self.assertEqual(self.count(*tables), before)

    def test_an_archived_flow_still_takes_what_is_reported(self):
        self.send(5, [self.window(0)])
        flow = self.flow()
        flow.active = False
        self.assertEqual(self.send(10, [self.window(5)])["accepted"], 1)
        self.assertEqual(self.count("flow", "health.sample")["health.sample"], 2)
        self.assertEqual(self.count("flow")["flow"], 1)

    def test_days_alone_are_history_too(self):
        self.send(5, [self.window(0)])
        self.roll_up()
        self.env["cap.health.sample"].search([]).unlink()  # as the purge does
        with self.assertRaisesRegex(UserError, "Archive it instead"):
            self.flow().with_user(self.consultant).unlink()

    def test_what_never_reported_is_deleted(self):
        flow = (
            self.env["cap.flow"]
            .with_user(self.consultant)
            .create({"name": "Typo", "key": "typo", "environment_id": self.place.id})
        )
        ticket = self.submit("2026-06-01 09:00:00")
        ticket.flow_id = flow
        flow.unlink()
        self.assertFalse(ticket.flow_id)
        place = self.other.with_user(self.consultant)
        place.unlink()
        self.assertFalse(place.exists())

    def test_an_administrator_deletes_an_archived_flow_and_its_ticket_stays(self):
        flow, ticket = self.fall()
        flow.active = False
        flow.with_user(self.admin).unlink()
        self.env.flush_all()
        self.assertFalse(flow.exists())
        self.assertFalse(ticket.flow_id or ticket.health_incident_id)
        self.assertIn("Orders", ticket.description)
        self.assertEqual(
            self.count("health.sample", "health.day"),
            {
                "health.sample": 0,
                "health.day": 0,
            },
        )
        self.assertFalse(self.place.incident_ids)
        # who still reports it makes it anew
        self.send(60, [self.window(55)])
        self.assertTrue(self.flow())

    def test_an_administrator_deletes_an_archived_environment(self):
        flow, ticket = self.fall()
        flow.message_post(body="Whose is it?")
        talk = [("model", "=", "cap.flow"), ("res_id", "=", flow.id)]
        self.assertTrue(self.env["mail.message"].search(talk))
        self.place.active = False
        with self.assertRaises(ReportError) as caught:
            self.send(60, [self.window(55)])
        self.assertEqual(caught.exception.status, 401)
        self.place.with_user(self.admin).unlink()
        self.env.flush_all()
        self.assertFalse(flow.exists())
        self.assertTrue(ticket.exists())
        self.assertFalse(ticket.flow_id or ticket.health_incident_id)
        self.assertFalse(self.env["mail.message"].search(talk))
        self.assertTrue(self.other.exists())

    def test_nobody_else_deletes(self):
        self.send(5, [self.window(0)])
        for user in (self.agent, self.manager, self.users["user"], self.acme_user):
            for record in (self.flow(), self.place):
                with (
                    self.subTest(record=record._name, user=user.login),
                    self.assertRaises(AccessError),
                    self.env.cr.savepoint(),
                ):
                    record.with_user(user).unlink()
        self.assertTrue(self.flow())
