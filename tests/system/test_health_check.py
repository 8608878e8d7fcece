"""A Health Check from the plan to what the client reads, by clicks."""

import re
import time

MINUTES = "Orders run well, the bank needs care."
ACTION = "Try the stock flow with twice the volume"

# lets the meeting have begun an hour ago: nobody waits for tomorrow in a test
BEGIN = """
from datetime import timedelta
check = env["cap.health.check"].search([("name", "=", "%s")])
now = check._cap_now()
check._guarded_write(
    {"start": now - timedelta(hours=1), "stop": now + timedelta(minutes=5)})
env.cr.commit()
"""


def word_day(ahead, style):
    """Return a day to come as the web client reads it."""
    return time.strftime(style, time.localtime(time.time() + ahead * 86400))


def plan_check(page, client):
    """Plan a Health Check that a client is owed; return its number."""
    page.goto("/odoo/cap-health-checks")
    page.click("button:has-text('Plan a Health Check')")
    page.locator(".modal div[name=delivery_id] input").press_sequentially(client)
    page.click(f".o-autocomplete--dropdown-item:has-text('{client}') >> nth=0")
    page.wait_for_selector(".modal div[name=attendee_ids] .o_tag")
    page.wait_for_selector(".modal div[name=start]")
    moment = page.locator(".modal div[name=start] input")
    moment.fill(word_day(3, "%m/%d/%Y 17:30:00"))
    moment.press("Enter")
    page.fill(".modal div[name=location] input", "By video")
    page.click(".modal button:has-text('Plan and invite')")
    page.wait_for_selector("button[name=action_prepare]")
    return page.locator("div[name=name]").first.inner_text().strip()


def test_a_consultant_holds_and_publishes_and_the_client_reads(login, shell):
    consultant = login("consultant")
    number = plan_check(consultant, "Meridian")
    assert re.fullmatch(r"HC-\d{4}", number)
    consultant.click("button[name=action_prepare]")
    consultant.wait_for_selector("div[name=agenda] :text('Left to do from last time')")
    shell(BEGIN % number)
    consultant.reload()
    consultant.click("button[name=action_hold]")
    consultant.click(".modal .btn-primary")
    consultant.wait_for_selector("button[name=action_publish]")
    consultant.click("a[name=figures]")
    consultant.wait_for_selector("div[name=figures_html] :text('As the meeting saw')")
    consultant.click("a[name=minutes]")
    consultant.locator("div[name=minutes] .odoo-editor-editable").fill(MINUTES)
    consultant.click("a[name=actions]")
    consultant.click("div[name=action_ids] a:has-text('Add a line')")
    line = consultant.locator("div[name=action_ids] .o_selected_row")
    line.locator("div[name=name] input").fill(ACTION)
    line.locator("div[name=user_id] input").fill("Koen")
    consultant.click(".o-autocomplete--dropdown-item:has-text('Koen')")
    day = line.locator("div[name=date_due] input")
    day.fill(word_day(20, "%m/%d/%Y"))
    day.press("Enter")
    consultant.click(".o_form_button_save")
    consultant.wait_for_selector(".o_form_saved")
    consultant.click("button[name=action_publish]")
    consultant.click(".modal .btn-primary")
    consultant.wait_for_selector("text=The client reads this Health Check since")

    client = login("advisor", width=360)
    client.goto("/my/cap/health-checks")
    client.click(f".o_cap_health_checks a:has-text('{number}')")
    client.wait_for_selector(f".o_cap_minutes :text('{MINUTES}')")
    client.wait_for_selector(f".o_cap_health_actions :text('{ACTION}')")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    other = login("alliance")
    assert other.request.get(client.url).status == 404
