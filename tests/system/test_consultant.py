"""Named consultant: hand-over, card, advice and the consultant's own screen."""

from playwright.sync_api import expect


def test_a_hand_over_and_what_everybody_sees_of_it(login):
    client = login("alliance", width=360)
    client.goto("/my/cap")
    card = client.text_content(".o_cap_consultant")
    assert "Koen Willems" in card
    assert "Deputy: Nadia Haddad" in card
    client.click(".o_cap_consultant summary")
    assert "Nadia Haddad from" in " ".join(
        client.inner_text(".o_cap_consultant details").split()
    )
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    for other in ("advisor", "essential"):
        page = login(other)
        page.goto("/my/cap")
        assert not page.locator(".o_cap_consultant").count()

    manager = login("manager")
    manager.goto("/odoo/cap-subscriptions")
    manager.click(".o_data_row:has-text('Northwind')")
    manager.click("button:has-text('Hand over')")
    manager.click(".modal .o_field_widget[name=role] label:has-text('Deputy')")
    manager.click(".modal .o_field_widget[name=user_id] input")
    manager.fill(".modal .o_field_widget[name=user_id] input", "Luc Maes")
    manager.click(".o-autocomplete--dropdown-item:has-text('Luc Maes')")
    manager.fill(
        ".modal .o_field_widget[name=introduction] textarea", "I know your docks."
    )
    manager.click(".modal button:has-text('Hand over')")
    manager.wait_for_selector(".modal", state="detached")
    manager.click("a[name=history]")
    lines = manager.locator("div[name=assignment_ids]")
    expect(lines).to_contain_text("I know your docks.")
    manager.wait_for_selector(".o-mail-Message:has-text('I know your docks.')")
    client.reload()
    assert "Deputy: Luc Maes" in client.text_content(".o_cap_consultant")


def test_a_consultants_day_by_keyboard(login):
    consultant = login("consultant")
    consultant.goto("/odoo/cap-my-clients")
    consultant.wait_for_selector(".o_cap_desk [data-section=clients]")
    clients = consultant.text_content("[data-section=clients]")
    assert "Northwind Logistics" in clients
    assert "Alliance" in clients
    consultant.keyboard.press("j")
    consultant.keyboard.press("j")
    consultant.wait_for_selector(".o_cap_desk_row:focus")
    consultant.keyboard.press("Enter")
    consultant.wait_for_selector(".o_form_view")
    consultant.goto("/odoo/cap-advice")
    consultant.wait_for_selector(".o_list_view, .o_view_nocontent")


def test_the_screen_fits_a_phone_and_is_for_consultants(login):
    deputy = login("deputy", width=400)
    deputy.goto("/odoo/cap-my-clients")
    deputy.wait_for_selector("[data-section=clients] .o_cap_desk_empty")
    assert deputy.evaluate("document.documentElement.scrollWidth") <= 400
    agent = login("agent")
    agent.goto("/odoo/cap-triage")
    agent.wait_for_selector(".o_menu_sections")
    agent.click(".o_menu_sections button:has-text('Consulting')")
    agent.wait_for_selector(".o-dropdown--menu .dropdown-item")
    assert not agent.locator(".dropdown-item:has-text('My clients')").count()
