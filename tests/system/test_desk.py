"""The agents' desk on a real server: live, by keyboard, for a whole day."""

import re

DAY = "The label printer stands still"


def open_desk(page):
    page.goto("/odoo/cap-desk")
    page.wait_for_selector(".o_cap_desk_detail")
    page.wait_for_selector(".o_cap_connection:has-text('Live')")
    return page


def row(page, subject):
    return page.locator(".o_cap_desk_ticket", has_text=subject)


def total(page, tab):
    return int(page.locator(f"[data-tab={tab}] .badge").inner_text())


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


def test_an_agents_day_from_the_morning_queue_to_a_closed_emergency(login):
    agent, client = open_desk(login("agent")), login("essential", width=360)
    waiting = total(agent, "queue")
    url = send_ticket(client, DAY, emergency=True)

    # it comes by itself, on top, marked by an icon and a word
    row(agent, DAY).wait_for()
    top = agent.locator(".o_cap_desk_ticket.o_cap_emergency").first
    assert "Emergency" in top.inner_text()
    assert total(agent, "queue") == waiting + 1
    row(agent, DAY).click()
    side = agent.locator(".o_cap_desk_detail", has_text=DAY)
    side.locator("text=Shipping of all orders").wait_for()
    assert "Essential" in side.locator(".o_cap_client_panel").inner_text()
    agent.click(".o_cap_desk_acknowledge")
    side.locator(".o_cap_desk_emergency", has_text="Ann Verbeke is on it").wait_for()

    # the rest by keyboard
    agent.keyboard.press("a")
    side.locator(".o_cap_desk_user", has_text="Yours").wait_for()
    agent.keyboard.press("4")
    agent.wait_for_selector("#o_cap_reason:focus")
    assert agent.is_checked("#o_cap_priority_4")
    agent.keyboard.press("Enter")
    row(agent, DAY).wait_for(state="detached")
    assert total(agent, "queue") == waiting
    agent.wait_for_selector(".o_cap_desk_list:focus")

    agent.keyboard.press("ArrowRight")
    row(agent, DAY).wait_for()
    row(agent, DAY).click()
    agent.locator(".o_cap_desk_detail", has_text=DAY).wait_for()
    agent.keyboard.press("i")
    agent.wait_for_selector(".o_cap_composer_note textarea:focus")
    agent.keyboard.type("The driver is from 2019.")
    agent.keyboard.press("Control+Enter")
    agent.wait_for_selector(".o_cap_message_note:has-text('2019')")
    agent.keyboard.press("r")
    agent.wait_for_selector(".o_cap_composer_reply textarea:focus")
    agent.keyboard.type("Please restart the printer.")
    agent.click(".o_cap_send_wait")
    row(agent, DAY).wait_for(state="detached")

    client.goto(url)
    client.wait_for_selector(".o-mail-Message:has-text('restart the printer')")
    assert "2019" not in client.content()
    assert client.locator(".o-mail-Message", has_text="2019").count() == 0
    write_in_portal(client, url, "It prints again, thanks.")

    # the answer brings it back, and says who wrote last
    row(agent, DAY).locator("text=The client wrote last").wait_for()
    row(agent, DAY).click()
    agent.wait_for_selector(".o_cap_message_client:has-text('It prints again')")
    agent.click(".o_cap_desk_actions")
    agent.click(".o-dropdown--menu >> text=Close")
    agent.click(".modal .btn-primary")
    row(agent, DAY).wait_for(state="detached")
    client.goto(url)
    client.wait_for_selector("text=Reopen")


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
