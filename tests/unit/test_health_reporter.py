"""The reporter of the documentation, against a small server that answers as told."""

import importlib.util
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parents[2] / "docs" / "health_reporter.py"
spec = importlib.util.spec_from_file_location("health_reporter", PATH)
reporting = importlib.util.module_from_spec(spec)
spec.loader.exec_module(reporting)

START = 1_780_000_200  # the start of a window of five minutes
GOOD = (200, {"accepted": 1, "duplicates": 0, "rejected": []})


@pytest.fixture
def server():
    """Yield a server: what it got is in `got`, what it answers is in `answers`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            size = int(self.headers["Content-Length"])
            body = json.loads(self.rfile.read(size))
            self.server.got.append((self.path, dict(self.headers), body))
            status, answer = self.server.answers.pop(0)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.got, server.answers = [], []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


class Clock:
    now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def reporter(server, clock):
    url = f"http://127.0.0.1:{server.server_port}"
    return reporting.Reporter(url, "cap_x", {"odoo_version": "19.0"}, clock)


def test_runs_become_windows(reporter, server, clock):
    server.answers = [GOOD]
    for _n in range(3):
        with reporter.run("Orders", connector="Shop", key="o"):
            pass
    with pytest.raises(ValueError, match="bad"), reporter.run("Orders", key="o"):
        raise ValueError("bad order 7")
    reporter.queue("Orders", 4, 60, key="o")
    clock.now += 300
    assert reporter.flush() == [GOOD[1]]
    path, headers, body = server.got[0]
    assert path == "/cap/v1/health/report"
    assert headers["Authorization"] == "Bearer cap_x"
    assert body["environment"] == {"odoo_version": "19.0"}
    (window,) = body["windows"]
    assert (window["ok"], window["failed"], window["queue_depth"]) == (3, 1, 4)
    assert window["p50_ms"] <= window["p95_ms"]
    error = {"class": "ValueError", "message": "bad order 7", "count": 1}
    assert window["errors"] == [error]
    assert window["start"] == reporting.iso(START)
    assert window["end"] == reporting.iso(START + 300)


def test_a_window_goes_on_counting_until_it_is_over(reporter, server, clock):
    server.answers = [GOOD, GOOD]
    reporter.count("Orders", ok=1)
    clock.now += 299
    reporter.flush()
    assert server.got[0][2]["windows"] == []
    clock.now += 1
    reporter.flush()
    assert server.got[1][2]["windows"][0]["ok"] == 1


def test_what_was_not_answered_is_sent_again_with_its_key(reporter, server, clock):
    server.answers = [(503, {})] * 3 + [GOOD, GOOD]
    reporter.count("Orders", ok=1)
    clock.now += 300
    reporter.post, post = lambda key, body: post(key, body, tries=1), reporter.post
    with pytest.raises(reporting.Refused):
        reporter.flush()
    server.answers = [GOOD, GOOD]
    clock.now += 300
    assert len(reporter.flush()) == 2
    first, again, later = server.got
    assert first[1]["Idempotency-Key"] == again[1]["Idempotency-Key"]
    assert first[2]["windows"] == again[2]["windows"]
    assert again[2]["sent_at"] == reporting.iso(START + 600)
    assert later[1]["Idempotency-Key"] != again[1]["Idempotency-Key"]


def test_it_waits_when_it_is_asked_to(reporter, server):
    busy = (429, {"error": {"code": "too_many_reports", "retry_after": 0}})
    server.answers = [busy, GOOD]
    assert reporter.flush() == [GOOD[1]]


def test_what_is_refused_for_good_is_not_sent_again(reporter, server):
    server.answers = [(422, {"error": {"code": "clock_skew", "message": "No."}}), GOOD]
    with pytest.raises(reporting.Refused, match="clock_skew"):
        reporter.flush()
    reporter.flush()
    assert len(server.got) == 2
    assert not reporter.waiting


def test_a_server_that_is_not_there_loses_nothing(clock):
    reporter = reporting.Reporter("http://127.0.0.1:9", "t", clock=clock)
    reporter.count("Orders", ok=1)
    clock.now += 300
    reporter.post, post = lambda key, body: post(key, body, tries=1), reporter.post
    with pytest.raises(reporting.Refused, match="offline"):
        reporter.flush()
    assert reporter.waiting[0][1]["windows"][0]["ok"] == 1


def test_many_windows_are_split(reporter, server, clock):
    server.answers = [GOOD, GOOD]
    for n in range(1500):
        reporter.count(f"F{n}", ok=1)
    clock.now += 300
    reporter.flush()
    assert [len(body["windows"]) for _path, _headers, body in server.got] == [1000, 500]
