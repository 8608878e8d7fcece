"""The agents' desk on a real server: live, by keyboard, for a whole day."""

import re


def open_desk(page):
    page.goto("/odoo/cap-desk")
    page.wait_for_selector(".o_cap_desk_detail")
    page.wait_for_selector(".o_cap_connection:has-text('Live')")
    return page


def row(page, subject):
    return page.locator(".o_cap_desk_ticket", has_text=subject)


def send_ticket(client, subject, emergency=False):
    """Send a ticket in the portal; return the path of its page."""
    client.goto("/my/cap/tickets/new")
    client.fill("#cap_name", subject)
    client.fill("#cap_description", "Since noon nothing leaves the warehouse.")
    if emergency:
        client.check("#cap_emergency")
        client.fill("#cap_process", "Shipping of all orders")
        client.fill("#cap_since", "2026-01-05T09:00")
        client.fill("#cap_phone", "+32 470 11 22 33")
    client.click("form.o_cap_ticket_form button[type=submit]")
    client.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    return client.url.split("?")[0]


def write_in_portal(client, url, text):
    client.goto(url)
    composer = client.locator(".o-mail-Composer-input").first
    composer.wait_for()
    composer.fill(text)
    client.locator(".o-mail-Composer-send").first.click()
    client.wait_for_selector(f".o-mail-Message:has-text('{text}')")


def test_the_second_of_two_agents_is_told_by_whom_and_when(login):
    subject = "Two agents look at this"
    send_ticket(login("advisor"), subject)
    agent, lead = open_desk(login("agent")), open_desk(login("lead"))
    for page in (agent, lead):
        row(page, subject).click()
        page.locator(".o_cap_desk_detail", has_text=subject).wait_for()
        page.keyboard.press("3")
        page.wait_for_selector("#o_cap_reason:focus")
    agent.keyboard.press("Enter")
    row(agent, subject).wait_for(state="detached")
    # the other one need not even try
    told = lead.locator(".o_cap_taken")
    told.wait_for()
    assert "Ann Verbeke was faster" in told.inner_text()
    assert "High" in told.inner_text()
    assert re.search(r"\d\d:\d\d CES?T", told.inner_text())
    assert lead.locator(".modal button[type=submit]").count() == 0
    lead.keyboard.press("Escape")
    detail = lead.locator(".o_cap_desk_detail", has_text=subject)
    assert "Ann Verbeke" in detail.locator(".o_cap_desk_assessed").inner_text()
    row(lead, subject).wait_for(state="detached")


def test_a_lost_connection_is_told_and_made_up_for(login):
    subject = "Sent while nobody was there"
    agent, client = open_desk(login("agent")), login("advisor")
    agent.context.set_offline(True)
    lost = agent.locator(".o_cap_connection", has_text="No connection: as of")
    lost.wait_for()
    before = row(agent, subject).count()
    send_ticket(client, subject)
    assert row(agent, subject).count() == before
    agent.context.set_offline(False)
    row(agent, subject).nth(before).wait_for()
    agent.wait_for_selector(".o_cap_connection:has-text('Live')")


def test_the_desk_is_where_agents_land_and_fits_a_phone(login):
    agent = login("agent")
    agent.goto("/odoo")
    agent.wait_for_selector(".o_main_navbar")
    agent.goto("/odoo/cap-tickets")
    agent.click(".o_menu_brand")
    agent.wait_for_selector(".o_cap_agent_desk")

    phone = login("agent", width=400, height=800)
    phone.goto("/odoo/cap-desk")
    phone.wait_for_selector(".o_cap_desk_ticket")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 400
    first = phone.locator(".o_cap_desk_ticket").first
    first.dispatch_event("click")
    phone.wait_for_selector(".o_cap_desk_detail", state="visible")
    assert not phone.locator(".o_cap_desk_list").is_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= 400
    phone.locator(".o_cap_back").dispatch_event("click")
    phone.wait_for_selector(".o_cap_desk_list", state="visible")


def test_the_clock_is_the_servers_even_on_a_computer_that_is_wrong(login):
    agent = open_desk(login("agent"))
    clock = agent.locator(".o_cap_desk_ticket .o_cap_clock").first
    right = clock.inner_text()
    wrong = login("lead")
    wrong.clock.install()
    wrong.clock.set_system_time("2031-01-01T00:00:00")
    wrong.goto("/odoo/cap-desk")
    wrong.wait_for_selector(".o_cap_desk_detail")
    told = wrong.locator(".o_cap_desk_ticket .o_cap_clock").first.inner_text()
    assert told[-12:] == right[-12:]
    assert "Overdue" not in told or "Overdue" in right
