"""Escalation by real workers: killed in the middle, and two of them side by side."""

import os
import re
import signal
from collections import Counter

import psycopg2
import pytest
from devenv.databases import Databases
from test_alerts import EMERGENCY, NO_TRIGGER, fetch, file_tickets, wait_for, world

__all__ = ["fetch", "world"]  # fixtures

COUNT = 600
# Tickets that nobody looked at for days, in hours that never end: the job may tell at
# whatever time this runs.
MANY = """
from datetime import timedelta
from odoo.addons.connecta_cap.tools.clock import FixedClock
hours = env.ref("connecta_cap.resource_calendar_response")
hours.leave_ids.unlink()
hours.attendance_ids = [(5, 0, 0)] + [(0, 0, {
    "name": f"Day {day}", "dayofweek": str(day), "hour_from": 0, "hour_to": 24,
    "day_period": "full_day"}) for day in range(7)]
tickets = env["cap.ticket"]
past = tickets._cap_now() - timedelta(days=9)
contact = env.ref("connecta_cap.user_essential_demo").partner_id.id
made = tickets.with_context(cap_clock=FixedClock(past)).create(
    [{"name": "Killed escalation", "partner_id": contact} for _n in range(%s)])
env["ir.cron.trigger"].sudo().search([]).unlink()
env.cr.commit()
print("made", made[:1].id, made[-1:].id)
"""
STEPS = """
SELECT ticket_id, kind, level FROM cap_sla_event
WHERE kind IN ('warned', 'escalated', 'breached') AND ticket_id BETWEEN %s AND %s
"""
ACTIVITIES = """
SELECT res_id FROM mail_activity
WHERE res_model = 'cap.ticket' AND res_id BETWEEN %s AND %s
"""
# what went to screens: the ticket and whose screen
NOTICES = """
SELECT (message::json->'payload'->>'ticket_id')::int, channel FROM bus_bus
WHERE message::json->>'type' = 'cap.ticket/escalated'
AND (message::json->'payload'->>'ticket_id')::int BETWEEN %s AND %s
"""
EACH = {
    ("warned", 50),
    ("warned", 75),
    ("breached", 0),
    ("escalated", 1),
    ("escalated", 2),
}


def assert_once(read, ids, whole=True):
    """Check that each step, task and notice of some tickets is there exactly once.

    :param ids: the first and the last ticket.
    :param whole: whether everything has been told, or a part of the tickets only.
    """
    steps = Counter(read(STEPS, ids))
    assert set(steps.values()) <= {1}
    told = {ticket for ticket, kind, _level in steps if kind == "escalated"}
    for ticket in told:
        assert {step[1:] for step in steps if step[0] == ticket} == EACH
    activities = Counter(read(ACTIVITIES, ids))
    assert {ticket for (ticket,) in activities} == told
    assert set(activities.values()) <= {1}
    notices = Counter(read(NOTICES, ids))
    assert {ticket for ticket, _channel in notices} == told
    assert set(notices.values()) <= {1}
    if whole:
        assert len(told) == ids[1] - ids[0] + 1
    return len(told)


@pytest.fixture
def reader(world):
    """Return a function that reads rows of this test's own database."""
    connection = psycopg2.connect(dbname=world[0])
    connection.autocommit = True

    def read(query, values):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    yield read
    connection.close()


def test_a_killed_server_leaves_each_escalation_exactly_once(
    environment, world, reader
):
    name, start = world
    out = Databases(environment).shell(name, MANY % COUNT)
    ids = [int(part) for part in re.search(r"made (\d+) (\d+)", out).groups()]

    first = start()
    wait_for(lambda: reader(ACTIVITIES, ids))
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    before = assert_once(reader, ids, whole=False)
    assert 0 < before < COUNT, "it was killed between two batches"
    start()
    wait_for(lambda: len(reader(ACTIVITIES, ids)) >= COUNT)
    assert_once(reader, ids)


ESCALATE = """
tickets = env["cap.ticket"].sudo()
tickets.search([("id", "in", {ids})])._escalate(tickets._cap_now())
"""
LOCKED = """
tickets = env["cap.ticket"].sudo().browse({ids})
now = tickets._cap_now()
tickets.try_lock_for_update(allow_referencing=True)._escalate(now)
"""


@pytest.mark.parametrize("work", [ESCALATE, LOCKED], ids=["unlocked", "locked"])
def test_two_workers_show_each_notice_once(shell, fetch, race, work):
    ids = file_tickets(shell, "Two escalating workers", 5, 9 * 86400, "", NO_TRIGGER)
    work = work.format(ids=ids)
    # without the lock of the job, the unique index of the ledger has to see to it
    assert "won" in race(0, [("essential", work), ("essential", work)])
    assert_once(fetch, (ids[0], ids[-1]))


CALLED_AGAIN = """
SELECT count(*) > 0 FROM ir_cron_trigger t JOIN ir_act_server a
ON a.id = (SELECT ir_actions_server_id FROM ir_cron WHERE id = t.cron_id)
WHERE a.code LIKE %s AND t.call_at < now() AT TIME ZONE 'UTC' + interval '2 minutes'
"""

TOLD = """
SELECT DISTINCT ticket_id FROM cap_sla_event
WHERE kind = 'escalated' AND ticket_id = ANY(%s) ORDER BY 1
"""
JOB = "env['cap.ticket']._cron_escalate()\nenv.cr.commit()"


def test_a_ticket_somebody_works_on_keeps_no_other_waiting(shell, fetch, connect):
    # emergencies are told about at any hour
    ids = file_tickets(shell, "One is busy", 3, 9 * 86400, EMERGENCY, NO_TRIGGER)
    busy, *free = ids
    colleague = connect()
    with colleague.cursor() as cursor:
        cursor.execute("SELECT id FROM cap_ticket WHERE id = %s FOR UPDATE", [busy])
    shell(JOB)
    assert fetch(TOLD, [ids]) == [(ticket,) for ticket in free]
    assert fetch(CALLED_AGAIN, ["%_cron_escalate%"]) == [(True,)]
    colleague.rollback()
    shell(JOB)
    assert fetch(TOLD, [ids]) == [(ticket,) for ticket in ids]
    shell(f"env['cap.ticket'].browse({ids})._stop_alerts()\nenv.cr.commit()")


# The job has begun when somebody else changes one of its tickets.
CHANGED_MEANWHILE = """
import psycopg2
env["cap.ticket"].search_count([])
other = psycopg2.connect(dbname=env.cr.dbname)
other.cursor().execute(
    "UPDATE cap_ticket SET description = 'Changed' WHERE id = {busy}")
other.commit()
{job}
"""


def test_a_ticket_that_just_changed_keeps_no_other_waiting(shell, fetch):
    ids = file_tickets(shell, "One has changed", 3, 9 * 86400, EMERGENCY, NO_TRIGGER)
    busy, *free = ids
    shell(CHANGED_MEANWHILE.format(busy=busy, job=JOB))
    assert fetch(TOLD, [ids]) == [(ticket,) for ticket in free]
    shell(JOB)
    assert fetch(TOLD, [ids]) == [(ticket,) for ticket in ids]
    shell(f"env['cap.ticket'].browse({ids})._stop_alerts()\nenv.cr.commit()")
