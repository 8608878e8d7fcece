"""The client's home of the program, and the account manager's change of a tier."""

import re

import pytest

PREPARE = """
from datetime import timedelta
subscription = env["cap.subscription"].search(
    [("partner_id", "=", env.ref("connecta_cap.partner_advisor_demo").id)]
)
today = subscription._cap_today()
for row in subscription.delivery_ids:
    if row.state == "late" and row.code != "audit":
        row._set_delivered(today, "Shown in the meeting")
checks = subscription.delivery_ids.filtered(
    lambda row: row.code == "health_check" and row.state == "due"
)
checks.sorted("due_date")[:1]._set_planned(today + timedelta(days=9))
env.cr.commit()
print("late", subscription.late_count)
"""


@pytest.fixture(scope="module")
def prepared(shell):
    return int(re.search(r"late (\d+)", shell(PREPARE))[1])


def width_of(page):
    return page.evaluate("document.documentElement.scrollWidth")


@pytest.mark.parametrize("width", [1200, 360])
def test_a_client_reads_what_it_was_promised(login, prepared, width):
    client = login("advisor", width=width)
    client.goto("/my/cap")
    assert width_of(client) <= width
    late = client.locator(".o_cap_late li")
    assert late.count() == prepared
    if prepared:
        assert "was due on" in late.first.inner_text()
    check = client.locator(".o_cap_usage_line[data-code=health_check]")
    assert "planned for" in check.inner_text()
    training = client.locator(".o_cap_usage_line[data-code=training]")
    assert "left, use before" in training.inner_text()
    other = client.locator(".o_cap_other_tier[data-tier=alliance]")
    assert "Custom workshop" in other.locator(".o_cap_gained").inner_text()
    assert "No question needed a consultant" in other.inner_text()


@pytest.mark.parametrize("width", [1200, 360])
def test_a_client_goes_through_deliveries_and_history(login, prepared, width):
    client = login("advisor", width=width)
    client.goto("/my/cap")
    client.click("text=All deliveries")
    client.wait_for_selector("h1:has-text('What we deliver')")
    client.click(".o_cap_filters >> text=Still to come")
    client.wait_for_url(re.compile("filterby=open"))
    assert client.locator(".o_cap_filters [aria-current=page]").inner_text() == (
        "Still to come"
    )
    states = client.eval_on_selector_all(
        ".o_cap_deliveries > li", "rows => rows.map((row) => row.dataset.state)"
    )
    assert set(states) == {"due", "planned"}
    assert width_of(client) <= width
    client.goto("/my/cap")
    client.click("text=See the history")
    first = client.locator(".o_cap_past .o_cap_event").last
    assert "Cover with Essential" in first.inner_text()
    assert width_of(client) <= width


def test_a_client_looks_up_a_day_by_keyboard(login, shell):
    code = """
subscription = env["cap.subscription"].search(
    [("partner_id", "=", env.ref("connecta_cap.partner_advisor_demo").id)]
)
print("day", subscription.date_start)
"""
    day = re.search(r"day (\d{4}-\d\d-\d\d)", shell(code))[1]
    client = login("advisor", width=360)
    client.goto("/my/cap/history")
    client.focus("#cap_day")
    client.fill("#cap_day", day)
    client.keyboard.press("Enter")
    client.wait_for_url(re.compile(f"day={day}"))
    answer = client.locator(".o_cap_answer").inner_text()
    assert "Essential" in answer
    assert "Unlimited helpdesk tickets" in answer
    assert "Quarterly audit" not in answer
    client.goto("/my/cap/history?day=someday")
    assert "is not a day" in client.locator("#cap_day_error").inner_text()


def test_a_client_without_cover_is_welcome(login):
    client = login("prospect", width=360)
    client.goto("/my/cap")
    assert "no subscription yet" in client.locator("[data-status=none]").inner_text()
    assert client.locator(".o_cap_matrix").count() == 1
    assert width_of(client) <= 360


def open_wizard(page, client):
    page.goto("/odoo/cap-subscriptions")
    page.click(f".o_data_row:has-text('{client}')")
    page.click("button:has-text('Change tier')")
    page.wait_for_selector(".modal div[name=tier_id]")


def test_an_account_manager_sees_what_the_last_weeks_say(login):
    manager = login("manager")
    open_wizard(manager, "Meridian")
    past = manager.locator(".modal .o_cap_change_past")
    assert not past.is_visible()
    manager.click(".modal div[name=tier_id] label:has-text('Alliance')")
    manager.wait_for_selector(".modal [data-code=consultant]")
    assert "You would not have needed it" in past.inner_text()
    assert manager.locator(".modal button:has-text('Upgrade now')").is_visible()
    manager.click(".modal div[name=tier_id] label:has-text('Essential')")
    manager.wait_for_selector(".modal [data-code=research]")
    assert not manager.locator(".modal button:has-text('Upgrade now')").is_visible()
    assert manager.locator(".modal button:has-text('Plan the change')").is_visible()


def test_a_planned_downgrade_is_seen_by_the_client_and_cancelled(login):
    manager, client = login("manager"), login("alliance", width=360)
    open_wizard(manager, "Northwind")
    manager.click(".modal div[name=tier_id] label:has-text('Advisor')")
    manager.fill(".modal div[name=reason] input", "The second warehouse closes")
    manager.click(".modal button:has-text('Plan the change')")
    manager.wait_for_selector(".modal", state="detached")

    client.goto("/my/cap")
    assert "Advisor" in client.locator(".o_cap_plan").inner_text()
    client.click("text=as planned")
    event = client.locator(".o_cap_planned .o_cap_event[data-kind=tier]")
    assert "The second warehouse closes" in event.inner_text()
    assert "Ends: Priority Line" in event.inner_text()
    assert width_of(client) <= 360

    manager.click("button:has-text('Change tier')")
    manager.wait_for_selector(".modal .o_cap_planned_changes:has-text('warehouse')")
    manager.click(".modal footer button:has-text('Cancel')")
    manager.wait_for_selector(".modal", state="detached")
    manager.click("a[name=history]")
    manager.click("div[name=period_ids] button[name=action_cancel_plan]")
    manager.click(".modal footer .btn-primary")
    rows = manager.locator("div[name=period_ids] .o_data_row")
    row = rows.filter(has_text="The second warehouse closes")
    row.wait_for(state="detached")
    client.reload()
    assert client.locator(".o_cap_planned .o_cap_event[data-kind=tier]").count() == 0
