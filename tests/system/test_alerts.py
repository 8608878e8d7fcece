"""Emergencies and escalations on a real server: live on screen, and each alert once."""

import os
import re
import signal
import time

import psycopg2
import pytest
from devenv.databases import Databases
from devenv.paths import LOGS
from devenv.server import Server

FILE = """
from datetime import timedelta
from odoo.addons.connecta_cap.tools.clock import FixedClock
client = env.ref("connecta_cap.user_essential_demo")
tickets = env["cap.ticket"].with_user(client)
ids = []
for number in range(%(count)s):
    past = tickets._cap_now() - timedelta(seconds=%(ago)s)
    ids.append(tickets.with_context(cap_clock=FixedClock(past))._portal_submit({
        "name": "%(name)s", "description": "All stands still.", "area": "flow",
        "requested_urgency": "4", %(more)s
    }).id)
%(then)s
env.cr.commit()
print("ids", ids)
"""
EMERGENCY = """"is_emergency": "1", "blocked_process": "Shipping",
        "blocked_since": "2026-01-05T09:00", "callback_phone": "+32 2 123 45 67","""
NO_TRIGGER = 'env["ir.cron.trigger"].sudo().search([]).unlink()'


def file_tickets(shell, name, count=1, ago=0, more="", then=""):
    out = shell(
        FILE % {"name": name, "count": count, "ago": ago, "more": more, "then": then}
    )
    return [int(found) for found in re.findall(r"\d+", out.split("ids")[-1])]


@pytest.fixture
def fetch(connect):
    """Return a function that reads rows, each time as they are by then."""
    connection = connect()
    connection.autocommit = True

    def read(query, values):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    return read


def wait_for(check, seconds=90):
    """Wait until a check of the real server's work holds."""
    end = time.monotonic() + seconds
    while not check():
        assert time.monotonic() < end, "the server did not get there"
        time.sleep(0.2)


def test_an_emergency_reaches_the_screen_and_the_client_sees_who_is_on_it(login):
    agent = login("lead")  # on call
    agent.goto("/odoo/cap-triage")
    agent.wait_for_selector(".o_cap_triage")
    client = login("alliance", width=360)
    client.goto("/my/cap/tickets/new")
    client.fill("#cap_name", "Nothing ships any more")
    client.fill("#cap_description", "Since nine no order leaves the warehouse.")
    assert not client.locator("#cap_process").is_visible()
    client.check("#cap_emergency")
    holds = client.locator(".o_cap_holds")
    assert "within 15 minutes, now" in holds.inner_text()
    assert "+32 2 000 00 00" in holds.inner_text()
    client.fill("#cap_process", "Shipping of all orders")
    client.fill("#cap_since", "2026-01-05T09:00")
    client.fill("#cap_phone", "+32 470 11 22 33")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    client.click("form.o_cap_ticket_form button[type=submit]")
    client.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    state = client.locator(".o_cap_emergency_state")
    assert "Our people on call are alerted" in state.inner_text()

    # nobody reloads anything: the bus brings it
    alert = agent.locator(".o_cap_emergency_alert", has_text="Nothing ships any more")
    alert.wait_for()
    assert "Shipping of all orders" in alert.inner_text()
    assert "+32 470 11 22 33" in alert.inner_text()
    agent.click(".o_cap_mute")
    agent.wait_for_selector(".o_cap_mute:has-text('Sound off')")
    alert.locator(".o_cap_acknowledge").click()
    alert.wait_for(state="detached")

    client.reload()
    assert "is on it" in state.inner_text()
    assert state.get_attribute("data-state") == "acknowledged"
    client.wait_for_selector(".o-mail-Message:has-text('is on it')")


# What the alarm lies over, and what lies over the alarm: nothing, whatever is open.
IN_THE_WAY = """() => {
    const at = (element) => {
        const { left, top, width, height } = element.getBoundingClientRect();
        return document.elementFromPoint(left + width / 2, top + height / 2);
    };
    const controls = document.querySelectorAll(`.o_main_navbar button,
        .o_action_manager button, .o_action_manager input, .o_action_manager textarea,
        .modal button, .modal input, .modal textarea, .o_cap_alarm button`);
    return [...controls]
        .filter((element) => element.checkVisibility() && at(element))
        .filter((element) => {
            // one of many alarms may be scrolled out of the list of them
            const list = element.closest(".o_cap_alarm_list")?.getBoundingClientRect();
            const { top, height } = element.getBoundingClientRect();
            const middle = top + height / 2;
            return !list || (middle > list.top && middle < list.bottom);
        })
        .filter((element) => {
            const isAlarm = Boolean(element.closest(".o_cap_alarm"));
            return isAlarm !== Boolean(at(element).closest(".o_cap_alarm"));
        })
        .map((element) => element.outerHTML);
}"""


def test_an_alarm_is_in_nobodys_way(login, shell):
    ticket = file_tickets(shell, "It rings on", 1, 0, EMERGENCY)[0]
    lead = login("lead")
    lead.goto("/odoo/cap-triage")
    alarm = lead.locator(".o_cap_alarm")
    # its own alarm: one that comes later would unfold the bar again
    alarm.locator(":text('It rings on')").first.wait_for()
    assert lead.evaluate(IN_THE_WAY) == []
    lead.goto("/odoo/cap-tickets")
    alarm.wait_for()
    lead.click(".o_switch_view.o_kanban")
    lead.wait_for_selector(".o_kanban_view")

    # a dialog keeps below it, and both can be used
    lead.goto(f"/odoo/cap-tickets/{ticket}")
    lead.click(".o_form_view .o_cap_assess_buttons button[data-priority='4']")
    lead.wait_for_selector("#o_cap_reason")
    assert alarm.is_visible()
    assert lead.evaluate(IN_THE_WAY) == []
    lead.fill("#o_cap_reason", "We look at it now.")
    lead.keyboard.press("Alt+Shift+E")
    lead.wait_for_selector(".o_cap_fold:focus")
    lead.keyboard.press("Enter")
    lead.wait_for_selector(".o_cap_alarm_folded")
    assert not lead.locator(".o_cap_acknowledge").first.is_visible()
    assert lead.evaluate(IN_THE_WAY) == []
    lead.click(".modal button[type=submit]")
    lead.wait_for_selector(".modal", state="detached")
    lead.context.close()

    ticket = file_tickets(shell, "It rings on a phone", 1, 0, EMERGENCY)[0]
    phone = login("lead", width=360, height=740)
    phone.goto("/odoo/cap-desk")
    phone.wait_for_selector(".o_cap_desk_ticket")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    assert phone.evaluate(IN_THE_WAY) == []
    bar = phone.locator(".o_cap_alarm")
    own = bar.locator(".o_cap_emergency_alert", has_text="It rings on a phone")
    own.wait_for()
    assert bar.bounding_box()["height"] < 740 / 2
    phone.click(".o_cap_fold")
    phone.wait_for_selector(".o_cap_alarm_folded")
    assert bar.bounding_box()["height"] < 60
    phone.locator(".o_cap_desk_ticket", has_text="It rings on a phone").click()
    phone.click(".o_cap_desk_assess button[data-priority='4']")
    phone.wait_for_selector("#o_cap_reason")
    assert phone.evaluate(IN_THE_WAY) == []
    phone.click(".o_cap_fold")
    own.locator(".o_cap_acknowledge").click()
    own.wait_for(state="detached")


def test_an_emergency_needs_no_script(server, browser, login, fetch):
    state = login("advisor").context.storage_state()
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, storage_state=state
    )
    page = context.new_page()
    page.goto("/my/cap/tickets/new")
    page.fill("#cap_name", "No script, no shipping")
    page.fill("#cap_description", "It stands still.")
    page.check("#cap_emergency")
    page.fill("#cap_process", "Shipping")
    page.fill("#cap_phone", "+32 2 765 43 21")
    page.click("form.o_cap_ticket_form button[type=submit]")
    # nothing is lost, and what is missing is named
    assert "since when" in page.text_content("#cap_form_error").lower()
    assert page.is_checked("#cap_emergency")
    assert page.input_value("#cap_process") == "Shipping"
    page.fill("#cap_since", "2026-01-05T09:00")
    page.click("form.o_cap_ticket_form button[type=submit]")
    page.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    assert "alerted" in page.text_content(".o_cap_emergency_state")
    context.close()
    ticket = int(re.search(r"tickets/(\d+)", page.url)[1])
    rows = fetch("SELECT callback_phone FROM cap_ticket WHERE id = %s", [ticket])
    assert rows == [("+32 2 765 43 21",)]


def wake_jobs(name):
    """Let a server look at its jobs now, not at the end of its minute."""
    connection = psycopg2.connect(dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('cron_trigger', %s)", [name])
    connection.close()


@pytest.fixture
def world(environment):
    """Return a database of this test's own, and how to start a server on it."""
    databases, started = Databases(environment), []
    with databases.throw_away(databases.addon_template(), "kill") as name:

        def start(*args):
            log = LOGS / f"test-kill-{len(started)}.log"
            started.append(Server(environment, name, log, args=args))
            started[-1].start()
            wake_jobs(name)
            return started[-1]

        yield name, start
        for server in started:
            server.stop()


REACHED = """
SELECT DISTINCT ticket_id FROM cap_alert
WHERE ticket_id = ANY(%s) AND channel = 'email'
"""
DOUBLED = """
SELECT count(*), count(DISTINCT (ticket_id, due_at, channel, user_id))
FROM cap_alert WHERE ticket_id = ANY(%s) AND channel = 'email'
"""
MAILS = """
SELECT count(*), count(DISTINCT (m.subject, l.email_to))
FROM mail_mail l JOIN mail_message m ON m.id = l.mail_message_id
WHERE m.subject LIKE 'Emergency %%' || (
    SELECT number FROM cap_ticket WHERE id = %s) || ':%%'
"""


def test_a_killed_server_leaves_each_alert_exactly_once(environment, world):
    name, start = world
    databases = Databases(environment)
    ids = file_tickets(
        lambda code: databases.shell(name, code), "Killed", 80, 0, EMERGENCY
    )
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True

    def read(query, values):
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchall()

    def reached():
        return len(read(REACHED, [ids]))

    first = start()
    wait_for(lambda: reached() > 0)
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    before = reached()
    assert 0 < before < len(ids), "it was killed between two batches"
    start()
    wait_for(lambda: reached() == len(ids))
    rows, places = read(DOUBLED, [ids])[0]
    assert rows == places >= len(ids)
    # a mail for each alert on record, no more and no fewer
    for ticket in ids:
        alerts = read(DOUBLED, [[ticket]])[0][0]
        assert read(MAILS, [ticket])[0][0] == alerts
    connection.close()


ALERTING = """
due = env["cap.ticket"].sudo().browse({ids}).try_lock_for_update(
    allow_referencing=True)
due._alert_again()
"""
ESCALATING = """
tickets = env["cap.ticket"].sudo().browse({ids})
now = tickets._cap_now()
tickets.try_lock_for_update(allow_referencing=True)._escalate(now)
"""


def test_two_jobs_alert_once(shell, fetch, race):
    ids = file_tickets(shell, "Two alert jobs", 5, 0, EMERGENCY, NO_TRIGGER)
    work = ALERTING.format(ids=ids)
    race(0, [("essential", work), ("essential", work)])
    rows, places = fetch(DOUBLED, [ids])[0]
    assert rows == places == len(ids)
    for ticket in ids:
        assert fetch(MAILS, [ticket]) == [(1, 1)]
    shell(f"env['cap.ticket'].browse({ids})._stop_alerts()\nenv.cr.commit()")


def test_two_jobs_escalate_once(shell, fetch, race):
    ids = file_tickets(shell, "Two escalation jobs", 5, 9 * 86400, "", NO_TRIGGER)
    work = ESCALATING.format(ids=ids)
    race(0, [("essential", work), ("essential", work)])
    events = fetch(
        "SELECT ticket_id, kind, level, count(*) FROM cap_sla_event"
        " WHERE ticket_id = ANY(%s) AND kind IN ('warned', 'escalated')"
        " GROUP BY 1, 2, 3",
        [ids],
    )
    assert len(events) == 4 * len(ids)
    assert {row[3] for row in events} == {1}
    activities = fetch(
        "SELECT res_id, count(*) FROM mail_activity WHERE res_model = 'cap.ticket'"
        " AND res_id = ANY(%s) GROUP BY 1",
        [ids],
    )
    assert sorted(activities) == [(ticket, 1) for ticket in ids]
