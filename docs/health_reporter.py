#!/usr/bin/env python3
"""A small reporter for the health API: copy it, no package is needed.

    reporter = Reporter("https://support.example", token)
    with reporter.run("Orders", connector="Shop"):
        carry_the_orders()
    reporter.queue("Orders", connector="Shop", depth=12, oldest_seconds=90)
    reporter.flush()          # every few minutes, say from a timer

Runs are summed up in windows of five minutes. What could not be sent is kept and sent
again with the same idempotency key, so that nothing is counted twice; a report that
is refused for good is dropped and returned as an error.

From a shell: `health_reporter.py URL TOKEN < report.json` sends one report.
"""

import json
import sys
import time
import urllib.error
import urllib.request
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime

WINDOW = 300
MOST_WINDOWS = 1000
MOST_MESSAGES = 200
# Refusals that the same report would get again.
FINAL = (400, 401, 403, 404, 405, 409, 413, 415, 422)


class Refused(Exception):
    """A report that was refused for good; `status` and `error` say why."""

    def __init__(self, status, error):
        super().__init__(f"{status} {error.get('code')}: {error.get('message')}")
        self.status, self.error = status, error


class Reporter:
    """Sums runs up in windows and reports them."""

    def __init__(self, url, token, facts=None, clock=time.time, timeout=30):
        self.url = url.rstrip("/") + "/cap/v1/health/report"
        self.token, self.facts = token, facts or {}
        self.clock, self.timeout = clock, timeout
        self.windows = {}  # what is being counted, by flow and start of the window
        self.waiting = []  # (key, body) of reports that were not answered yet

    # --- counting

    @contextmanager
    def run(self, flow, **names):
        """Count one run of a flow, its time, and the error that ended it if any."""
        started = time.monotonic()
        try:
            yield
        except Exception as error:
            self.count(flow, failed=1, error=error, **names)
            raise
        took = (time.monotonic() - started) * 1000
        self.count(flow, ok=1, milliseconds=took, **names)

    def count(self, flow, ok=0, failed=0, skipped=0, milliseconds=None, **more):
        """Count runs that are over.

        :param more: `connector`, `key` (stays when the flow is renamed) and `error`.
        """
        error = more.pop("error", None)
        window = self._find_window(flow, **more)
        window["ok"] += ok
        window["failed"] += failed
        window["skipped"] += skipped
        if milliseconds is not None:
            window["times"].append(milliseconds)
        if error is not None:
            message = (type(error).__name__, str(error))
            known = window["messages"]
            if message in known or len(known) < MOST_MESSAGES:
                known[message] = known.get(message, 0) + 1

    def queue(self, flow, depth, oldest_seconds=None, **names):
        """Note how much is waiting. Do so for idle flows too: silence is no data."""
        window = self._find_window(flow, **names)
        window["queue_depth"] = depth
        window["oldest_pending_s"] = oldest_seconds

    def _find_window(self, flow, connector="", key=""):
        start = int(self.clock() // WINDOW * WINDOW)
        empty = {
            "flow": flow,
            "connector": connector,
            "start": start,
            "ok": 0,
            "failed": 0,
            "skipped": 0,
            "times": [],
            "messages": {},
        }
        if key:
            empty["key"] = key
        return self.windows.setdefault((key or (connector, flow), start), empty)

    # --- sending

    def flush(self, now=None, deployments=()):
        """Send what is complete, and what is still waiting.

        :param now: seconds since 1970; windows that end later go on counting.
        :return: the answers, as dicts.
        :raises Refused: for a report that will never be taken; others stay waiting.
        """
        now = self.clock() if now is None else now
        done = [at for at in self.windows if at[1] + WINDOW <= now]
        rows = [self._pack(self.windows.pop(at)) for at in done]
        for first in range(0, max(len(rows), 1), MOST_WINDOWS):
            body = {
                "environment": self.facts,
                "windows": rows[first : first + MOST_WINDOWS],
                "deployments": [] if first else list(deployments),
            }
            self.waiting.append((uuid.uuid4().hex, body))
        return self._send_waiting()

    def _pack(self, window):
        window["end"] = iso(window["start"] + WINDOW)
        window["start"] = iso(window["start"])
        times = sorted(window.pop("times"))
        if times:
            window["p50_ms"] = round(times[len(times) // 2], 1)
            window["p95_ms"] = round(times[int(len(times) * 0.95)], 1)
        window["errors"] = [
            {"class": name, "message": text[:2000], "count": count}
            for (name, text), count in window.pop("messages").items()
        ]
        return window

    def _send_waiting(self):
        answers = []
        while self.waiting:
            key, body = self.waiting[0]
            try:
                answers.append(self.post(key, body))
            except Refused as refused:
                if refused.status in FINAL:
                    self.waiting.pop(0)
                raise
            self.waiting.pop(0)
        return answers

    def post(self, key, body, tries=3):
        """Send one report; wait and try again while the server asks for it."""
        for left in range(tries - 1, -1, -1):
            try:
                return self._post_once(key, body)
            except Refused as refused:
                if refused.status in FINAL or not left:
                    raise
                time.sleep(min(refused.error.get("retry_after", 1), 60))

    def _post_once(self, key, body):
        # the moment of sending is that of each attempt
        said = {"sent_at": iso(self.clock())} | body
        request = urllib.request.Request(
            self.url,
            json.dumps(said).encode(),
            {
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "Idempotency-Key": key,
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise Refused(error.code, read_error(error)) from error
        except OSError as error:
            raise Refused(0, {"code": "offline", "message": str(error)}) from error


def read_error(answer):
    """Return what an answer says is wrong, whoever gave it."""
    try:
        error = json.load(answer)["error"]
        return error if isinstance(error, dict) else {"message": str(error)}
    except (ValueError, KeyError, TypeError):
        return {"message": "an answer that is not from the health API"}


def iso(seconds):
    """Return seconds since 1970 as ISO 8601 in UTC."""
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def main():
    """Send the report on standard input."""
    url, token = sys.argv[1:3]
    body = json.load(sys.stdin)
    try:
        print(json.dumps(Reporter(url, token).post(uuid.uuid4().hex, body)))
    except Refused as refused:
        sys.exit(str(refused))


if __name__ == "__main__":
    main()
