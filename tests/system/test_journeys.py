"""The four main jobs, by clicks, by the people whose jobs they are."""

import re

from playwright.sync_api import expect

SUBJECT = "Shipments are not confirmed"


def submit_ticket(page, subject):
    """Send a ticket as a client; return its path."""
    page.goto("/my/cap/tickets/new")
    assert "before" in page.text_content(".o_cap_preview")
    page.fill("#cap_name", subject)
    page.fill("#cap_description", "Since noon no shipment is confirmed.")
    page.select_option("#cap_area", "flow")
    page.select_option("#cap_urgency", "3")
    file = {"name": "log.txt", "mimeType": "text/plain", "buffer": b"error 42"}
    page.set_input_files("#cap_files", file)
    page.click("form.o_cap_ticket_form button[type=submit]")
    page.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    return page.url.split("?")[0]


def test_a_client_asks_an_agent_assesses_the_client_reads(login):
    client = login("advisor")
    url = submit_ticket(client, SUBJECT)
    number = re.search(r"CAP-\d+", client.text_content("h1 ~ *, .o_portal_wrap"))[0]
    assert "You get a priority before" in client.text_content(".o_cap_promise")
    client.wait_for_selector(".o_cap_countdown:has-text('left')")

    agent = login("agent")
    agent.goto("/odoo/cap-triage")
    row = agent.locator(".o_data_row", has_text=number)
    assert "left" in row.locator(".o_cap_clock").inner_text()
    row.locator("button[data-priority='3']").click()
    agent.wait_for_selector("#o_cap_reason")
    agent.fill("#o_cap_reason", "It hinders your dispatch; we take it up today.")
    agent.keyboard.press("Enter")
    row.wait_for(state="detached")

    client.goto(url)
    promise = client.text_content(".o_cap_promise")
    assert "Priority: High" in promise
    assert "It hinders your dispatch" in promise
    assert "Ann Verbeke" in promise
    client.wait_for_selector("text=log.txt")
    client.click("text=Close ticket")
    client.click(".modal .btn-primary")
    client.wait_for_selector("text=Reopen")
    client.click("text=Reopen")
    client.wait_for_selector("text=Close ticket")


def test_an_agent_triages_by_keyboard(login):
    agent = login("agent")
    agent.goto("/odoo/cap-triage")
    first = agent.locator(".o_data_row").first
    number = first.locator("td[name=number]").inner_text()
    agent.wait_for_selector(".o_data_row.o_cap_cursor")
    agent.keyboard.press("2")
    agent.wait_for_selector("#o_cap_reason")
    agent.keyboard.press("Enter")
    row = agent.locator(".o_data_row", has_text=number)
    row.wait_for(state="detached")
    agent.keyboard.press("o")
    agent.wait_for_selector(".o_form_view .o_cap_assess_buttons")


def test_an_untouched_ticket_is_found_breached(login, shell):
    code = """
from odoo.addons.connecta_cap.tools.clock import FixedClock
from datetime import timedelta
client = env.ref("connecta_cap.user_essential_demo")
tickets = env["cap.ticket"].with_user(client)
past = tickets._cap_now() - timedelta(days=9)
ticket = tickets.with_context(cap_clock=FixedClock(past))._portal_submit({
    "name": "Nobody looked at this", "description": "Hello?",
    "area": "flow", "requested_urgency": "2",
})
env["ir.cron.trigger"].sudo().search([]).unlink()
env.ref("connecta_cap.ir_cron_cap_breach").sudo()._trigger()
env.cr.commit()
print("id", ticket.id, ticket.sudo().sla_state)
"""
    ticket = re.search(r"id (\d+) running", shell(code))[1]
    lead = login("lead")
    lead.goto(f"/odoo/cap-tickets/{ticket}")
    for _attempt in range(40):
        badge = lead.locator(".o_field_widget[name=sla_state]").first
        if "Breached" in badge.inner_text():
            break
        lead.wait_for_timeout(1500)
        lead.reload()
        lead.wait_for_selector(".o_field_widget[name=sla_state]")
    assert "Breached" in badge.inner_text()
    assert "Overdue" in lead.locator(".o_cap_clock").first.inner_text()
    client = login("essential")
    client.goto(f"/my/cap/tickets/{ticket}")
    assert "We are late" in client.text_content(".o_cap_promise")


def test_an_account_manager_upgrades_a_tier(login):
    manager = login("manager")
    manager.goto("/odoo/cap-subscriptions")
    manager.click(".o_data_row:has-text('Bakker')")
    manager.click("button:has-text('Change tier')")
    manager.click(".modal div[name=tier_id] label:has-text('Advisor')")
    manager.wait_for_selector(".modal .o_cap_change:has-text('Quarterly audit')")
    manager.fill(".modal div[name=reason] input", "Wants audits")
    manager.click(".modal button:has-text('Upgrade now')")
    manager.wait_for_selector(".modal", state="detached")
    manager.wait_for_selector(".o_field_widget[name=tier_id]:has-text('Advisor')")
    manager.click("a[name=history]")
    expect(manager.locator("div[name=period_ids]")).to_contain_text("Wants audits")
    client = login("essential", width=360)
    client.goto("/my/cap")
    assert client.text_content(".card h2").strip() == "Advisor"
    width = client.evaluate("document.documentElement.scrollWidth")
    assert width <= 360


def test_a_client_answers_in_the_conversation(login):
    client = login("alliance", width=360)
    url = submit_ticket(client, "Labels are empty")
    composer = client.locator(".o-mail-Composer-input").first
    composer.fill("The printer is a Zebra.")
    client.locator("button:has-text('Send')").first.click()
    client.wait_for_selector(".o-mail-Message:has-text('Zebra')")
    client.goto(url)
    client.wait_for_selector(".o-mail-Message:has-text('Zebra')")
    width = client.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
