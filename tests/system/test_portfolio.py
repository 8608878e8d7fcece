"""The account manager's day with figures, by clicks: portfolio, dashboard, report."""

import io
import re

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

# whatever other tests have delivered meanwhile, one thing is late again
LATE = """
today = env["cap.subscription"]._cap_today()
env["cap.delivery"].search(
    [("fulfilment", "=", "ours"), ("due_date", "<", today), ("res_id", "=", False),
     ("subscription_id.state", "=", "active")],
    order="due_date desc", limit=1,
)._set_open()
env.cr.commit()
"""
EACH_IS_LATE = """() => {
    const counts = [...document.querySelectorAll(".o_data_row td[name=late_count]")];
    return counts.length && counts.every((cell) => Number(cell.innerText) > 0);
}"""


@pytest.fixture(scope="module", autouse=True)
def _late(shell):
    shell(LATE)


def test_an_account_manager_finds_who_is_waited_for(login):
    manager = login("manager")
    manager.goto("/odoo/cap-subscriptions")
    manager.click(".o_searchview_dropdown_toggler")
    manager.click(".o_filter_menu .o_menu_item:has-text('Late with us')")
    manager.wait_for_selector(".o_facet_value:has-text('Late with us')")
    # the facet is there before the rows are
    manager.wait_for_function(EACH_IS_LATE)
    in_time = manager.locator(".o_data_row .o_cap_attainment").first
    expect(in_time).to_have_text(re.compile(r"\d+ % of \d+"))


def test_each_number_of_the_dashboard_opens_its_list(login):
    manager = login("manager")
    manager.goto("/odoo/cap-portfolio")
    card = manager.locator(".o_cap_card[data-key=late]")
    count = int(card.locator(".o_cap_card_value").inner_text())
    assert count > 0
    # by keyboard, as everybody should be able to
    card.focus()
    manager.keyboard.press("Enter")
    expect(manager.locator(".o_list_view .o_pager_limit")).to_have_text(str(count))
    manager.go_back()
    manager.wait_for_selector(".o_cap_chart canvas")
    manager.click("summary:has-text('The numbers as a table')")
    cells = manager.locator(".o_cap_months tbody tr:last-child button")
    expect(cells).to_have_text([re.compile(r"^\d+$")] * 4)

    phone = login("manager", width=360)
    phone.goto("/odoo/cap-portfolio")
    phone.wait_for_selector(".o_cap_chart canvas")
    width = phone.evaluate("document.querySelector('.o_cap_portfolio').scrollWidth")
    assert width <= 360


def test_a_report_is_made_sent_and_downloaded(login):
    manager = login("manager")
    manager.goto("/odoo/cap-subscriptions")
    manager.click(".o_data_row:has-text('Meridian')")
    manager.click("button:has-text('Service report')")
    manager.wait_for_selector("div[name=kind]")
    manager.fill("div[name=note] textarea", "Next comes the audit of your orders.")
    manager.click(".o_form_button_save")
    manager.wait_for_selector(".o_cap_figures")
    told = manager.locator(".o_cap_figures").inner_text()
    manager.click("button:has-text('Send to the client')")
    manager.click(".modal .btn-primary")
    manager.wait_for_selector(".o_arrow_button_current:has-text('Sent')")

    client = login("advisor", width=360)
    client.goto("/my/cap/reports")
    card = client.locator(".o_cap_portal_report").first
    card.locator("summary").click()
    assert "Next comes the audit of your orders." in card.inner_text()
    received = re.search(r"(\d+) received", told)[1]
    assert f"{received} received" in card.inner_text()
    width = client.evaluate("document.documentElement.scrollWidth")
    assert width <= 360
    with client.expect_download() as download:
        card.locator("a:has-text('Download')").click()
    with open(download.value.path(), "rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert f"{received} received" in text
    assert "Next comes the audit of your orders." in text

    other = login("essential")
    other.goto("/my/cap/reports")
    assert "There is no report yet" in other.text_content("main")
