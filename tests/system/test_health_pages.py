"""Health in the browser: a client on a phone, and a consultant who acknowledges."""

import re

import pytest
from playwright.sync_api import expect

PREPARE = """
import json
from datetime import timedelta
from odoo.addons.connecta_cap.tools.clock import FixedClock
user = env["res.users"].search([("login", "=", "advisor")])
client = user.partner_id.commercial_partner_id
subscription = env["cap.subscription"].search(
    [("partner_id", "=", client.id)], limit=1)
place = env["cap.environment"].create(
    {"name": "%(name)s", "subscription_id": subscription.id, "report_interval": 5})
_token, secret = env["cap.environment.token"]._issue(place, "Test")
env.cr.commit()
now = place._cap_now().replace(second=0, microsecond=0)
windows = []
for back in range(90, 0, -5):
    start = now - timedelta(minutes=back)
    for flow, failed in (("Orders", 9 if back <= 60 else 0), ("Stock", 0)):
        windows.append({
            "flow": flow, "connector": "Shop", "key": flow,
            "start": start.isoformat() + "Z",
            "end": (start + timedelta(minutes=5)).isoformat() + "Z",
            "ok": 1, "failed": failed, "p95_ms": 300,
            "errors": [{"class": "Timeout", "message": "No answer", "count": failed}]
                if failed else [],
        })
body = {
    "sent_at": now.isoformat() + "Z", "windows": windows,
    "deployments": [{"at": (now - timedelta(minutes=60)).isoformat() + "Z",
                     "text": "Release 7"}],
}
env["cap.health.intake"]._receive(secret, "first", json.dumps(body).encode())
place._watch()
while env["cap.health.rollup"]._roll_up():
    pass
env.cr.commit()
print("place", place.id)
"""


@pytest.fixture
def place(shell, request):
    """Return (id, name) of an environment of a demo client with a flow that is down."""
    name = request.node.name.removeprefix("test_").replace("_", " ")[:20]
    out = shell(PREPARE % {"name": name})
    return int(out[out.rindex("place ") :].split()[1]), name


def assert_fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_client_files_a_ticket_from_a_red_flow(login, place):
    client = login("advisor", width=360)
    client.goto("/my/cap/health")
    assert_fits(client)
    client.click(f".o_cap_environments a:has-text('{place[1]}')")
    client.wait_for_url(f"**/my/cap/health/{place[0]}")
    assert_fits(client)
    assert client.locator(".o_cap_strip li").count() == 90
    assert "All times in" in client.inner_text(".o_cap_zone")
    # the strip is one stop of the keyboard, and arrows walk through it
    today = client.locator(".o_cap_strip li[tabindex='0']")
    assert today.count() == 1
    today.focus()
    client.keyboard.press("ArrowLeft")
    yesterday = client.locator(".o_cap_strip li").nth(88).get_attribute("aria-label")
    expect(client.locator(".o_cap_strip_words")).to_have_text(yesterday)
    client.click(".o_cap_flows a:has-text('Orders')")
    client.wait_for_selector(".o_cap_filing")
    assert_fits(client)
    assert client.locator(".o_cap_health[data-state=down]").first.inner_text() == "Down"
    client.click("nav[aria-label=Period] a:has-text('24 h')")
    client.wait_for_url("**period=24h**")
    assert client.locator("figure[data-chart]").count() == 4
    assert "Release 7" in client.inner_text(".o_cap_marks")
    client.click("a:has-text('File a ticket')")
    client.wait_for_selector(".o_cap_about_flow")
    assert_fits(client)
    text = client.input_value("textarea[name=description]")
    assert text.startswith(f"Shop / Orders in {place[1]}: Down since")
    assert "Timeout: No answer" in text
    client.click("button:has-text('Send')")
    client.wait_for_selector("text=We have received your ticket")
    number = client.inner_text(".alert-success strong")
    client.goto(f"/my/cap/health/{place[0]}")
    client.click(".o_cap_flows a:has-text('Orders')")
    assert number in client.inner_text(".o_cap_filing")

    agent = login("agent")
    agent.goto("/odoo/cap-tickets")
    agent.click(f".o_data_row:has-text('{number}')")
    agent.click("a[name=monitoring]")
    shown = agent.inner_text(".o_cap_flow_context")
    assert "Timeout: No answer" in shown
    agent.click('button:has-text("Open the flow\'s dashboard")')
    agent.wait_for_selector(f".o_cap_tickets:has-text('{number}')")


def test_a_consultant_acknowledges_an_incident(login, place):
    consultant = login("consultant")
    consultant.goto("/odoo/cap-health")
    consultant.fill(".o_cap_search", place[1])
    row = f"[data-environment='{place[0]}']"
    consultant.wait_for_selector(f"{row}:has-text('to acknowledge')")
    consultant.click(f"{row} .o_cap_open")
    consultant.wait_for_url(re.compile(f"cap-health-environment/{place[0]}"))
    consultant.click("[data-flow] .o_cap_open:has-text('Orders')")
    consultant.wait_for_url(re.compile(r"cap-health-flow/\d+"))
    consultant.wait_for_selector("canvas[data-chart=durations]")
    consultant.click(".o_cap_acknowledge")
    consultant.wait_for_selector(".o_cap_acknowledge", state="detached")
    expect(consultant.locator(".o_cap_incidents")).to_contain_text("Koen Willems")
    # the page's address is enough to come back
    consultant.reload()
    consultant.wait_for_selector(".o_cap_incidents:has-text('Koen Willems')")
    consultant.click(".o_cap_environment")
    consultant.wait_for_selector("[data-flow]")
