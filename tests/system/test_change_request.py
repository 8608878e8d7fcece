"""A client asks for another tier, the account manager answers, the client reads."""

import pytest

CLIENT = "Wijnen Peeters"


@pytest.fixture(scope="module")
def changer(shell):
    """Return the login of a client of its own, so that no other test is disturbed."""
    shell(
        f"""
client = env["res.partner"].create({{"name": "{CLIENT}", "is_company": True}})
contact = env["res.partner"].create({{
    "name": "Lea Peeters", "parent_id": client.id, "email": "lea@wijnen.example",
}})
env["res.users"].with_context(no_reset_password=True).create({{
    "partner_id": contact.id, "login": "changer", "password": "changer",
    "group_ids": [(6, 0, [env.ref("base.group_portal").id])],
}})
subscription = env["cap.subscription"].create({{
    "partner_id": client.id,
    "account_manager_id": env.ref("connecta_cap.user_manager_demo").id,
}})
tier = env.ref("connecta_cap.cap_tier_essential")
subscription._start_tier(tier, subscription._cap_today(), "First contract")
subscription.action_activate()
env.cr.commit()
"""
    )
    return "changer"


def ask(page, tier, message):
    """Go from the cover to the form of a tier and send it."""
    page.goto("/my/cap")
    page.click(f".o_cap_tier_ask a:has-text('{tier}')")
    page.wait_for_selector(".o_cap_change_form")
    page.fill("#cap_message", message)
    page.click(".o_cap_change_form button[type=submit]")
    page.wait_for_selector(".o_cap_open_request")


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth") <= 360


def open_request(manager, tier):
    manager.goto("/odoo/cap-change-requests")
    # by its tier too: a list is first shown as it was when last seen
    row = manager.locator(".o_data_row", has_text=CLIENT)
    row.filter(has_text=tier).click()
    manager.wait_for_selector("button[name=action_accept]")


def test_a_client_asks_and_reads_why_not_then_why_yes(login, changer):
    client = login(changer, width=360)
    ask(client, "Alliance", "We would like a consultant of our own.")
    assert "We received your request" in client.text_content("[role=status]")
    assert fits(client)

    manager = login("manager")
    open_request(manager, "Alliance")
    assert "Custom workshop" in manager.text_content(".o_form_sheet")
    manager.click("button[name=action_decline]")
    manager.fill(".modal div[name=reason] textarea", "Nobody is free before May.")
    manager.click(".modal button:has-text('Decline and tell')")
    manager.wait_for_selector(".modal", state="detached")

    client.goto("/my/cap/change")
    assert "Nobody is free before May." in client.text_content(".o_cap_past")
    assert fits(client)
    ask(client, "Advisor", "Then audits, please.")

    open_request(manager, "Advisor")
    manager.click("button[name=action_accept]")
    manager.wait_for_selector(".modal .o_cap_change:has-text('Quarterly audit')")
    reason = manager.locator(".modal div[name=reason] input")
    assert reason.input_value() == "Asked for by Lea Peeters"
    manager.click(".modal button.btn-primary")
    manager.wait_for_selector(".modal", state="detached")
    manager.wait_for_selector(".o_arrow_button_current:has-text('Accepted')")

    client.goto("/my/cap/change")
    assert "You have Advisor from" in client.text_content(".o_cap_past")
    client.goto("/my/cap")
    assert client.text_content(".card h2").strip() == "Advisor"


def test_a_client_withdraws_after_being_asked(login, changer):
    client = login(changer)
    ask(client, "Alliance", "On second thoughts?")
    client.click("text=Withdraw request")
    client.click(".modal .btn-primary")
    client.wait_for_selector("[role=status]:has-text('withdrawn')")
    assert client.locator(".o_cap_open_request").count() == 0
    assert "Withdrawn" in client.text_content(".o_cap_past")
