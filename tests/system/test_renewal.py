"""A term comes to its end: renewed, suspended, closed, or left to run out."""

import re

from playwright.sync_api import expect

MAKE = """
from datetime import timedelta
manager = env.ref("connecta_cap.user_manager_demo")
client = env["res.partner"].create({"name": "%(name)s", "is_company": True,
    "email": "%(login)s@system.example"})
contact = env["res.partner"].create({"name": "Kim Peeters",
    "parent_id": client.id, "email": "%(login)s.contact@system.example"})
env["res.users"].with_context(no_reset_password=True).create({
    "partner_id": contact.id, "login": "%(login)s", "password": "%(login)s",
    "group_ids": [(6, 0, [env.ref("base.group_portal").id])]})
subscription = env["cap.subscription"].create(
    {"partner_id": client.id, "account_manager_id": manager.id})
today = subscription._cap_today()
start = today - timedelta(%(days)s)
subscription._start_tier(env.ref("connecta_cap.cap_tier_advisor"), start, "First")
from odoo.addons.connecta_cap.tools.clock import FixedClock
from datetime import datetime, time
clock = FixedClock(datetime.combine(start, time(12)))
subscription.with_context(cap_clock=clock)._set_term(
    start, today + timedelta(%(left)s), "First term")
subscription.action_activate()
env.cr.commit()
print("id", subscription.id)
"""


def make(shell, name, login, days, left):
    """Return the id of a client's subscription, `left` days before its renewal."""
    out = shell(MAKE % {"name": name, "login": login, "days": days, "left": left})
    return int(re.search(r"id (\d+)", out)[1])


def open_form(page, subscription):
    page.goto(f"/odoo/cap-subscriptions/{subscription}")
    page.wait_for_selector(".o_form_view .o_form_statusbar")


def test_an_account_manager_renews_from_the_form(login, shell):
    subscription = make(shell, "Renewing Ltd", "renewing", 345, 20)
    manager = login("manager")
    manager.goto("/odoo/cap-subscriptions")
    row = ".o_data_row:has-text('Renewing Ltd')"
    manager.wait_for_selector(f"{row} td[name=renewal_state]:has-text('To renew')")
    open_form(manager, subscription)
    manager.click(".o_statusbar_buttons button:has-text('Renew')")
    manager.wait_for_selector(".modal .o_field_widget[name=date_last]")
    before = manager.inner_text(".modal .o_field_widget[name=date_last]")
    manager.fill(".modal div[name=term_months] input", "24")
    manager.keyboard.press("Tab")
    last = "document.querySelector('.modal [name=date_last]').innerText"
    manager.wait_for_function(f"before => {last} != before", arg=before)
    manager.click(".modal label:has-text('Alliance')")
    manager.wait_for_selector(".modal .o_cap_change:has-text('Custom workshop')")
    manager.fill(".modal div[name=note] input", "Two years, with a consultant")
    manager.click(".modal footer button:has-text('Renew')")
    manager.wait_for_selector(".modal", state="detached")
    manager.click("a[name=history]")
    terms = manager.locator("div[name=renewal_ids] .o_data_row")
    expect(terms).to_have_count(2)
    expect(terms.first).to_contain_text("Two years, with a consultant")
    expect(manager.locator("div[name=period_ids]")).to_contain_text("Alliance")
    words = "is renewed. The term runs from"
    manager.wait_for_selector(f".o-mail-Message:has-text('{words}')")


def test_a_closing_is_shown_planned_and_called_off(login, shell):
    subscription = make(shell, "Leaving Ltd", "leaving", 100, 200)
    manager = login("manager")
    open_form(manager, subscription)
    manager.click(".o_statusbar_buttons button:has-text('Close')")
    preview = manager.locator(".modal .o_cap_preview")
    preview.wait_for()
    for words in ("No ticket is open", "lapses with the end", "usable until its own"):
        assert words in preview.inner_text()
    manager.click(".modal label:has-text('On a later day')")
    manager.wait_for_selector(".modal button:has-text('Plan the end')")
    manager.fill(".modal div[name=reason] input", "Moves to another platform")
    manager.click(".modal button:has-text('Plan the end')")
    manager.wait_for_selector(".modal", state="detached")
    decided = ".alert:has-text('The cover ends by decision')"
    manager.wait_for_selector(decided)
    manager.click("button:has-text('Keep the cover')")
    manager.click(".modal .btn-primary")
    manager.wait_for_selector(
        ".alert:has-text('The cover ends by decision')", state="hidden"
    )

    manager.click(".o_statusbar_buttons button:has-text('Suspend')")
    manager.wait_for_selector(".modal .o_cap_preview:has-text('waits')")
    manager.fill(".modal div[name=reason] input", "Summer break")
    manager.click(".modal footer button:has-text('Suspend')")
    manager.wait_for_selector(".modal", state="detached")
    manager.click(".o_statusbar_buttons button:has-text('Resume')")
    manager.wait_for_selector(".modal .o_cap_preview:has-text('as before')")
    manager.fill(".modal div[name=reason] input", "Back at work")
    manager.click(".modal footer button:has-text('Resume')")
    manager.wait_for_selector(".modal", state="detached")

    manager.click(".o_statusbar_buttons button:has-text('Close')")
    manager.fill(".modal div[name=reason] input", "Moves today")
    manager.click(".modal button:has-text('Close today')")
    manager.wait_for_selector(".modal", state="detached")
    manager.wait_for_selector(".o_arrow_button_current:has-text('Closed')")


def test_a_client_whose_cover_ran_out_reads_it_and_loses_no_ticket(login, shell):
    subscription = make(shell, "Forgetful Ltd", "forgetful", 380, -14)
    client = login("forgetful", width=360)
    client.goto("/my/cap")
    assert "Your cover ended on" in client.text_content(".alert")
    width = client.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    client.goto("/my/cap/tickets/new")
    client.fill("#cap_name", "Orders stop")
    client.fill("#cap_description", "Nothing arrives since noon.")
    client.select_option("#cap_area", "flow")
    client.select_option("#cap_urgency", "3")
    client.click("form.o_cap_ticket_form button[type=submit]")
    client.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    ticket = re.search(r"/tickets/(\d+)", client.url)[1]
    out = shell(f"print('sla', env['cap.ticket'].browse({ticket}).sla_state)")
    assert "sla none" in out

    manager = login("manager")
    open_form(manager, subscription)
    manager.click(".o_statusbar_buttons button:has-text('Renew')")
    manager.wait_for_selector(".modal .alert:has-text('A new subscription continues')")
    manager.click(".modal footer button:has-text('Renew')")
    manager.wait_for_selector(".modal", state="detached")
    manager.wait_for_selector(".o_field_widget[name=origin_id]")
    client.goto("/my/cap")
    assert client.locator(".alert:has-text('Your cover ended on')").count() == 0
