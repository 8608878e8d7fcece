"""Training by clicks: asked for, confirmed, held, certified."""

import re
import time

TOPIC = "Restarting failed orders"


def ask(client, topic):
    """Ask for a session as a client; return its number."""
    client.goto("/my/cap/training/request")
    client.fill("#cap_topic", topic)
    client.fill("#cap_message", "So that the warehouse can help itself.")
    client.select_option("#cap_hours", "1.0")
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 15 * 86400))
    client.fill("input[name=wish_1]", f"{day}T10:00")
    client.click("form.o_cap_training_form button[type=submit]")
    client.wait_for_selector("text=Your request is with us")
    card = client.locator(".o_cap_session", has_text=topic)
    return card.get_attribute("data-session")


def read_balance(client):
    client.goto("/my/cap/training")
    return float(client.text_content(".o_cap_balance").split()[0])


def open_session(consultant, number):
    consultant.goto("/odoo/cap-training-sessions")
    consultant.click(f".o_data_row:has-text('{number}') td[name=topic]")
    consultant.wait_for_selector(".o_form_view")


def test_a_client_asks_a_consultant_confirms_the_client_sees_the_statement(login):
    client = login("advisor", width=360)
    before = read_balance(client)
    number = ask(client, TOPIC)
    assert client.evaluate("document.documentElement.scrollWidth") <= 360

    consultant = login("consultant")
    open_session(consultant, number)
    consultant.click("button:has-text('Choose a time')")
    consultant.wait_for_selector(".modal div[name=start]")
    consultant.click(".modal footer button:visible:has-text('Confirm')")
    consultant.wait_for_selector(".modal", state="detached")
    consultant.wait_for_selector(".o_arrow_button_current:has-text('Confirmed')")
    consultant.wait_for_selector("button[name=action_open_event]")

    assert read_balance(client) == before - 1
    card = client.locator(".o_cap_session", has_text=TOPIC)
    assert "Confirmed" in card.inner_text()
    assert "Koen Willems" in card.inner_text()
    row = client.locator(".o_cap_statement tr", has_text=number)
    assert "−1" in row.inner_text()
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    card.locator("a:has-text('Another time')").click()
    day = time.strftime("%Y-%m-%d", time.localtime(time.time() + 20 * 86400))
    client.fill("input[name=wish_1]", f"{day}T14:00")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    client.click("form.o_cap_training_move button[type=submit]")
    client.wait_for_selector("text=Your hours stay booked")
    card = client.locator(".o_cap_session", has_text=TOPIC)
    assert "Requested" in card.inner_text()
    assert read_balance(client) == before - 1
    card.locator("button:has-text('Cancel')").click()
    client.click(".modal .btn-primary")
    client.wait_for_selector("text=The session is cancelled")
    assert read_balance(client) == before


def test_a_consultant_holds_a_session_and_the_certificate_appears(login, shell):
    code = """
from datetime import timedelta
from odoo.addons.connecta_cap.tools.clock import FixedClock
contact = env.ref("connecta_cap.partner_advisor_contact_demo")
subscription = env["cap.subscription"].search(
    [("partner_id", "=", contact.commercial_partner_id.id)])
now = subscription._cap_now()
past = env["cap.training.session"].with_context(
    cap_clock=FixedClock(now - timedelta(days=5)))
session = past._book(subscription.with_context(past.env.context), {
    "topic": "Held yesterday", "hours": 0.5, "attendees": contact, "contact": contact})
host = env.ref("connecta_cap.user_consultant_demo")
session._set_confirmed(host, now - timedelta(days=1))
env["mail.mail"].search([]).unlink()
env.cr.commit()
print("number", session.number)
"""
    number = re.search(r"number (\S+)", shell(code))[1]
    consultant = login("consultant")
    open_session(consultant, number)
    consultant.click("button[name=action_held]")
    consultant.click(".modal .btn-primary")
    consultant.wait_for_selector(".o_arrow_button_current:has-text('Held')")
    client = login("advisor")
    client.goto("/my/cap/training")
    card = client.locator(".o_cap_session", has_text="Held yesterday")
    with client.expect_download() as download:
        card.locator("a:has-text('Certificate')").click()
    with open(download.value.path(), "rb") as file:
        assert file.read(5) == b"%PDF-"
