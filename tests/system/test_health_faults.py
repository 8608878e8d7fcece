"""What goes wrong while a report comes in: a killed server, a token that is revoked.

A second connection holds the row that the report wants to write next, so that the
report waits in the middle of its work for as long as a test wants.
"""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import psycopg2
import pytest
from devenv.databases import Databases
from test_alerts import fetch, wait_for, world
from test_health import count_rows, load_reporter, place, post, prepare, window

__all__ = ["fetch", "place", "world"]  # fixtures

FLOWS, WINDOWS = 40, 12
KEPT = """
SELECT (SELECT count(*) FROM cap_flow WHERE environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_sample WHERE environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_dirty WHERE environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_mark WHERE environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_report WHERE environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_error e JOIN cap_flow f ON f.id = e.flow_id
        WHERE f.environment_id = %(place)s)
"""
# the rollup of what is there, as the job does it
ROLL_UP = """
while env["cap.health.rollup"]._roll_up():
    env.cr.commit()
env.cr.commit()
"""
SUMS = """
SELECT (SELECT count(*) FROM cap_health_sample WHERE environment_id = %(place)s),
    (SELECT sum(ok) FROM cap_health_day WHERE environment_id = %(place)s),
    (SELECT sum(failed) FROM cap_health_day WHERE environment_id = %(place)s),
    (SELECT sum(d.count) FROM cap_health_error_day d
        JOIN cap_health_error e ON e.id = d.error_id
        JOIN cap_flow f ON f.id = e.flow_id WHERE f.environment_id = %(place)s),
    (SELECT count(*) FROM cap_health_report
        WHERE environment_id = %(place)s AND accepted > 0),
    (SELECT count(*) FROM cap_health_mark
        WHERE environment_id = %(place)s AND kind = 'deploy')
"""
# who waits for our row, with samples written and not committed
WAITING = """
SELECT a.pid FROM pg_stat_activity a
JOIN pg_locks l ON l.pid = a.pid AND l.mode = 'RowExclusiveLock' AND l.granted
JOIN pg_class c ON c.oid = l.relation AND c.relname = 'cap_health_sample'
WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
    AND a.query LIKE '%%INSERT INTO cap_health_mark%%'
"""
HOLD = """
INSERT INTO cap_health_mark (environment_id, at, kind, text, key)
VALUES (%s, now() AT TIME ZONE 'UTC', 'deploy', 'Held', 'deploy/held')
"""
REVOKE = """
env["cap.environment.token"].search([("environment_id", "=", %s)]).action_revoke()
env.cr.commit()
"""


def hold(connection, number):
    """Hold the mark that a report of `deploys()` writes after its samples."""
    with connection.cursor() as cursor:
        cursor.execute(HOLD, [number])


def deploys():
    return [{"at": datetime.now(UTC).isoformat(), "text": "Release 7", "key": "held"}]


def fill(reporter):
    """Let the documentation's reporter count runs of many flows, good and failed."""
    now = time.time()
    for number in range(WINDOWS):
        reporter.clock = lambda at=now - 300 * (number + 2): at
        for flow in range(FLOWS):
            error = ValueError(f"Order {number} was refused")
            reporter.count(f"Flow {flow}", ok=3, failed=1, error=error)
    reporter.clock = time.time


@pytest.fixture
def read(world):
    """Return a function that reads rows of the world, as they are by then."""
    connection = psycopg2.connect(dbname=world[0])
    connection.autocommit = True

    def fetch_all(query, values=None):
        with connection.cursor() as cursor:
            cursor.execute(query, values or {})
            return cursor.fetchall()

    yield fetch_all
    connection.close()


def test_a_server_killed_half_way_leaves_nothing_and_all_counts_once(
    environment, world, read
):
    name, start = world
    databases = Databases(environment)
    number, secret = prepare(lambda code: databases.shell(name, code), "killed")
    first = start("--max-cron-threads=0")
    reporting = load_reporter()
    reporter = reporting.Reporter(first.url, secret)
    fill(reporter)
    holder = psycopg2.connect(dbname=name)
    hold(holder, number)
    refusals = []

    def report():
        try:
            reporter.flush(time.time() + 300, deploys())
        except reporting.Refused as refused:
            refusals.append(refused)

    sender = threading.Thread(target=report)
    sender.start()
    wait_for(lambda: read(WAITING))
    (worker,) = read(WAITING)[0]
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    sender.join(60)
    assert [refused.status for refused in refusals] == [0], "nobody answered"
    assert len(reporter.waiting) == 1
    (key, body) = reporter.waiting[0]
    assert len(body["windows"]) == FLOWS * WINDOWS
    holder.rollback()
    holder.close()
    gone = "SELECT 1 FROM pg_stat_activity WHERE pid = %s"
    wait_for(lambda: not read(gone, [worker]))
    assert read(KEPT, {"place": number}) == [(0, 0, 0, 0, 0, 0)], "all or nothing"

    reporter.url = start("--max-cron-threads=0").url + "/cap/v1/health/report"
    (answer, *_rest) = reporter.flush()
    all_windows = FLOWS * WINDOWS
    assert (answer["accepted"], answer["duplicates"]) == (all_windows, 0)
    assert answer["replayed"] is False
    assert reporter.post(key, body)["replayed"] is True
    databases.shell(name, ROLL_UP)
    assert read(SUMS, {"place": number}) == [
        (all_windows, 3 * all_windows, all_windows, all_windows, 1, 1)
    ]


def test_what_began_under_a_good_token_ends_and_the_next_is_refused(
    server, place, shell, connect, fetch
):
    number, secret = place
    windows = [window(10 + 5 * n, flow=f"F{m}") for n in range(10) for m in range(10)]
    holder = connect()
    hold(holder, number)
    with ThreadPoolExecutor(1) as pool:
        job = pool.submit(
            post, server.url, secret, "held", windows, deployments=deploys()
        )
        wait_for(lambda: fetch(WAITING, []))
        shell(REVOKE % number)  # another transaction, committed
        status, answer = post(server.url, secret, "other", windows)
        assert (status, answer["error"]["code"]) == (401, "bad_token")
        holder.rollback()
        status, answer = job.result()
    assert (status, answer.get("accepted")) == (200, 100)
    assert count_rows(connect, number) == (100, 1, 10)
    for key in ("held", "next"):
        status, answer = post(server.url, secret, key, windows)
        assert (status, answer["error"]["code"]) == (401, "bad_token"), key
    assert count_rows(connect, number) == (100, 1, 10)


def spell(number):
    """Return a word of its own for each number: digits would be taken out of it."""
    letters = ""
    for _place in range(6):
        number, rest = divmod(number, 26)
        letters += chr(ord("a") + rest)
    return letters


GROUPS = """
SELECT count(DISTINCT e.id), count(c.id), sum(c.count) FROM cap_health_error e
JOIN cap_flow f ON f.id = e.flow_id JOIN cap_health_error_count c ON c.error_id = e.id
WHERE f.environment_id = %s
"""


def test_a_million_different_messages_are_counted_and_stay_few(server, place, fetch):
    number, secret = place
    reports, windows, messages = 12, 90, 1000
    word = 0
    for report in range(reports):
        rows = []
        for n in range(windows):
            errors = [{"message": spell(word + m)} for m in range(messages)]
            word += messages
            back = 10 + 5 * (report * windows + n)
            rows.append(window(back, ok=0, failed=messages, errors=errors))
        status, answer = post(server.url, secret, f"r{report}", rows)
        assert (status, answer.get("accepted")) == (200, windows), answer
    assert word > 1_000_000
    ((groups, rows, occurrences),) = fetch(GROUPS, [number])
    assert occurrences == word, "none is lost"
    assert groups <= 51, "fifty new kinds a day, and the rest"
    assert rows <= reports * windows * 26


def test_a_hundred_thousand_flows_in_one_report_are_refused_clearly(
    server, place, connect
):
    number, secret = place
    row = window(10)
    status, answer = post(
        server.url, secret, "flows", [row | {"flow": f"F{n}"} for n in range(100_000)]
    )
    error = answer["error"]
    assert (status, error["code"]) == (413, "too_large")
    assert "split it" in error["message"]
    # rows that are small enough for a body of that size get the same answer in words
    status, answer = post(server.url, secret, "rows", [{} for _n in range(100_000)])
    error = answer["error"]
    assert (status, error["code"], error["limit"]) == (422, "too_many_windows", 1000)
    assert "100000" in error["message"]
    assert count_rows(connect, number) == (0, 0, 0)
