import json
from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..tools.health_report import MAX_BODY_BYTES

REPORT = "/cap/v1/health/report"
BEAT = "/cap/v1/health/heartbeat"


@tagged("post_install", "-at_install")
class TestHealthApi(HttpCase):
    """The routes that reporters talk to: what they take, and how they refuse."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        client = cls.env["res.partner"].create({"name": "Api", "is_company": True})
        subscription = cls.env["cap.subscription"].create({"partner_id": client.id})
        day = subscription._cap_today()
        tier = cls.env.ref("connecta_cap.cap_tier_essential")
        subscription._start_tier(tier, day, "First")
        subscription.action_activate()
        user = new_test_user(cls.env, "api", "connecta_cap.group_cap_consultant")
        cls.place = (
            cls.env["cap.environment"]
            .with_user(user)
            .create({"name": "Api", "subscription_id": subscription.id})
        )
        _token, cls.secret = cls.env["cap.environment.token"]._issue(cls.place, "Me")

    def call(self, path=REPORT, data=None, method="POST", **headers):
        known = {
            "Authorization": f"Bearer {self.secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": "k",
        }
        sent = {
            name: value
            for name, value in (known | headers).items()
            if value is not None
        }
        if data is None:
            data = json.dumps(self.body())
        answer = self.url_open(path, data, headers=sent, method=method)
        self.assertEqual(
            answer.headers["Content-Type"].split(";")[0], "application/json"
        )
        self.assertNotIn("Traceback", answer.text)
        self.assertFalse(answer.cookies)
        return answer

    def body(self, **values):
        now = self.place._cap_now()
        end = now.replace(second=0)
        window = {
            "flow": "Orders",
            "start": f"{(end - timedelta(minutes=5)).isoformat()}Z",
            "end": f"{end.isoformat()}Z",
            "ok": 3,
        }
        return {"sent_at": f"{now.isoformat()}Z", "windows": [window | values]}

    def refused(self, answer, status, code):
        self.assertEqual(answer.status_code, status, answer.text)
        self.assertEqual(answer.json()["error"]["code"], code)
        self.assertTrue(answer.json()["error"]["message"])

    def test_a_report_is_taken_in_and_answered_again(self):
        first = self.call()
        self.assertEqual((first.status_code, first.json()["accepted"]), (200, 1))
        again = self.call()
        self.assertTrue(again.json()["replayed"])
        self.assertEqual(len(self.place.flow_ids), 1)

    def test_what_is_refused(self):
        self.call()
        cases = (
            (401, "bad_token", {"Authorization": None}),
            (401, "bad_token", {"Authorization": "Bearer nonsense"}),
            (401, "bad_token", {"Authorization": self.secret}),
            (400, "bad_key", {"Idempotency-Key": None}),
            (400, "bad_key", {"Idempotency-Key": "x" * 201}),
            (400, "bad_json", {"data": b"{"}),
            (400, "bad_json", {"data": b"[" * 100_000}),
            (400, "bad_json", {"data": b'{"a": NaN}'}),
            (400, "bad_json", {"data": b'"\xff"'}),
            (422, "bad_body", {"data": b"[]"}),
            (422, "sent_at_missing", {"data": b"{}", "Idempotency-Key": "s"}),
            (
                422,
                "nothing_kept",
                {"data": json.dumps(self.body(ok=-1)), "Idempotency-Key": "n"},
            ),
            (409, "key_reused", {"data": json.dumps(self.body(ok=4))}),
            (415, "bad_type", {"Content-Type": "text/plain"}),
            (415, "bad_type", {"Content-Type": None}),
            (415, "bad_type", {"Content-Encoding": "gzip"}),
            (413, "too_large", {"data": b" " * (MAX_BODY_BYTES + 1)}),
            (404, "not_found", {"path": "/cap/v1/health/nothing"}),
            (405, "bad_method", {"method": "PUT"}),
            (405, "bad_method", {"method": "DELETE"}),
        )
        for status, code, values in cases:
            with self.subTest(code=code, values=str(values)[:60]):
                self.refused(self.call(**values), status, code)
        self.assertEqual(
            self.call(**{"Authorization": None}).headers["WWW-Authenticate"],
            'Bearer realm="cap-health"',
        )
        self.assertEqual(self.call(method="GET", data=b"").headers["Allow"], "POST")

    def test_a_refused_report_leaves_nothing(self):
        before = self.env["cap.health.report"].search_count([])
        self.refused(self.call(data=json.dumps(self.body(ok="x"))), 422, "nothing_kept")
        self.assertEqual(self.env["cap.health.report"].search_count([]), before)
        self.assertFalse(self.place.flow_ids)

    def test_a_flood_is_told_when_to_come_again(self):
        self.place.sudo().company_id.cap_health_rate = 1
        self.call()
        answer = self.call(**{"Idempotency-Key": "other"})
        self.refused(answer, 429, "too_many_reports")
        self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)

    def test_a_token_that_was_revoked(self):
        self.call()
        self.place.token_ids.action_revoke()
        self.refused(self.call(), 401, "bad_token")

    def test_a_line_of_cron(self):
        form = {"flow": "Nightly", "status": "fail", "message": "exit 3"}
        headers = {"Authorization": f"Bearer {self.secret}"}
        answer = self.url_open(BEAT, form, headers=headers)
        self.assertEqual(answer.json()["accepted"], 1)
        self.assertEqual(
            self.url_open(BEAT, {}, headers=headers, method="POST").status_code, 200
        )
        self.refused(self.url_open(BEAT, {}, method="POST"), 401, "bad_token")

    def test_a_heartbeat_that_would_not_be_heard_is_refused(self):
        headers = {"Authorization": f"Bearer {self.secret}"}
        body = json.dumps({"flow": "Nightly", "status": "fail"})
        as_json = headers | {"Content-Type": "application/json"}
        answer = self.url_open(BEAT, body, headers=as_json)
        self.refused(answer, 415, "bad_type")
        answer = self.url_open(BEAT, {"status": "fail"}, headers=headers)
        self.refused(answer, 422, "no_flow")
        large = {"flow": "Nightly", "message": "x" * (MAX_BODY_BYTES + 1)}
        self.refused(self.url_open(BEAT, large, headers=headers), 413, "too_large")
        self.assertFalse(self.place.flow_ids)

    @mute_logger("odoo.addons.connecta_cap.controllers.health_api")
    def test_our_own_fault_is_told_without_its_inside(self):
        # a column that the next report needs, gone: a fault that no report causes
        self.env.cr.execute("ALTER TABLE cap_health_dirty RENAME hour TO gone")
        with mute_logger("odoo.sql_db"):
            answer = self.call()
        self.refused(answer, 500, "fault")
        self.assertNotIn("gone", answer.text)
