"""The health API on a real server: what its description says, and what goes wrong."""

import importlib.util
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import schemathesis
from conftest import ROOT
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

PREPARE = """
client = env["res.partner"].create({"name": "Health %(name)s", "is_company": True})
subscription = env["cap.subscription"].create({"partner_id": client.id})
tier = env.ref("connecta_cap.cap_tier_essential")
subscription._start_tier(tier, subscription._cap_today(), "First")
subscription.action_activate()
env.company.cap_health_rate = 100000
place = env["cap.environment"].create(
    {"name": "Live", "subscription_id": subscription.id})
token, secret = env["cap.environment.token"]._issue(place, "Test")
env.cr.commit()
print("place", place.id, secret)
"""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
REPORT = "/cap/v1/health/report"


def load_reporter():
    path = ROOT / "docs" / "health_reporter.py"
    spec = importlib.util.spec_from_file_location("health_reporter", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def place(shell, request):
    """Return (environment id, token) of a new client's environment."""
    return prepare(shell, request.node.name)


def prepare(shell, name):
    """Make a client with an environment; return (environment id, token)."""
    out = shell(PREPARE % {"name": name})
    _word, number, secret = out[out.rindex("place ") :].split()[:3]
    return int(number), secret


def window(back=10, flow="Orders", **values):
    start = datetime.now(UTC).replace(second=0, microsecond=0)
    start -= timedelta(minutes=back)
    return {
        "flow": flow,
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=5)).isoformat(),
        "ok": 5,
    } | values


def post(url, secret, key, windows, **more):
    body = {"sent_at": datetime.now(UTC).isoformat(), "windows": windows} | more
    headers = {
        "Authorization": f"Bearer {secret}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    data = json.dumps(body).encode()
    request = urllib.request.Request(url + REPORT, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def count_rows(connect, place):
    with connect().cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM cap_health_sample WHERE environment_id = %s),"
            " (SELECT count(*) FROM cap_health_report WHERE environment_id = %s),"
            " (SELECT count(*) FROM cap_flow WHERE environment_id = %s)",
            [place] * 3,
        )
        return cursor.fetchone()


@pytest.mark.parametrize("path", [REPORT, "/cap/v1/health/heartbeat"])
def test_the_server_does_as_its_description_says(server, place, path):
    _number, secret = place
    schema = schemathesis.openapi.from_path(ROOT / "docs" / "health-api.yaml")
    headers = {"Authorization": f"Bearer {secret}"}
    operation = schema[path]["POST"]

    @settings(
        max_examples=100,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        database=None,
    )
    def attack(case):
        answer = case.call(base_url=server.url, headers=headers)
        case.validate_response(answer, checks=CHECKS)

    from hypothesis import given

    given(operation.as_strategy())(attack)()
    wrong = schemathesis.GenerationMode.NEGATIVE
    given(operation.as_strategy(generation_mode=wrong))(attack)()


def test_the_same_report_ten_times_at_once_is_one(server, place, connect):
    number, secret = place
    windows = [window(10 + 5 * n) for n in range(20)]
    with ThreadPoolExecutor(10) as pool:
        jobs = [
            pool.submit(post, server.url, secret, "same", windows) for _n in range(10)
        ]
        answers = [job.result() for job in jobs]
    assert {status for status, _answer in answers} == {200}
    assert sorted(answer["replayed"] for _status, answer in answers)[0] is False
    assert sum(not answer["replayed"] for _status, answer in answers) == 1
    assert count_rows(connect, number) == (20, 1, 1)


def test_many_reports_at_once_lose_nothing(server, place, connect):
    number, secret = place
    with ThreadPoolExecutor(8) as pool:
        jobs = [
            pool.submit(
                post,
                server.url,
                secret,
                f"k{n}",
                [window(10 + 5 * n, flow=f"F{m}") for m in range(5)],
            )
            for n in range(24)
        ]
        answers = [job.result() for job in jobs]
    assert {status for status, _answer in answers} == {200}
    assert sum(answer["accepted"] for _status, answer in answers) == 120
    assert count_rows(connect, number) == (120, 24, 5)


def test_the_reporter_of_the_documentation(server, place, connect):
    number, secret = place
    reporting = load_reporter()
    now = time.time()
    reporter = reporting.Reporter(
        server.url, secret, {"odoo_version": "19.0"}, clock=lambda: now - 600
    )
    with reporter.run("Orders", connector="Shop"):
        pass
    reporter.clock = lambda: now
    (answer,) = reporter.flush()
    assert answer["accepted"] == 1
    again = subprocess.run(
        [sys.executable, ROOT / "docs" / "health_reporter.py", server.url, secret],
        input=json.dumps({"windows": [window(20)]}),
        capture_output=True,
        text=True,
    )
    assert json.loads(again.stdout)["accepted"] == 1
    assert count_rows(connect, number)[:2] == (2, 2)
