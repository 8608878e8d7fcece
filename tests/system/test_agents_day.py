"""What an agent does with tickets besides triage, by clicks, with the client's side."""

import re

PARKED_BY_NOBODY = """
from email.message import EmailMessage
mail = EmailMessage()
mail["From"] = "Nora New <nora@nobody-knows.example>"
mail["To"] = "support@cap.example"
mail["Subject"] = "Who can help us"
mail["Message-Id"] = "<nora-1@nobody-knows.example>"
mail.set_content("Our orders stop since this morning.")
ticket = env["mail.thread"].message_process("cap.ticket", mail.as_bytes())
env.cr.commit()
print("id", ticket)
"""
CLOSED_AND_ASKED = """
ticket = env["cap.ticket"].browse(%(ticket)s)
rating = env["rating.rating"].search([("cap_ticket_id", "=", ticket.id)])
print("token", rating.access_token)
"""


def submit(page, subject):
    """Send a ticket as a client; return (path, number)."""
    page.goto("/my/cap/tickets/new")
    page.fill("#cap_name", subject)
    page.fill("#cap_description", f"{subject}, since noon.")
    page.select_option("#cap_area", "flow")
    page.select_option("#cap_urgency", "2")
    page.click("form.o_cap_ticket_form button[type=submit]")
    page.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    number = re.search(r"CAP-\d+", page.text_content(".o_portal_wrap"))[0]
    return page.url.split("?")[0], number


def assess(page, path):
    """Give a ticket a priority on its form, as an agent."""
    page.goto(f"/odoo/cap-tickets/{path.rsplit('/', 1)[1]}")
    page.click(".o_form_view .o_cap_assess_buttons button[data-priority='2']")
    page.wait_for_selector("#o_cap_reason")
    page.keyboard.press("Enter")
    page.wait_for_selector(".o_form_view button[name=action_close]")


def test_an_agent_merges_two_tickets_from_the_list(login):
    client = login("advisor")
    first, number = submit(client, "Pallets are counted twice")
    second, other = submit(client, "Twice as many pallets")

    agent = login("agent")
    agent.goto("/odoo/cap-tickets")
    for one in (number, other):
        row = agent.locator(".o_data_row", has_text=one)
        row.locator(".o_list_record_selector input").click()
    agent.click(".o_cp_action_menus button:has-text('Actions')")
    agent.click(".o-dropdown--menu >> text=Merge or mark as duplicates")
    dialog = agent.locator(".modal")
    preview = dialog.locator("div[name=promise]")
    preview.wait_for()
    assert f"as promised for {number}" in preview.inner_text()
    assert other in dialog.locator("div[name=other_ids]").inner_text()
    dialog.locator("div[name=reason] input").fill("The same pallets")
    dialog.locator("button:has-text('Merge for good')").click()
    agent.wait_for_selector(f".o_form_view :text('{number}')")
    agent.click("a[name=links]")
    agent.wait_for_selector(f"div[name=merged_ids] :text('{other}')")
    agent.goto("/odoo/cap-tickets")
    agent.wait_for_selector(f".o_data_row:has-text('{number}')")
    # a list is first shown as it was when last seen
    agent.locator(".o_data_row", has_text=other).wait_for(state="detached")

    client.goto(second)
    client.wait_for_url(re.compile(re.escape(first.rsplit("/", 1)[1]) + r"\?merged"))
    assert f"{other} was merged into this one" in client.text_content("main")
    client.click("summary")
    assert client.is_visible("text=Twice as many pallets, since noon.")


def test_a_question_waits_and_the_clients_answer_brings_it_back(login):
    client = login("advisor", width=360)
    path, _number = submit(client, "The label printer is slow")
    agent = login("agent")
    assess(agent, path)
    agent.click(".o_form_view button:has-text('Reply')")
    agent.click(".modal div[name=reply_id] input")
    agent.click(".o-autocomplete--dropdown-item:has-text('more details')")
    agent.wait_for_function(
        "document.querySelector('.modal div[name=body] textarea')"
        ".value.includes('we need a little more')"
    )
    agent.click(".modal button:has-text('Send')")
    agent.wait_for_selector(".modal", state="detached")
    agent.wait_for_selector("div[name=waiting_next]:has-text('Reminder on')")

    client.goto(path)
    assert "this ticket is closed on" in client.text_content(".o_cap_waiting")
    client.wait_for_selector(".o-mail-Message:has-text('we need a little more')")
    composer = client.locator(".o-mail-Composer-input").first
    composer.fill("It is label LBL-7, at eight o'clock.")
    client.locator("button:has-text('Send')").first.click()
    client.wait_for_selector(".o-mail-Message:has-text('LBL-7')")
    client.goto(path)
    assert not client.locator(".o_cap_waiting").count()
    assert client.evaluate("document.documentElement.scrollWidth") <= 360

    agent.reload()
    stage = "button[aria-checked=true]:has-text('In progress')"
    # a narrow bar folds its stages into a menu
    agent.wait_for_selector(f".o_statusbar_status {stage}", state="attached")
    assert not agent.locator("div[name=waiting_next]").count()


def test_an_agent_links_an_unknown_sender_to_its_client(login, shell):
    ticket = re.search(r"id (\d+)", shell(PARKED_BY_NOBODY))[1]
    agent = login("agent")
    agent.goto("/odoo/cap-unknown-senders")
    row = agent.locator(".o_data_row", has_text="nora@nobody-knows.example")
    row.locator("button[name=action_identify]").click()
    dialog = agent.locator(".modal")
    dialog.locator("div[name=client_id] input").fill("Bakker")
    agent.click(".o-autocomplete--dropdown-item:has-text('Bakker') >> nth=0")
    cover = dialog.locator("div[name=cover]")
    cover.wait_for()
    assert "the promise counts from" in cover.inner_text()
    assert dialog.locator("div[name=contact_name] input").input_value() == "Nora New"
    dialog.locator("button:has-text('Link to this client')").click()
    row.wait_for(state="detached")
    agent.goto(f"/odoo/cap-tickets/{ticket}")
    agent.wait_for_selector(".o_field_widget[name=sla_state]:has-text('To assess')")
    client = agent.locator("div[name=commercial_partner_id]").first
    assert "Bakker" in client.inner_text()


def test_a_low_rating_is_a_task_for_the_lead(login, shell):
    client = login("advisor")
    path, number = submit(client, "The scanner forgets its badge")
    agent = login("agent")
    assess(agent, path)
    agent.click(".o_form_view button[name=action_close]")
    agent.click(".modal .btn-primary")
    agent.wait_for_selector(".o_form_view button[name=action_reopen]")
    ticket = path.rsplit("/", 1)[1]
    token = re.search(r"token (\w+)", shell(CLOSED_AND_ASKED % {"ticket": ticket}))[1]
    client.goto(f"/rate/{token}/1")
    client.fill("textarea[name=feedback]", "Nobody called back.")
    client.click("button[type=submit]:visible")
    client.wait_for_selector("text=Thank")

    lead = login("lead")
    lead.goto(f"/odoo/cap-tickets/{ticket}")
    task = lead.locator(".o-mail-Activity", has_text="The client is not content")
    task.wait_for()
    assert "Nobody called back." in task.inner_text()
    assert number in lead.text_content(".o_breadcrumb, .o_form_view")
