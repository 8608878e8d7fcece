"""Plays two clients' Connecta through the real health API, for the demonstration.

    scripts/demo_health.py URL [--follow]

Two weeks of a dozen flows: a bad deployment each Tuesday that is rolled back, a silent
weekend every other week, a flow that grows slow. The same moment always has the same
figures, so that it can be started again at any time; `--follow` goes on reporting.
"""

import random
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "docs"))

from health_reporter import Refused, Reporter, iso

DAYS = 14
WINDOW = timedelta(minutes=10)
# token (of the demo data), flows: key, connector, name, runs a window, milliseconds
ALLIANCE = [
    ("orders", "Webshop", "Orders to Odoo", 40, 420),
    ("stock", "Webshop", "Stock to the shop", 60, 260),
    ("prices", "Webshop", "Prices to the shop", 12, 310),
    ("customers", "Webshop", "Customers", 8, 180),
    ("shipments", "Carrier", "Shipments", 25, 640),
    ("labels", "Carrier", "Labels", 25, 900),
    ("returns", "Carrier", "Returns", 4, 510),
    ("invoices", "Accounting", "Invoices", 10, 700),
    ("payments", "Bank", "Payments", 6, 350),
    ("leads", "CRM", "Leads", 5, 150),
    ("products", "PIM", "Products", 9, 1200),
    ("purchase", "EDI", "Purchase orders", 3, 820),
]
ADVISOR = [
    ("orders", "Marketplace", "Orders", 15, 500),
    ("stock", "Marketplace", "Stock", 20, 300),
    ("invoices", "Accounting", "Invoices", 5, 600),
    ("tracking", "Carrier", "Tracking", 8, 450),
]
CLIENTS = (
    ("cap_demo_alliance_production", ALLIANCE, True),
    ("cap_demo_advisor_production", ADVISOR, False),
)
BROKEN = ("orders", "customers", "shipments")
FACTS = {"odoo_version": "18.0", "time_zone": "Europe/Brussels"}


def is_deployed(start):
    """Return whether the bad release is in use: Tuesday from 13:00 to 16:30."""
    minute = start.hour * 60 + start.minute
    return start.weekday() == 1 and 13 * 60 <= minute < 16 * 60 + 30


def is_silent(start):
    """Return whether nothing is reported: Saturday and Sunday of every other week."""
    return start.weekday() >= 5 and start.isocalendar().week % 2 == 0


def make_window(flow, start, eventful):
    """Return the window of a flow, the same whenever it is asked for."""
    key, connector, name, usual, took = flow
    dice = random.Random(f"{key}{connector}{start.isoformat()}")
    busy = 1.0 if 6 <= start.hour < 20 else 0.25
    runs = round(usual * busy * dice.uniform(0.6, 1.4))
    failed = sum(dice.random() < 0.004 for _run in range(runs))
    errors = []
    bad = eventful and is_deployed(start) and key in BROKEN
    if bad:
        failed = round(runs * dice.uniform(0.7, 0.95))
    if eventful and key == "products":
        took *= 1 + start.timetuple().tm_yday % 7 / 6  # it grows slow, week by week
    if failed:
        number = dice.randint(10_000, 99_999)
        errors = [
            {
                "class": "KeyError" if bad else "Timeout",
                "message": f"Field 'x_carrier_{number}' is missing on order {number}"
                if bad
                else f"No answer from 10.2.0.{dice.randint(2, 250)} in 30 s",
                "count": failed,
            }
        ]
    took *= dice.uniform(0.8, 1.25)
    return {
        "key": key,
        "connector": connector,
        "flow": name,
        "start": iso(start.timestamp()),
        "end": iso((start + WINDOW).timestamp()),
        "ok": runs - failed,
        "failed": failed,
        "skipped": dice.randint(0, 2),
        "p50_ms": round(took, 1),
        "p95_ms": round(took * dice.uniform(1.8, 2.6), 1),
        "queue_depth": dice.randint(0, 4) + (runs if bad else 0),
        "oldest_pending_s": dice.randint(0, 90) + (3600 if bad else 0),
        "errors": errors,
    }


def list_deployments(first, last):
    """Return the releases and roll-backs between two moments."""
    found = []
    day = first.replace(hour=0, minute=0)
    while day < last:
        if day.weekday() == 1:
            for hour, text in ((13, "Release 4.2"), (16.5, "Back to release 4.1")):
                at = day + timedelta(hours=hour)
                if first <= at < last:
                    found.append({"at": iso(at.timestamp()), "text": text})
        day += timedelta(days=1)
    return found


def send(reporter, flows, eventful, start, end):
    """Report the windows between two moments, in parts of a quarter of a day."""
    step = timedelta(hours=6)
    while start < end:
        last = min(start + step, end)
        moments = [start + WINDOW * n for n in range((last - start) // WINDOW)]
        rows = [
            make_window(flow, moment, eventful)
            for moment in moments
            if not (eventful and is_silent(moment))
            for flow in flows
        ]
        version = "4.2" if eventful and is_deployed(last) else "4.1"
        body = {
            "environment": FACTS | {"connecta_version": version},
            "windows": rows,
            "deployments": list_deployments(start, last) if eventful else [],
        }
        reporter.post(f"demo/{iso(start.timestamp())}/{iso(last.timestamp())}", body)
        start = last


def floor(moment):
    """Return the start of the window that a moment is in."""
    return moment.replace(minute=moment.minute // 10 * 10, second=0, microsecond=0)


def main():
    url = sys.argv[1]
    end = floor(datetime.now(UTC))
    start = (end - timedelta(days=DAYS)).replace(hour=0, minute=0)
    reporters = [
        (Reporter(url, token), flows, eventful) for token, flows, eventful in CLIENTS
    ]
    for reporter, flows, eventful in reporters:
        send(reporter, flows, eventful, start, end)
    print(f"reported {DAYS} days until {end.isoformat()}", flush=True)
    while "--follow" in sys.argv[2:]:
        time.sleep(60)
        now = floor(datetime.now(UTC))
        for reporter, flows, eventful in reporters:
            try:
                send(reporter, flows, eventful, end, now)
            except Refused as refused:
                print(refused, flush=True)
        end = now


if __name__ == "__main__":
    main()
