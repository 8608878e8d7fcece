import json
from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.clock import FixedClock
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthDashboard(HealthCommon):
    """What dashboards, reports and audits read, and who may."""

    def play_story(self):
        """Two good hours, half a bad one after a deployment, then good again."""
        at = f"{(self.start + timedelta(minutes=120)).isoformat()}Z"
        errors = [{"class": "Timeout", "message": "No answer", "count": 8}]
        rows = []
        for n in range(0, 240, 5):
            bad = 120 <= n < 150
            rows.append(
                self.window(
                    n,
                    ok=2 if bad else 10,
                    failed=8 if bad else 0,
                    p50_ms=50,
                    p95_ms=900 if bad else 300,
                    errors=errors if bad else [],
                )
            )
            rows.append(self.window(n, flow="Stock"))
        self.send(240, rows, deployments=[{"at": at, "text": "Release 7"}])
        self.watch(240)
        self.roll_up()
        self.flow().criticality = "4"
        return self.start + timedelta(minutes=240)

    def test_the_portfolio(self):
        now = self.play_story()
        environments = (self.place | self.other).with_user(self.agent)
        rows = environments._get_dashboard_data(environments, now)
        json.dumps(rows)
        self.assertEqual(
            [row["name"] for row in rows], ["Zeta production", "Production"]
        )
        row = rows[1]
        self.assertEqual(row["state"], "ok")
        self.assertEqual(row["flows"]["ok"], 2)
        self.assertEqual((row["day"]["ok"], row["day"]["failed"]), (912, 48))
        self.assertEqual(len(row["hours"]), 24)
        self.assertEqual(row["client"], "Acme")

    def test_one_environment(self):
        now = self.play_story()
        data = self.place.with_user(self.agent)._get_environment_data(now)
        json.dumps(data)
        self.assertEqual(len(data["strip"]), 90)
        today = data["strip"][-1]
        self.assertEqual((today["day"], today["status"]), ("2026-06-01", "down"))
        self.assertEqual(today["down_minutes"], 30)
        self.assertEqual(data["strip"][0]["status"], "no_data")
        self.assertEqual(len(data["hourly"]), 168)
        self.assertEqual(data["hourly"][-1]["at"], "2026-06-01T10:00:00Z")
        self.assertEqual(
            [row["name"] for row in data["flow_rows"]], ["Orders", "Stock"]
        )
        self.assertEqual(data["errors"][0]["count"], 48)
        self.assertEqual(data["incidents"][0]["kind"], "down")
        marks = [mark["text"] for mark in data["marks"] if mark["kind"] == "deploy"]
        self.assertEqual(marks, ["Release 7"])
        self.assertTrue(0.9 < data["uptime"] < 1)

    def test_one_flow(self):
        now = self.play_story()
        data = self.flow().with_user(self.agent)._get_flow_data(now)
        json.dumps(data)
        self.assertEqual(data["strip"][-1]["down_minutes"], 30)
        self.assertEqual(len(data["samples"]), 48)
        self.assertEqual(data["errors"][0]["title"], "Timeout: No answer")
        self.assertEqual(sum(hour["failed"] for hour in data["hourly"]), 48)

    def test_the_number_of_queries_does_not_grow_with_flows(self):
        self.play_story()

        def count(call):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            call()
            return self.env.cr.sql_log_count - before

        now = self.start + timedelta(minutes=240)
        place = self.place.with_user(self.agent)

        def call():
            place._get_environment_data(now)

        count(call)
        few = count(call)
        rows = [self.window(n % 4 * 5, flow=f"F{n // 4}") for n in range(400)]
        self.send(241, rows)
        self.roll_up()
        many = count(call)
        self.assertLessEqual(many, few)
        self.assertLessEqual(many, 25)

    # === ACCESS === #

    def test_a_client_reads_its_own_and_no_other(self):
        now = self.play_story()
        mine = self.place.with_user(self.acme_user)
        self.assertEqual(mine._get_environment_data(now)["name"], "Production")
        self.assertTrue(self.flow().with_user(self.acme_user)._get_flow_data(now))
        for user in (self.zeta_user, self.lone_user):
            with self.assertRaises(AccessError):
                self.place.with_user(user)._get_environment_data(now)
            with self.assertRaises(AccessError):
                self.flow().with_user(user)._get_flow_data(now)
            for model in ("cap.environment", "cap.flow", "cap.health.incident"):
                visible = self.env[model].with_user(user).search([])
                self.assertFalse(
                    visible.sudo().filtered(lambda r: r.partner_id == self.acme)
                )
        self.assertEqual(
            self.env["cap.flow"].with_user(self.acme_user).search([]),
            self.place.flow_ids,
        )

    def test_a_client_reads_the_whitelist_only(self):
        self.play_story()
        mine = [("environment_id", "=", self.place.id)]
        incident = self.env["cap.health.incident"].search(mine, limit=1)
        for record in (self.place, self.flow(), incident):
            record = record.with_user(self.acme_user)
            record.read(sorted(record._portal_readable_fields()))
            for name in ("create_uid", "write_date"):
                with self.assertRaises(AccessError):
                    record.read([name])
        with self.assertRaises(AccessError):
            self.place.with_user(self.acme_user).read(["token_ids"])

    def test_another_company_sees_nothing(self):
        self.play_story()
        company = self.env["res.company"].create({"name": "Other"})
        stranger = self.users["admin"].copy(
            {
                "login": "cap_health_stranger",
                "company_id": company.id,
                "company_ids": [company.id],
            }
        )
        for model in (
            "environment",
            "flow",
            "environment.token",
            "health.incident",
            "health.rule",
            "health.report",
            "health.sample",
            "health.hour",
            "health.day",
            "health.error",
            "health.mark",
            "health.error.day",
            "health.error.count",
        ):
            records = self.env[f"cap.{model}"].search([])
            self.assertTrue(records, model)
            self.assertFalse(
                records.with_user(stranger)._filtered_access("read"), model
            )

    # === SCORE === #

    def test_the_score_has_a_line_for_each_point(self):
        clock = FixedClock(self.play_story())
        self.place.with_context(cap_clock=clock)._score()
        self.assertTrue(self.place.has_score)
        lines = self.place.score_lines
        self.assertEqual(
            self.place.score, round(100 - sum(line["points"] for line in lines))
        )
        self.assertIn("of runs failed", self.place.score_text)
        before = self.place.score_ids
        self.place.with_context(cap_clock=clock)._score()
        self.assertEqual(self.place.score_ids, before)

    def test_without_data_the_score_is_grey(self):
        self.other._score()
        self.assertFalse(self.other.has_score)
        self.assertIn("Nothing ran", self.other.score_text)

    # === SEAMS === #

    def test_audits_learn_from_monitoring(self):
        self.play_story()
        provider = self.env["cap.monitoring.provider"]
        self.assertFalse(provider._is_connected(self.zeta_subscription))
        self.assertTrue(provider._is_connected(self.subscription))
        first = self.start.date()
        days = (self.subscription, first, first + timedelta(days=1))
        texts = [row["text"] for row in provider._list_changed_flows(*days)]
        self.assertTrue(any("Release 7" in text for text in texts))
        self.assertEqual(
            provider._list_error_groups(*days),
            [{"flow": "Shop / Orders", "text": "Timeout: No answer (48 times)"}],
        )
        self.assertFalse(provider._list_slow_flows(*days))
        self.flow().slow_ms = 100
        self.assertEqual(provider._list_slow_flows(*days)[0]["flow"], "Shop / Orders")
        figures = provider._get_flow_figures(self.subscription, "orders", *days[1:])
        self.assertEqual(figures["runs"], 480)
        self.assertAlmostEqual(figures["error_share"], 0.1)
        self.assertEqual(figures["duration_ms"], 375)
        self.assertEqual(
            provider._get_flow_figures(self.subscription, "x", *days[1:]), {}
        )

    def test_a_report_says_how_environments_did(self):
        self.play_story()
        days = (self.start.date(), self.start.date() + timedelta(days=1))
        rows = self.subscription._prepare_health_lines(*days)["rows"]
        self.assertIn(["Production", "95 % of 960 runs good"], rows)
        self.assertIn(["Incidents: Down", "1"], rows)
        self.assertIsNone(self.zeta_subscription._prepare_health_lines(*days))

    def test_the_subscription_shows_its_worst_production(self):
        self.play_story()
        self.assertEqual(self.subscription.health_state, "ok")
        self.assertEqual(self.zeta_subscription.health_state, "no_data")

    def test_a_ticket_about_a_flow_brings_its_figures(self):
        clock = FixedClock(self.play_story())
        flow = self.flow().with_user(self.acme_user).with_context(cap_clock=clock)
        context = flow._get_ticket_context()
        json.dumps(context)
        self.assertEqual(context["urgency"], "4")
        self.assertIn("48 × Timeout: No answer", context["text"])
        self.assertIn("Release 7", context["text"])
        with self.assertRaises(AccessError):
            self.flow().with_user(self.zeta_user)._get_ticket_context()
