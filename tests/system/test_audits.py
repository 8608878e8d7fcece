"""An audit from the plan to the client's answers, by clicks."""

import base64
import re

from pages import search_for

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)
FINDING = "Returns are booked twice"
ADVICE = ("Check the number before booking", "Book returns at night")


def plan_audit(page, client):
    """Plan an audit that a client is owed, from its delivery; start preparing it."""
    page.goto("/odoo/cap-deliveries")
    search_for(page, client)
    owed = page.locator(".o_data_row", has_text="Quarterly audit")
    owed = owed.filter(has_text=client).filter(has_not_text="Planned")
    owed.first.click()
    page.click("button:has-text('Plan the audit')")
    page.wait_for_selector(".o_field_widget[name=date_planned]")
    page.fill("div[name=scope] textarea", "The flows of the warehouse.")
    page.click("button:has-text('Start preparing')")
    page.wait_for_selector("button:has-text('Hand in for review')")


def tick_checks(page):
    page.click("a[name=method]")
    buttons = page.locator("div[name=check_ids] button[name=action_done]")
    page.wait_for_selector("div[name=check_ids] button[name=action_done]")
    while left := buttons.count():
        buttons.first.click()
        page.wait_for_function(
            "left => document.querySelectorAll("
            "'div[name=check_ids] button[name=action_done]').length < left",
            arg=left,
        )


def add_finding(page):
    """Add a finding with a screenshot and two recommendations."""
    page.click("a[name=findings]")
    page.click("div[name=finding_ids] a:has-text('Add a line')")
    dialog = page.locator(".modal")
    dialog.locator("div[name=name] input").first.fill(FINDING)
    dialog.locator("div[name=evidence] .odoo-editor-editable").fill("Seen on Monday")
    file = {"name": "proof.png", "mimeType": "image/png", "buffer": PNG}
    dialog.locator("div[name=attachment_ids] input[type=file]").set_input_files(file)
    dialog.locator("div[name=attachment_ids] :text('proof.png')").first.wait_for()
    for name in ADVICE:
        dialog.locator("div[name=recommendation_ids] a:has-text('Add a line')").click()
        line = dialog.locator("div[name=recommendation_ids] .o_selected_row")
        line.locator("div[name=name] input").fill(name)
    dialog.locator("button:has-text('Save')").first.click()
    dialog.wait_for(state="detached")
    page.wait_for_selector(f"div[name=finding_ids] .o_data_row:has-text('{FINDING}')")


def test_a_consultant_publishes_and_the_client_answers(login):
    consultant = login("consultant")
    plan_audit(consultant, "Meridian")
    consultant.click("button:has-text('Draft from monitoring')")
    consultant.click("a[name=draft]")
    consultant.wait_for_selector(
        "div[name=draft_html]:has-text('No monitoring is connected')"
    )
    # what the client has left open of the audit before comes back
    consultant.wait_for_selector("div[name=draft_html] :text('batches of 500')")
    add_finding(consultant)
    tick_checks(consultant)
    consultant.click("button:has-text('Hand in for review')")
    consultant.click("button[name=action_publish]")
    consultant.click(".modal .btn-primary")
    consultant.wait_for_selector("text=The client reads this audit since")
    number = consultant.locator("div[name=name]").first.inner_text().strip()

    client = login("advisor", width=360)
    client.goto("/my/cap/audits")
    client.click(f".o_cap_audits a:has-text('{number}')")
    client.wait_for_selector(f".o_cap_finding:has-text('{FINDING}')")
    picture = client.locator(".o_cap_finding img").first
    picture.scroll_into_view_if_needed()
    client.wait_for_function(
        "() => document.querySelector('.o_cap_finding img').naturalWidth === 1"
    )
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    accepted = client.locator(".o_cap_advice", has_text=ADVICE[0])
    accepted.locator("button:has-text('Accept')").click()
    accepted.locator(".badge:has-text('Accepted')").wait_for()
    declined = client.locator(".o_cap_advice", has_text=ADVICE[1])
    declined.locator("summary").click()
    declined.locator("textarea").fill("The night is full already.")
    declined.locator("button:has-text('Decline')").click()
    declined.locator(".badge:has-text('Declined')").wait_for()
    client.click("button:has-text('I have read it')")
    client.wait_for_selector("text=Acknowledged by Tom Leroy")

    consultant.goto("/odoo/cap-recommendations")
    card = consultant.locator(".o_kanban_record", has_text=ADVICE[1])
    assert "The night is full already." in card.inner_text()
    card = consultant.locator(".o_kanban_record", has_text=ADVICE[0])
    card.locator("button:text-is('Done')").click()
    consultant.click(".modal button:has-text('Confirm')")
    card.locator("button:text-is('Verify')").click()
    consultant.wait_for_selector(".modal:has-text('names no flow')")
    consultant.fill(".modal div[name=note] input", "Ten returns, booked once each")
    consultant.click(".modal button:has-text('Confirm')")
    column = consultant.locator(".o_kanban_group", has_text="Verified")
    column.locator(".o_kanban_record", has_text=ADVICE[0]).wait_for()


def test_a_client_without_audits_reads_what_it_would_take(login):
    client = login("prospect", width=360)
    client.goto("/my/cap/audits")
    assert "does not include audits" in client.text_content(".o_portal_wrap, main")
    client.goto("/my/cap/recommendations")
    client.wait_for_selector("text=There are no recommendations here")


def test_the_client_sees_its_own_pictures_only(login):
    client = login("advisor")
    client.goto("/my/cap/audits")
    client.locator(".o_cap_audits a").last.click()
    source = client.locator(".o_cap_finding img").first.get_attribute("src")
    assert re.fullmatch(r"/my/cap/audits/\d+/screenshots/\d+", source)
    assert client.request.get(source).headers["content-type"] == "image/png"
    other = login("alliance")
    assert other.request.get(source).status == 404
    number = source.rsplit("/", 1)[1]
    answer = other.request.get(f"/web/content/{number}")
    assert answer.headers.get("content-type") != "image/png"
