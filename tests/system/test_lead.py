"""The lead's day, by clicks: figures, closed days, late calls, one look at many."""

import os
import re
import signal
import time

import psycopg2
from devenv.databases import Databases
from pages import search_for
from playwright.sync_api import expect
from test_alerts import NO_TRIGGER, fetch, file_tickets, wait_for, world

__all__ = ["fetch", "world"]  # fixtures

PHONE = """
agent = env.ref("connecta_cap.user_agent_demo")
contact = env.ref("connecta_cap.user_essential_demo").partner_id
ticket = env["cap.ticket"].with_user(agent).create(
    {"name": "Called this morning", "channel": "phone", "partner_id": contact.id})
env.cr.commit()
print("ids", ticket.id)
"""


def open_team(page):
    page.goto("/odoo/cap-teams")
    page.click(".o_data_row:has-text('Connecta support') td[name=name]")
    page.wait_for_selector("button[name=action_check_calendar]")


def test_each_number_of_the_dashboard_opens_its_tickets(login):
    lead = login("lead")
    lead.goto("/odoo/cap-promise")
    card = lead.locator(".o_cap_card[data-key=breached]")
    count = int(card.locator(".o_cap_card_value").inner_text())
    assert count > 0
    card.focus()
    lead.keyboard.press("Enter")
    expect(lead.locator(".o_list_view .o_pager_limit")).to_have_text(str(count))
    # medians and percentiles in Odoo's own pivot
    lead.click(".o_switch_view.o_pivot")
    lead.wait_for_selector(".o_pivot th:has-text('Median hours')")
    lead.goto("/odoo/cap-promise")
    lead.click("[data-days='365']")
    lead.wait_for_selector("[data-days='365'][aria-pressed=true]")
    lead.click("section[data-key=team_id] tbody button")
    lead.wait_for_selector(".o_list_view .o_data_row")

    lead.context.close()  # one browser at a time tells Odoo that this person is there
    phone = login("lead", width=360)
    phone.goto("/odoo/cap-promise")
    phone.wait_for_selector(".o_cap_chart canvas")
    # the chart takes its size a moment after it is there
    phone.wait_for_function(
        "document.querySelector('.o_cap_sla_dashboard').scrollWidth <= 360"
    )


def test_the_calendar_is_checked_with_a_button(login):
    lead = login("lead")
    open_team(lead)
    lead.click("button[name=action_check_calendar]")
    lead.wait_for_selector(".o_cap_calendar_check tbody tr")
    assert "are the same" in lead.locator(".alert-success").inner_text()
    rows = lead.locator(".o_cap_calendar_check tbody tr")
    assert rows.count() > 10
    assert all("OK" in text for text in rows.all_inner_texts())
    lead.click("button[name=action_check_next]")
    lead.wait_for_selector(f".o_breadcrumb:has-text('{time.gmtime().tm_year + 1}')")


def fill_day(page, name, day):
    field = page.locator(f".modal div[name={name}]")
    field.locator("input, button").first.click()
    field.locator("input").first.fill(day)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")


def test_a_closed_day_is_seen_before_it_is_saved_and_can_be_taken_back(
    login, shell, fetch
):
    ticket = file_tickets(shell, "Over the closed days")[0]
    read = "SELECT sla_deadline, sla_state FROM cap_ticket WHERE id = %s"
    before = fetch(read, [ticket])[0]
    assert before[1] == "running"
    today = time.time()
    days = [time.strftime("%m/%d/%Y", time.gmtime(today + n * 86400)) for n in (0, 5)]

    lead = login("lead")
    open_team(lead)
    lead.click("button:has-text('Plan a closed day')")
    lead.fill(".modal div[name=name] input", "Flood")
    fill_day(lead, "date_from", days[0])
    fill_day(lead, "date_to", days[1])
    row = lead.locator(".modal .o_cap_moves tr:has-text('Over the closed days')")
    row.wait_for()
    expect(row).to_contain_text("Moves later")
    expect(row).to_contain_text("Flood closed")
    assert fetch(read, [ticket])[0] == before, "a look changes nothing"
    lead.click(".modal label:has-text('Rebase them')")
    lead.fill(".modal div[name=reason] input", "The office is under water.")
    lead.click(".modal button:has-text('Save the closed day')")
    lead.wait_for_selector(".o_notification:has-text('Flood')")
    moved = fetch(read, [ticket])[0]
    assert moved[0] > before[0]

    lead.goto("/odoo/cap-teams")
    open_team(lead)
    lead.click("button:has-text('Plan a closed day')")
    lead.click(".modal label:has-text('none after all')")
    lead.fill(".modal div[name=leave_id] input", "Flood")
    lead.click(".o-autocomplete--dropdown-item:has-text('Flood')")
    row.wait_for()
    expect(row).to_contain_text("Moves earlier")
    lead.click(".modal label:has-text('Rebase them')")
    lead.fill(".modal div[name=reason] input", "The water is gone.")
    lead.click(".modal button:has-text('Remove the closed day')")
    lead.wait_for_selector(".o_notification:has-text('Flood')")
    assert fetch(read, [ticket])[0][0] == before[0]
    events = "SELECT note FROM cap_sla_event WHERE ticket_id = %s AND kind = 'rebased'"
    assert sorted(fetch(events, [ticket])) == [
        ("The office is under water.",),
        ("The water is gone.",),
    ]


def test_several_tickets_after_one_look(login, shell, fetch):
    ids = file_tickets(shell, "Same outage", 3)
    lead = login("lead")
    lead.goto("/odoo/cap-triage")
    search_for(lead, "Same outage")
    lead.click("thead .o_list_record_selector input")
    lead.click(".o_control_panel button:has-text('Actions')")
    lead.click(".o-dropdown-item:has-text('Assess together')")
    lead.click(".modal div[name=priority] label:has-text('Critical')")
    lead.click(".modal div[name=ticket_type] input")
    lead.click(".o_select_menu_item:has-text('Incident')")
    # meanwhile a colleague assesses one of them
    shell(
        f"agent = env.ref('connecta_cap.user_agent_demo')\n"
        f"env['cap.ticket'].with_user(agent).browse({ids[0]})"
        ".action_assess('1', 'question', 'Mine.')\nenv.cr.commit()"
    )
    lead.fill(".modal div[name=reason] input", "One outage for all of you.")
    lead.click(".modal button:has-text('Assess together')")
    lead.wait_for_selector(".modal .alert-success")
    conflict = lead.locator(".modal .o_cap_conflicts")
    assert "assessed by Ann Verbeke" in conflict.inner_text()
    rows = fetch(
        "SELECT id, priority, sla_state FROM cap_ticket WHERE id = ANY(%s) ORDER BY id",
        [ids],
    )
    assert [row[1] for row in rows] == ["1", "4", "4"]
    assert {row[2] for row in rows} == {"met"}


def test_a_call_filed_late(login, shell, fetch):
    ticket = int(re.search(r"ids (\d+)", shell(PHONE))[1])
    read = "SELECT sla_start, sla_deadline FROM cap_ticket WHERE id = %s"
    before = fetch(read, [ticket])[0]
    agent = login("agent")
    agent.goto(f"/odoo/cap-tickets/{ticket}")
    agent.click("button:has-text('Did the client call earlier?')")
    then = time.strftime("%m/%d/%Y %H:%M:%S", time.gmtime(time.time() - 86400))
    field = agent.locator(".modal div[name=start]")
    field.locator("input, button").first.click()
    field.locator("input").first.fill(then)
    agent.keyboard.press("Enter")
    agent.keyboard.press("Tab")
    agent.wait_for_selector(".modal div[name=preview]:has-text('received')")
    agent.fill(".modal div[name=reason] input", "Noted on paper first.")
    agent.click(".modal button:has-text('Correct the start')")
    agent.wait_for_selector(".modal", state="detached")
    after = fetch(read, [ticket])[0]
    assert after[0] < before[0]
    assert after[1] <= before[1]
    events = (
        "SELECT note FROM cap_sla_event WHERE kind = 'corrected' AND ticket_id = %s"
    )
    assert fetch(events, [ticket]) == [("Noted on paper first.",)]


def test_what_was_changed_past_all_rules_is_put_right(login, shell, fetch, connect):
    ticket = file_tickets(shell, "Spoilt by hand")[0]
    connection = connect()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cap_ticket SET sla_deadline = sla_deadline + interval '9 days',"
            " sla_state = 'met' WHERE id = %s",
            [ticket],
        )
    connection.commit()
    lead = login("lead")
    lead.goto(f"/odoo/cap-tickets/{ticket}")
    lead.click(".o_cp_action_menus button")
    lead.click(".o-dropdown-item:has-text('Check against the ledger')")
    table = lead.locator(".modal .o_cap_differences")
    table.wait_for()
    assert "Assess before" in table.inner_text()
    lead.fill(".modal div[name=reason] input", "Somebody ran a script.")
    lead.click(".modal button:has-text('Set to what the ledger says')")
    lead.wait_for_selector(".modal .alert-success:has-text('as their ledger says')")
    state = "SELECT sla_state FROM cap_ticket WHERE id = %s"
    assert fetch(state, [ticket]) == [("running",)]


# === JOBS SIDE BY SIDE, AND KILLED === #

ALL_JOBS = """
tickets = env["cap.ticket"]
tickets._cron_mark_breached()
tickets._cron_escalate()
tickets._cron_alert()
"""


def test_two_workers_do_each_thing_once(shell, fetch, race):
    late = file_tickets(shell, "Two workers", 30, 9 * 86400, "", NO_TRIGGER)
    race(0, [("essential", ALL_JOBS), ("essential", ALL_JOBS)])
    counts = fetch(
        "SELECT ticket_id, kind, level, count(*) FROM cap_sla_event"
        " WHERE ticket_id = ANY(%s) AND kind IN ('breached', 'warned', 'escalated')"
        " GROUP BY 1, 2, 3",
        [late],
    )
    assert {row[3] for row in counts} == {1}
    breached = {row[0] for row in counts if row[1] == "breached"}
    assert breached == set(late)
    activities = fetch(
        "SELECT res_id, count(*) FROM mail_activity WHERE res_model = 'cap.ticket'"
        " AND res_id = ANY(%s) GROUP BY 1",
        [late],
    )
    assert all(count == 1 for _ticket, count in activities)


MANY = """
from datetime import timedelta
from odoo.addons.connecta_cap.tools.clock import FixedClock
tickets = env["cap.ticket"]
past = tickets._cap_now() - timedelta(days=9)
contact = env.ref("connecta_cap.user_essential_demo").partner_id.id
made = tickets.with_context(cap_clock=FixedClock(past)).create(
    [{"name": "Killed breach", "partner_id": contact} for _n in range(800)])
env["ir.cron.trigger"].sudo().search([]).unlink()
env.cr.commit()
print("made", made[:1].id, made[-1:].id)
"""
BROKEN = """
SELECT count(DISTINCT ticket_id), count(*) FROM cap_sla_event
WHERE kind = 'breached' AND ticket_id BETWEEN %s AND %s
"""


def test_a_killed_server_leaves_each_breach_exactly_once(environment, world):
    name, start = world
    out = Databases(environment).shell(name, MANY)
    ids = [int(part) for part in re.search(r"made (\d+) (\d+)", out).groups()]
    connection = psycopg2.connect(dbname=name)
    connection.autocommit = True

    def broken():
        with connection.cursor() as cursor:
            cursor.execute(BROKEN, ids)
            return cursor.fetchone()

    first = start()
    end = time.monotonic() + 90
    while not broken()[0]:
        assert time.monotonic() < end, "the job did not begin"
    os.killpg(first.process.pid, signal.SIGKILL)
    first.process.wait()
    before = broken()
    assert 0 < before[0] < 800, "it was killed between two batches"
    assert before[0] % 200 == 0, "a batch is all or nothing"
    start()
    wait_for(lambda: broken()[0] == 800)
    assert broken() == (800, 800)
    connection.close()
