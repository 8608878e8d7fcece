"""Scope and fair use by clicks: what a tier gives, what is meant, what counts."""

import re

SUBJECT = "Which of our flows should we merge?"


def no_sideways_scrolling(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_client_asks_for_what_its_tier_does_not_give(login):
    client = login("essential", width=360)
    client.goto("/my/cap/tickets/new")
    client.fill("#cap_name", SUBJECT)
    assert client.locator("#cap_type_research").is_disabled()
    why = client.text_content("#cap_type_research_help")
    assert "Not part of Essential" in why
    assert "It comes with Advisor and Alliance" in why
    option = client.locator(".o_cap_option", has=client.locator("#cap_type_research"))
    # by keyboard, and what was typed stays
    option.locator(".o_cap_ask_anyway").focus()
    client.keyboard.press("Enter")
    assert client.locator("#cap_type_research").is_checked()
    assert client.input_value("#cap_name") == SUBJECT
    assert no_sideways_scrolling(client)
    client.fill("#cap_description", "What do you recommend?")
    client.click("form.o_cap_ticket_form button[type=submit]")
    client.wait_for_url(re.compile(r"/my/cap/tickets/\d+\?received"))
    assert "not part of Essential" in client.text_content(".o_cap_beyond_tier")
    assert "You get a priority before" in client.text_content(".o_cap_promise")

    agent = login("agent")
    agent.goto("/odoo/cap-triage")
    row = agent.locator(".o_data_row", has_text=SUBJECT)
    row.locator("button[data-priority='1']").click()
    agent.wait_for_selector(".modal .o_cap_missing:has-text('Not part of Essential')")
    assert agent.input_value("#o_cap_type") == "research"
    agent.keyboard.press("Enter")
    row.wait_for(state="detached")
    client.reload()
    client.wait_for_selector(".o-mail-Message:has-text('is not part of Essential')")


def test_an_agent_marks_a_ticket_as_outside_and_takes_it_back(login):
    agent = login("agent")
    agent.goto("/odoo/cap-tickets")
    agent.click(".o_data_row:has-text('Add the new return flow to monitoring')")
    agent.click("button:has-text('Outside CAP')")
    agent.click(".modal label:has-text('Process redesign')")
    answer = agent.locator(".modal div[name=answer] textarea")
    agent.wait_for_function(
        "document.querySelector('.modal div[name=answer] textarea')?.value"
        ".includes('Connecta Advice')"
    )
    answer.fill("Dear Sara, a consultant gladly thinks along about this.")
    agent.click(".modal button:has-text('Send the answer')")
    agent.wait_for_selector(".modal", state="detached")
    agent.wait_for_selector("button:has-text('Not outside CAP')")
    waiting = agent.locator(".o_statusbar_status .o_arrow_button_current")
    assert "Waiting" in waiting.inner_text()

    client = login("alliance", width=360)
    client.goto("/my/cap/tickets?filterby=waiting")
    client.click(".o_cap_tickets a:has-text('Add the new return flow')")
    assert "a consultant gladly" in client.text_content(".o_cap_outside")
    assert no_sideways_scrolling(client)
    client.goto("/my/cap/fair-use")
    outside = client.locator(".o_cap_measure[data-measure=outside]")
    assert "Add the new return flow" in outside.inner_text()

    agent.click("button:has-text('Not outside CAP')")
    agent.fill(".modal div[name=reason] input", "It is about a flow after all.")
    agent.click(".modal button:has-text('Confirm')")
    agent.wait_for_selector(".modal", state="detached")
    client.reload()
    assert "Add the new return flow" not in outside.inner_text()


def test_a_client_contests_and_is_told(login):
    client = login("advisor", width=360)
    client.goto("/my/cap/fair-use")
    measure = client.locator(".o_cap_measure[data-measure=reclassified]")
    before = measure.locator(".o_cap_figure").inner_text()
    assert before.startswith("1 of")
    measure.locator("summary").click()
    measure.locator("textarea").fill("Dock 3 is where all export leaves.")
    assert no_sideways_scrolling(client)
    measure.locator("button:has-text('Send')").click()
    client.wait_for_selector(".alert-success:has-text('We got it')")
    assert "You contested it" in measure.inner_text()

    manager = login("manager")
    manager.goto("/odoo/cap-fair-use-contests")
    manager.click(".o_data_row:has-text('Label printer of dock 3')")
    manager.fill("div[name=answer] textarea", "We did not know: thank you.")
    manager.click("button:has-text('Accept')")
    manager.wait_for_selector(".o_arrow_button_current:has-text('Accepted')")

    client.goto("/my/cap/fair-use")
    assert measure.locator(".o_cap_figure").inner_text().startswith("0 of")
    client.goto("/my/cap/tickets?filterby=all&search=dock")
    client.click(".o_cap_tickets a:has-text('Label printer')")
    client.wait_for_selector(".o-mail-Message:has-text('We did not know')")


def test_an_account_manager_sends_a_review(login):
    manager = login("manager")
    manager.goto("/odoo/cap-fair-use-reviews")
    manager.click(".o_data_row:has-text('Bakker')")
    evidence = manager.locator(".o_cap_evidence")
    assert "3 × Research" in evidence.inner_text()
    assert "Recommend a retry strategy" in evidence.inner_text()
    suggested = manager.locator("div[name=suggested_tier_id] input")
    assert suggested.input_value() == "Advisor"
    manager.click("a[name=message]")
    message = manager.locator("div[name=message]")
    message.locator("text=Advisor would fit this better").wait_for()
    manager.click("button:has-text('Send to the client')")
    manager.click(".modal .btn-primary")
    manager.wait_for_selector(".o_arrow_button_current:has-text('Sent')")
    manager.click("div[name=subscription_id] a, div[name=subscription_id] span a")
    manager.wait_for_selector(".o-mail-Message:has-text('Advisor would fit')")
    manager.click("a[name=fair_use]")
    manager.click("button:has-text('Count again')")
    manager.wait_for_selector("div[name=fair_use_review_ids] td:has-text('Sent')")
