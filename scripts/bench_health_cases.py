"""The figures of `make bench` about health: runs inside `odoo shell`.

Prints one line a figure: what, measured, budget. Nothing is committed.
"""

import io
import json
import time
from datetime import timedelta

from odoo.tools import SQL

FLOWS = 100


def make_place(name):
    """Return (environment, token) of a client of the demo data."""
    subscription = ENV["cap.subscription"].search([("state", "=", "active")], limit=1)
    ENV.company.cap_health_rate = 10**6
    place = ENV["cap.environment"].create(
        {"name": name, "subscription_id": subscription.id}
    )
    _token, secret = ENV["cap.environment.token"]._issue(place, "Bench")
    return place, secret


def make_body(now, windows, flows, first):
    """Return a report of some windows, of so many flows in turn, as bytes."""
    rows = []
    for n in range(windows):
        start = now - timedelta(minutes=5 * (first + n // flows + 1))
        rows.append(
            {
                "flow": f"Flow {n % flows}",
                "connector": "Bench",
                "start": f"{start.isoformat()}Z",
                "end": f"{(start + timedelta(minutes=5)).isoformat()}Z",
                "ok": 40,
                "failed": 1,
                "p50_ms": 120.5,
                "p95_ms": 480.25,
                "queue_depth": 3,
                "oldest_pending_s": 20,
                "errors": [{"class": "Timeout", "message": f"No answer to {n}"}],
            }
        )
    return json.dumps({"sent_at": f"{now.isoformat()}Z", "windows": rows}).encode()


def bench_ingest():
    """Take reports in, and put as many rows straight into the same table."""
    place, secret = make_place("Bench ingest")
    intake, now = ENV["cap.health.intake"], ENV["cap.environment"]._cap_now()
    for key, flows in (("new", FLOWS), ("known", FLOWS)):
        first = 0 if key == "new" else 1
        body = make_body(now, 100, flows, first)
        queries, seconds = count_queries(
            lambda k=key, b=body: intake._receive(secret, k, b)
        )
        say(f"report of 100 windows, {key} flows, queries", queries, "at most 15")
        say(f"report of 100 windows, {key} flows, ms", f"{seconds * 1000:.1f}")
    bodies = [make_body(now, 1000, FLOWS, 10 + 10 * n) for n in range(50)]
    _queries, seconds = count_queries(
        lambda: [intake._receive(secret, str(n), body) for n, body in enumerate(bodies)]
    )
    say("samples taken in, a second", f"{50_000 / seconds:,.0f}")
    columns = (
        "environment_id, flow_id, window_start, window_end, ok, failed, skipped,"
        " p50_ms, p95_ms, queue_depth, oldest_pending_s"
    )
    rows = io.StringIO()
    for n in range(50_000):
        start = now - timedelta(minutes=5 * (2000 + n // FLOWS))
        flow = place.flow_ids[n % FLOWS].id
        end = start + timedelta(minutes=5)
        values = (place.id, flow, start, end, 40, 1, 0, 120.5, 480.25, 3, 20)
        rows.write("\t".join(map(str, values)) + "\n")
    rows.seek(0)
    started = time.perf_counter()
    ENV.cr._obj.copy_expert(f"COPY cap_health_sample ({columns}) FROM STDIN", rows)
    seconds = time.perf_counter() - started
    say("rows copied into the same table, a second", f"{50_000 / seconds:,.0f}")


def seed_flows(place):
    flows = ENV["cap.flow"].create(
        [
            {"environment_id": place.id, "key": f"f{n}", "name": f"Flow {n}"}
            for n in range(FLOWS)
        ]
    )
    ENV.flush_all()
    return flows


def seed_samples(place):
    """Put a million samples into the table, and note all of their hours."""
    seed_flows(place)
    ENV.cr.execute(
        SQL(
            """INSERT INTO cap_health_sample (environment_id, flow_id, window_start,
                window_end, ok, failed, skipped, p50_ms, p95_ms, queue_depth)
            SELECT f.environment_id, f.id, at, at + interval '5 minutes', 40, 1, 0,
                100, 400, 3
            FROM cap_flow f, generate_series(
                date_trunc('hour', now() at time zone 'utc') - interval '50000 minutes',
                date_trunc('hour', now() at time zone 'utc') - interval '5 minutes',
                interval '5 minutes') at
            WHERE f.environment_id = %s ORDER BY at, f.id""",
            place.id,
        )
    )
    say("samples to sum up", f"{ENV.cr.rowcount:,}")
    ENV.cr.execute(
        SQL(
            "INSERT INTO cap_health_dirty (environment_id, hour) SELECT DISTINCT %s,"
            " date_trunc('hour', window_start) FROM cap_health_sample"
            " WHERE environment_id = %s",
            place.id,
            place.id,
        )
    )
    ENV.cr.execute("ANALYZE cap_health_sample, cap_health_dirty, cap_flow")


def bench_rollup():
    """Sum a million samples up, and judge them."""
    place, _secret = make_place("Bench rollup")
    seed_samples(place)
    rollup = ENV["cap.health.rollup"]

    def work():
        while rollup._roll_up():
            pass

    queries, seconds = count_queries(work)
    say("rollup of a million samples, seconds", f"{seconds:.1f}", "under 60")
    say("rollup of a million samples, queries", queries)
    looks = 0
    started = time.perf_counter()
    while not looks or place.watch_at <= place._cap_now():
        place._watch()
        looks += 1
    seconds = time.perf_counter() - started
    say(f"first {looks} looks at a million samples, seconds", f"{seconds:.1f}")
    queries, seconds = count_queries(place._watch)
    say("look at 100 flows without news, queries", queries)
    say("look at 100 flows without news, ms", f"{seconds * 1000:.0f}")
    return place


def seed_year(place):
    """Put the hours and days of a year of every flow into the tables."""
    for table, column, step in (
        ("cap_health_hour", "hour", "1 hour"),
        ("cap_health_day", "day", "1 day"),
    ):
        ENV.cr.execute(
            SQL(
                """INSERT INTO %s (environment_id, flow_id, %s, windows, seconds, ok,
                    failed, skipped, timed, p50_ms, p95_ms, p95_max_ms, queue_max)
                SELECT f.environment_id, f.id, at, 12, 3600, 480, 12, 0, 492, 100, 400,
                    900, 5
                FROM cap_flow f, generate_series(
                    date_trunc('day', now() at time zone 'utc') - interval '1 year',
                    date_trunc('hour', now() at time zone 'utc'), %s::interval) at
                WHERE f.environment_id = %s ORDER BY at, f.id""",
                SQL.identifier(table),
                SQL.identifier(column),
                step,
                place.id,
            )
        )
    ENV.cr.execute("ANALYZE cap_health_hour, cap_health_day")


def bench_dashboard():
    """Read the dashboards of an environment with 100 flows and a year of figures."""
    place, _secret = make_place("Bench dashboard")
    flows = seed_flows(place)
    seed_year(place)
    place._get_environment_data()
    pages = ENV["cap.health.page"]
    for what, call, budget in (
        ("an environment", place._get_environment_data, "at most 25"),
        (
            "an environment, as a colleague's page",
            lambda: pages.get_environment(place.id),
            "at most 25",
        ),
        (
            "an environment, as a client's page",
            lambda: pages._prepare_portal_environment(place, "90d"),
            "at most 25",
        ),
        ("a flow", flows[0]._get_flow_data, "at most 25"),
        (
            "the portfolio",
            lambda: place._get_dashboard_data(ENV["cap.environment"].search([])),
            "at most 25",
        ),
    ):
        call()
        queries, seconds = count_queries(call)
        say(f"dashboard of {what}, a year, 100 flows, queries", queries, budget)
        say(f"dashboard of {what}, ms", f"{seconds * 1000:.0f}", "under 1000")
    _queries, seconds = count_queries(place._score)
    say("score of 100 flows, ms", f"{seconds * 1000:.0f}")
    show_plans(place)


def show_plans(place):
    """Print how the database finds the figures of the dashboards."""
    for what, query in (
        (
            "hours of an environment",
            "SELECT hour, sum(ok) FROM cap_health_hour WHERE environment_id ="
            " ANY(ARRAY[%s]) AND hour >= now() - interval '7 days' GROUP BY hour",
        ),
        (
            "latest windows of a flow",
            "SELECT * FROM cap_health_sample WHERE flow_id = (SELECT min(id) FROM"
            " cap_flow WHERE environment_id = %s) ORDER BY window_start DESC LIMIT 288",
        ),
        (
            "windows that were not judged yet",
            "SELECT s.* FROM cap_flow f CROSS JOIN LATERAL (SELECT window_start FROM"
            " cap_health_sample WHERE flow_id = f.id AND window_start >"
            " coalesce(f.watched_at, '-infinity') ORDER BY window_start LIMIT 3000) s"
            " WHERE f.environment_id = %s",
        ),
        (
            "old samples to delete",
            "SELECT ctid FROM cap_health_sample WHERE environment_id <> -%s AND"
            " window_start < now() - interval '34 days' LIMIT 50000",
        ),
    ):
        ENV.cr.execute("EXPLAIN (COSTS OFF) " + query, [place.id])
        print(f"BENCH plan: {what}")
        for (line,) in ENV.cr.fetchall():
            print("BENCH   ", line)


bench_ingest()
bench_rollup()
bench_dashboard()
ENV.cr.rollback()
