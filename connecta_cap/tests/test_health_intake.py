import json
from datetime import UTC, timedelta, timezone

from odoo.tests import tagged

from ..const import ERROR_GROUPS_A_DAY, MAX_FLOWS
from ..tools.clock import FixedClock
from ..tools.health_report import ReportError
from .health_common import HealthCommon


@tagged("post_install", "-at_install")
class TestHealthIntake(HealthCommon):
    """What is kept of reports, and what is refused."""

    def samples(self, place=None):
        return self.env["cap.health.sample"].search(
            [("environment_id", "=", (place or self.place).id)]
        )

    def refused(self, status, code, call, *args, **kwargs):
        with self.assertRaises(ReportError) as caught:
            call(*args, **kwargs)
        self.assertEqual(
            (caught.exception.status, caught.exception.code), (status, code)
        )
        return caught.exception

    def marks(self, kind):
        return self.env["cap.health.mark"].search(
            [("environment_id", "=", self.place.id), ("kind", "=", kind)]
        )

    def test_a_report_makes_its_flows_and_samples(self):
        answer = self.send(
            10,
            [
                self.window(
                    0, p50_ms=80, p95_ms=200.5, queue_depth=3, oldest_pending_s=9
                ),
                self.window(5, flow="Stock"),
            ],
        )
        self.assertEqual((answer["accepted"], answer["rejected"]), (2, []))
        sample = self.samples().filtered(lambda one: one.flow_id.name == "Orders")
        self.assertEqual((sample.ok, sample.p95_ms, sample.queue_depth), (10, 200.5, 3))
        self.assertEqual(sample.window_start, self.start)
        self.assertEqual(self.flow().partner_id, self.acme)
        self.assertEqual(self.flow().company_id, self.place.company_id)
        marks = self.marks("added")
        self.assertEqual(len(marks), 2)

    def test_the_same_report_ten_times_is_one(self):
        answers = [self.send(10, [self.window(0)], key="k") for _n in range(10)]
        self.assertEqual(len(self.samples()), 1)
        self.assertEqual([one["replayed"] for one in answers], [False] + [True] * 9)
        self.assertTrue(all(one["accepted"] == 1 for one in answers))
        self.assertEqual(
            self.env["cap.health.report"].search_count([("key", "=", "k")]), 1
        )

    def test_sent_again_at_another_moment_it_is_still_the_same(self):
        body = {"windows": [self.window(0)]}
        for minute in (10, 20):
            now = self.start + timedelta(minutes=minute)
            answer = self.receive(now, body | {"sent_at": f"{now.isoformat()}Z"}, "k")
        self.assertTrue(answer["replayed"])

    def test_another_body_under_the_same_key_is_refused(self):
        self.send(10, [self.window(0)], key="k")
        self.refused(409, "key_reused", self.send, 10, [self.window(5)], key="k")
        # another client's key is its own
        self.send(10, [self.window(5)], key="k", secret=self.other_secret)

    def test_a_window_that_came_before_is_a_duplicate(self):
        self.send(10, [self.window(0)], key="a")
        answer = self.send(10, [self.window(0, ok=99), self.window(5)], key="b")
        self.assertEqual((answer["accepted"], answer["duplicates"]), (1, 1))
        self.assertEqual(self.samples().mapped("ok"), [10, 10])

    def test_one_bad_row_does_not_lose_the_others(self):
        rows = [self.window(n * 5) for n in range(99)]
        rows.insert(40, self.window(0, flow="Stock", ok=-1))
        answer = self.send(600, rows)
        self.assertEqual(answer["accepted"], 99)
        self.assertEqual(answer["rejected"][0]["index"], 40)
        self.assertEqual(answer["rejected"][0]["field"], "ok")
        self.assertFalse(self.flow("Stock"))

    def test_nothing_but_bad_rows_is_refused_and_may_be_mended(self):
        error = self.refused(
            422, "nothing_kept", self.send, 10, [self.window(0, ok="x")], key="k"
        )
        self.assertEqual(len(error.details["rejected"]), 1)
        self.send(10, [self.window(0)], key="k")

    def test_clocks(self):
        now = self.start + timedelta(minutes=120)
        ahead = now + timedelta(minutes=60, seconds=20)
        answer = self.send(120, [self.window(150)], sent=ahead)
        self.assertEqual(answer["skew_seconds"], -3620)
        self.assertEqual(
            self.samples().window_start, self.start + timedelta(minutes=90)
        )
        self.watch(120)
        self.assertEqual(self.place.skew_seconds, -3620)
        far = now + timedelta(hours=2)
        self.refused(422, "clock_skew", self.send, 120, [], key="z", sent=far)

    def test_an_offset_says_the_same_moment(self):
        start = self.start.replace(tzinfo=UTC)
        east, west = (timezone(timedelta(hours=hours)) for hours in (9, -5))
        end = start + timedelta(minutes=5)
        row = self.window(0) | {
            "start": start.astimezone(east).isoformat(),
            "end": end.astimezone(west).isoformat(),
        }
        now = self.start + timedelta(minutes=10)
        sent_at = now.replace(tzinfo=UTC).astimezone(west).isoformat()
        answer = self.receive(now, {"sent_at": sent_at, "windows": [row]}, "k")
        self.assertEqual((answer["accepted"], answer["skew_seconds"]), (1, 0))
        self.assertEqual(self.samples().window_start, self.start)
        # in other words it is still the window that came before
        self.assertEqual(self.send(10, [self.window(0)], key="u")["duplicates"], 1)

    def test_the_future_and_the_distant_past_are_rejected(self):
        past = -31 * 24 * 60
        error = self.refused(
            422, "nothing_kept", self.send, 10, [self.window(30), self.window(past)]
        )
        reasons = [row["reason"] for row in error.details["rejected"]]
        self.assertEqual(reasons, ["in_future", "too_old"])

    def test_a_renamed_flow_with_a_key_stays_one_flow(self):
        self.send(10, [self.window(0, key="f1")])
        flow = self.flow()
        self.send(20, [self.window(5, flow="Orders v2", key="f1")])
        self.assertEqual(flow.name, "Orders v2")
        # what comes late does not bring the old name back
        self.send(30, [self.window(2, key="f1")])
        self.assertEqual(flow.name, "Orders v2")
        marks = self.marks("renamed")
        self.assertEqual(marks.text, "Orders → Orders v2")

    def test_a_renamed_flow_without_a_key_is_a_new_one(self):
        self.send(10, [self.window(0)])
        self.send(20, [self.window(5, flow="Orders v2")])
        self.assertEqual(
            sorted(self.place.flow_ids.mapped("name")), ["Orders", "Orders v2"]
        )
        marks = self.marks("renamed")
        self.assertFalse(marks)

    def test_too_many_flows_are_refused_clearly(self):
        rows = [self.window(0, flow=f"F{n}") for n in range(1001)]
        self.refused(422, "too_many_windows", self.send, 10, rows)
        self.send(10, rows[:MAX_FLOWS], key="a")
        error = self.send(10, [self.window(0, flow="One more")], key="b")
        self.assertEqual(error["rejected"][0]["reason"], "too_many_flows")
        self.assertEqual(len(self.place.flow_ids), MAX_FLOWS)

    def test_ten_thousand_alike_messages_are_one_group(self):
        errors = [
            {"class": "Timeout", "message": f"Order {n} at 10:{n % 60:02} failed"}
            for n in range(1000)
        ]
        for n in range(10):
            self.send(60, [self.window(n * 5, errors=errors)], key=str(n))
        self.roll_up()
        group = self.env["cap.health.error"].search([("flow_id", "=", self.flow().id)])
        self.assertEqual(len(group), 1)
        self.assertEqual(group.total, 10_000)
        self.assertEqual(group.example, "Order 0 at 10:00 failed")

    def test_a_flood_of_kinds_ends_in_one_group(self):
        def words(n):
            return "".join(chr(97 + int(digit)) for digit in str(n))

        for n in range(10):
            errors = [
                {"class": "E", "message": words(1000 * n + m)} for m in range(100)
            ]
            self.send(60, [self.window(n * 5, errors=errors)], key=str(n))
        self.roll_up()
        groups = self.env["cap.health.error"].search([("flow_id", "=", self.flow().id)])
        self.assertEqual(len(groups), ERROR_GROUPS_A_DAY + 1)
        self.assertEqual(sum(groups.mapped("total")), 1000)

    def test_strange_texts_are_kept_as_text(self):
        strange = "a\u0000b\ud800\n\u202e<script>"
        self.send(10, [self.window(0, flow=strange, errors=[{"message": strange}])])
        self.assertEqual(self.place.flow_ids.name, "a b? \u202e<script>")

    def test_tokens(self):
        tokens = self.env["cap.environment.token"].with_user(self.consultant)
        self.refused(401, "bad_token", self.send, 5, [], secret="cap_guess")
        self.send(5, [], key="a")
        token = self.place.token_ids
        self.assertNotIn(self.secret, json.dumps(token.read(), default=str))
        _new, secret = tokens.with_context(cap_clock=FixedClock(self.start))._issue(
            self.place.with_user(self.consultant), "Next", overlap=1
        )
        self.send(59, [], key="b")
        self.send(59, [], key="c", secret=secret)
        self.refused(401, "bad_token", self.send, 60, [], key="d")
        self.send(60, [], key="e", secret=secret)
        self.place.token_ids.with_user(self.consultant).action_revoke()
        self.refused(401, "bad_token", self.send, 60, [], key="e", secret=secret)

    def test_use_of_a_token_is_noted_by_the_watch(self):
        self.send(5, [])
        self.assertFalse(self.place.token_ids.last_used_at)
        self.watch(6)
        used = self.place.token_ids.last_used_at
        self.assertEqual(used, self.start + timedelta(minutes=5))

    def test_a_token_speaks_for_its_own_environment_only(self):
        facts = {"code": self.other.code}
        self.refused(404, "other_environment", self.send, 5, [], environment=facts)
        self.send(5, [], environment={"code": self.place.code})

    def test_archived_or_uncovered_nothing_is_kept(self):
        self.place.active = False
        self.refused(401, "bad_token", self.send, 5, [])
        self.zeta_subscription._set_closed()
        self.refused(403, "not_covered", self.send, 5, [], secret=self.other_secret)

    def test_too_many_reports(self):
        self.place.company_id.cap_health_rate = 3
        for n in range(3):
            self.send(n / 10, [], key=str(n))
        error = self.refused(429, "too_many_reports", self.send, 0.5, [], key="x")
        self.assertEqual(error.details["retry_after"], 30)
        # what was kept already is answered all the same
        self.assertTrue(self.send(0, [], key="0")["replayed"])
        self.send(0.5, [], key="x", secret=self.other_secret)
        self.send(1.1, [], key="x")

    def test_heartbeats(self):
        now = self.start + timedelta(seconds=30)
        intake = self.env["cap.health.intake"].with_context(cap_clock=FixedClock(now))
        intake._beat(self.secret, {})
        self.assertFalse(self.place.flow_ids)
        values = {"flow": "Nightly", "status": "fail", "message": "exit 3"}
        self.assertEqual(intake._beat(self.secret, values)["accepted"], 1)
        self.assertEqual(intake._beat(self.secret, values)["duplicates"], 1)
        # a success within the same minute is another run
        self.assertEqual(intake._beat(self.secret, {"flow": "Nightly"})["accepted"], 1)
        self.assertEqual(sorted(self.samples().mapped("failed")), [0, 1])
        self.refused(
            422, "bad_status", intake._beat, self.secret, {"flow": "x", "status": "?"}
        )

    def test_deployments_are_marked_once(self):
        at = f"{self.start.isoformat()}Z"
        for key in "ab":
            self.send(5, [], key=key, deployments=[{"at": at, "text": "Release 7"}])
        marks = self.marks("deploy")
        self.assertEqual(marks.mapped("text"), ["Release 7"])

    def test_a_report_of_a_hundred_windows_costs_few_queries(self):
        def rows(first):
            errors = [{"class": "E", "message": "No answer", "count": 2}]
            return [
                self.window(first + n % 5 * 5, flow=f"F{n // 5}", errors=errors)
                for n in range(100)
            ]

        self.send(600, rows(0), key="warm")
        self.env.flush_all()
        for first, key, what in ((100, "a", "known flows"), (200, "b", "again")):
            with self.subTest(what):
                before = self.env.cr.sql_log_count
                self.send(600, rows(first), key=key)
                self.assertLessEqual(self.env.cr.sql_log_count - before, 15)
        before = self.env.cr.sql_log_count
        new = [row | {"flow": f"New {row['flow']}"} for row in rows(0)]
        self.send(600, new, key="c")
        self.assertLessEqual(self.env.cr.sql_log_count - before, 15)
