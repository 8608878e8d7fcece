import json
from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from ..tools.clock import FixedClock
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthPages(HealthCommon):
    """What the dashboards say in words, and tickets about a flow."""

    def page(self, user, minute=240):
        now = self.start + timedelta(minutes=minute)
        pages = self.env["cap.health.page"].with_user(user)
        return pages.with_context(cap_clock=FixedClock(now))

    def play_down(self):
        """A good hour, then a critical flow that stays down after a deployment."""
        at = f"{(self.start + timedelta(minutes=60)).isoformat()}Z"
        errors = [{"class": "Timeout", "message": "No answer", "count": 9}]
        self.send(5, [self.window(0)])
        self.flow().write({"criticality": "4", "ticket_after": 600})
        rows = [
            self.window(
                n,
                ok=1 if n >= 60 else 10,
                failed=9 if n >= 60 else 0,
                p50_ms=50,
                p95_ms=300,
                queue_depth=n,
                errors=errors if n >= 60 else [],
            )
            for n in range(5, 120, 5)
        ]
        rows += [self.window(n, flow="Stock") for n in range(0, 120, 5)]
        self.send(120, rows, deployments=[{"at": at, "text": "Release 7"}])
        self.watch(120)
        self.roll_up()
        return self.flow()

    # === BACKEND === #

    def test_the_worst_environment_comes_first(self):
        self.play_down()
        _calm, secret = self.make_environment(self.subscription, "Calm")
        self.send(120, [self.window(110)], secret=secret, key="calm")
        self.watch(120, _calm)
        page = self.page(self.agent, 120).get_portfolio()
        json.dumps(page)
        mine = ("Acme", "Zeta")
        page["rows"] = [row for row in page["rows"] if row["client"] in mine]
        states = [(row["name"], row["health"]["label"]) for row in page["rows"]]
        self.assertEqual(
            states,
            [("Production", "Down"), ("Zeta production", "No data"), ("Calm", "OK")],
        )
        row = page["rows"][0]
        self.assertEqual(row["zone"], "Europe/Brussels")
        self.assertEqual(row["since"], "Since 1 Jun 09:15, for 45 min")
        self.assertEqual(row["open_incidents"], 1)
        self.assertEqual(row["day_words"], "77 % of 480 runs good, 108 failed")
        self.assertFalse(page["rows"][1]["has_reported"])

    def test_an_environment_in_words(self):
        self.play_down()
        board = self.page(self.consultant, 120).get_environment(self.place.id)
        json.dumps(board)
        today = board["strip"][-1]
        self.assertEqual((today["status"], today["label"]), ("down", "Down"))
        self.assertIn("108 failed", today["words"])
        self.assertEqual(board["troubles"][0]["day"], today["day"])
        counts = {line["state"]: line["count"] for line in board["legend"]}
        self.assertEqual(sum(counts.values()), 90)
        self.assertEqual(board["flows"][0]["name"], "Orders")
        self.assertTrue(board["flows"][0]["spark"]["failed"])
        self.assertFalse(board["flows"][1]["spark"]["failed"])
        self.assertEqual(board["incidents"][0]["label"], "Down")
        self.assertEqual(board["errors"][0]["count"], "108")
        self.assertTrue(board["may_acknowledge"])

    def test_each_period_has_its_figures_and_changes(self):
        self.play_down()
        series = self.page(self.agent, 120).get_environment(self.place.id)["series"]
        lengths = {key: len(one["labels"]) for key, one in series.items()}
        self.assertEqual(lengths, {"24h": 24, "7d": 168, "30d": 30, "90d": 90})
        for key, one in series.items():
            self.assertEqual(sum(one["failed"]), 108, key)
            (mark,) = one["marks"]
            self.assertEqual(mark["text"], "Release 7")
            label = one["labels"][mark["index"]]
            self.assertEqual(label, "1 Jun 09:00" if key in ("24h", "7d") else "1 Jun")

    def test_a_day_of_another_zone_gets_its_change(self):
        # 1 June 23:30 in Brussels is 2 June in Kolkata
        self.place.tz = "Asia/Kolkata"
        at = f"{(self.start + timedelta(minutes=15 * 60 + 30)).isoformat()}Z"
        self.send(
            960,
            [self.window(930)],
            deployments=[{"at": at, "text": "Late release"}],
        )
        self.roll_up()
        board = self.page(self.agent, 960).get_environment(self.place.id)
        series = board["series"]["30d"]
        (mark,) = series["marks"]
        self.assertEqual(board["zone"], "Asia/Kolkata")
        self.assertEqual(series["labels"][mark["index"]], "2 Jun")

    def test_a_flow_in_words(self):
        flow = self.play_down()
        flow.write({"slow_ms": 1500, "owner_note": "Web team"})
        board = self.page(self.agent, 120).get_flow(flow.id)
        json.dumps(board)
        self.assertEqual(board["owner_note"], "Web team")
        self.assertIn("slow from 1,500 ms", board["limits"])
        self.assertEqual(board["windows"][0]["failed"], "9")
        self.assertTrue(board["is_troubled"])
        self.assertTrue(board["may_file"])

    def test_what_is_gone_is_said_and_clients_are_sent_to_their_page(self):
        self.assertEqual(self.page(self.agent).get_environment(0), {})
        self.assertEqual(self.page(self.agent).get_flow(0), {})
        for call in ("get_portfolio", "get_environment", "get_flow"):
            args = [] if call == "get_portfolio" else [self.place.id]
            with self.assertRaises(AccessError):
                getattr(self.page(self.acme_user), call)(*args)

    def test_the_ways_to_a_dashboard(self):
        self.play_down()
        action = self.place.with_user(self.agent).action_view_dashboard()
        self.assertEqual(action["tag"], "cap_health_environment")
        self.assertEqual(action["context"], {"active_id": self.place.id})
        cover = self.subscription.with_user(self.manager)
        self.assertEqual(cover.action_view_health()["tag"], "cap_health_environment")
        self.make_environment(self.subscription, "Second")
        cover.invalidate_recordset()
        action = cover.action_view_health()
        self.assertEqual(action["tag"], "cap_health_portfolio")
        self.assertEqual(action["context"], {"cap_subscription_id": cover.id})

    # === TICKETS === #

    def test_an_agents_ticket_about_a_flow_says_what_is_known(self):
        clock = FixedClock(self.start + timedelta(minutes=120))
        flow = self.play_down().with_user(self.agent).with_context(cap_clock=clock)
        action = flow.action_file_ticket()
        defaults = {
            key.removeprefix("default_"): value
            for key, value in action["context"].items()
        }
        tickets = self.env["cap.ticket"].with_user(self.agent)
        ticket = tickets.with_context(cap_clock=clock).create(defaults)
        self.assertEqual(ticket.flow_id.id, flow.id)
        self.assertEqual(ticket.commercial_partner_id, self.acme)
        self.assertIn("108 × Timeout: No answer", ticket.description)
        self.assertIn("Release 7", ticket.description)
        self.assertIn("108 × Timeout: No answer", ticket.flow_context)
        self.assertEqual(ticket.flow_state, "down")
        board = self.page(self.agent, 120).get_flow(flow.id)
        self.assertEqual(board["tickets"][0]["number"], ticket.number)
        # the open incident names it, so that monitoring files no second one
        incident = flow.sudo().incident_ids
        self.assertEqual(incident.ticket_id, ticket)
        self.watch(900)
        self.assertEqual(
            self.env["cap.ticket"].search([("flow_id", "=", flow.id)]), ticket.sudo()
        )

    def test_a_clients_ticket_about_its_flow(self):
        flow = self.play_down()
        flows = self.env["cap.flow"].with_user(self.acme_user)
        values = flows._portal_ticket_values(str(flow.id))
        self.assertEqual(values["flow_name"], "Shop / Orders")
        self.assertEqual((values["area"], values["requested_urgency"]), ("flow", "4"))
        tickets = self.env["cap.ticket"].with_user(self.acme_user)
        ticket = tickets._portal_submit(values)
        self.assertEqual(ticket.sudo().flow_id, flow)
        self.assertEqual(flow.incident_ids.ticket_id, ticket.sudo())

    def test_a_flow_of_somebody_else_is_neither_shown_nor_taken(self):
        flow = self.play_down()
        flows = self.env["cap.flow"].with_user(self.zeta_user)
        tickets = self.env["cap.ticket"].with_user(self.zeta_user)
        values = {
            "name": "Mine",
            "description": "x",
            "area": "flow",
            "requested_urgency": "2",
        }
        for wrong in (str(flow.id), "0", "999999", "x", "1e9"):
            self.assertEqual(flows._portal_ticket_values(wrong), {}, wrong)
            with self.assertRaises(UserError):
                tickets._portal_submit(values | {"flow_id": wrong})
        self.assertEqual(flows._portal_ticket_values(None), {})
        self.assertTrue(tickets._portal_submit(values | {"flow_id": ""}))

    def test_a_ticket_and_its_flow_are_of_one_client(self):
        flow = self.play_down()
        tickets = self.env["cap.ticket"].with_user(self.agent)
        contact = self.zeta_user.partner_id
        with self.assertRaisesRegex(ValidationError, "Shop / Orders"):
            tickets.create({"name": "T", "partner_id": contact.id, "flow_id": flow.id})

    # === BUDGET === #

    def fill_year(self):
        """Give the environment 100 flows and a year of days, by the hour for a week."""
        flows = self.env["cap.flow"].create(
            [
                {"environment_id": self.place.id, "name": f"F{n}", "key": f"f{n}"}
                for n in range(100)
            ]
        )
        self.env.flush_all()
        sums = (
            "windows, seconds, ok, failed, skipped, timed, p50_ms, p95_ms, p95_max_ms,"
            " queue_max, oldest_max_s"
        )
        figures = "12, 3600, 500, 3, 0, 503, 90, 400, 900, 4, 60"
        for table, column, cast, step, first in (
            ("cap_health_day", "day", "date", "1 day", "365 days"),
            ("cap_health_hour", "hour", "timestamp", "1 hour", "8 days"),
        ):
            self.env.cr.execute(
                f"""INSERT INTO {table} (environment_id, flow_id, {column}, {sums})
                SELECT f.environment_id, f.id, at::{cast}, {figures}
                FROM cap_flow f, generate_series(
                    %s::timestamp - interval '{first}', %s::timestamp, '{step}') at
                WHERE f.id = ANY(%s)""",
                (self.start, self.start, flows.ids),
            )
        self.env.cr.execute(
            """INSERT INTO cap_health_incident (environment_id, flow_id, kind,
                opened_at, closed_at, down_at, company_id, partner_id)
            SELECT environment_id, id, 'down', %s, %s, %s, company_id, partner_id
            FROM cap_flow WHERE id = ANY(%s)""",
            (
                self.start - timedelta(days=3),
                self.start - timedelta(days=2),
                self.start - timedelta(days=3),
                flows.ids,
            ),
        )
        self.env.invalidate_all()
        return flows

    def count(self, call):
        call()  # fills the caches, as the first request does
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_a_year_of_a_hundred_flows_costs_25_queries(self):
        flows = self.fill_year()
        place = self.place.with_user(self.acme_user)
        flow = flows[0].with_user(self.acme_user)
        staff, client = self.page(self.agent, 10), self.page(self.acme_user, 10)
        board = staff.get_environment(self.place.id)
        self.assertEqual(len(board["flows"]), 100)
        self.assertEqual(sum(board["series"]["90d"]["failed"]), 27000)
        for call in (
            staff.get_portfolio,
            lambda: staff.get_environment(self.place.id),
            lambda: staff.get_flow(flows[0].id),
            client._prepare_portal_list,
            lambda: client._prepare_portal_environment(place, "90d"),
            lambda: client._prepare_portal_flow(flow, "90d"),
        ):
            self.assertLessEqual(self.count(call), 25)
