"""The library and the workshop, by clicks, by the people whose jobs they are."""

import re


def test_a_consultant_uploads_and_the_right_clients_read(login):
    consultant = login("consultant")
    consultant.goto("/odoo/cap-material/new")
    title = "Returns, explained"
    consultant.fill("h1 .o_field_widget[name=name] input", title)
    consultant.click(".o_field_widget[name=topic_id] input")
    consultant.click(".o-autocomplete--dropdown-item:has-text('Flows')")
    consultant.click(".o_field_widget[name=tier_ids] input")
    consultant.click(".o-autocomplete--dropdown-item:has-text('Advisor')")
    consultant.click(".o_form_button_save")
    consultant.click("button:has-text('Add the first version')")
    file = {"name": "returns.txt", "mimeType": "text/plain", "buffer": b"How to."}
    upload = ".modal .o_field_widget[name=file] input[type=file]"
    consultant.set_input_files(upload, file)
    consultant.fill(".modal .o_field_widget[name=note] input", "First")
    consultant.click(".modal button:has-text('Add version')")
    consultant.wait_for_selector(".modal", state="detached")
    consultant.wait_for_selector(".o_arrow_button_current:has-text('Published')")

    client = login("advisor", width=360)
    client.goto("/my/cap/library")
    client.fill("#cap_library_search", "returns explained")
    client.press("#cap_library_search", "Enter")
    client.click(f".o_cap_library a:has-text('{title}')")
    url = client.url
    with client.expect_download() as download:
        client.click("a:has-text('Download returns.txt')")
    assert download.value.suggested_filename == "returns.txt"
    client.click("button:has-text('Make it a favourite')")
    client.wait_for_selector("button:has-text('Favourite: remove')")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    client.goto("/my/cap/library?show=favourites")
    assert title in client.text_content(".o_cap_library")

    other = login("prospect")
    for path in (url, f"{url}/file"):
        assert other.goto(path).status == 404
    other.goto("/my/cap/library")
    other.wait_for_selector("text=not open to you")

    consultant.reload()
    consultant.wait_for_selector(".oe_stat_button:has-text('1 readers')")


def test_a_workshop_from_wish_to_date(login):
    client = login("alliance", width=360)
    client.goto("/my/cap/workshop")
    assert "Carriers of our own" in client.text_content(".o_cap_workshop")
    assert client.evaluate("document.documentElement.scrollWidth") <= 360
    client.click("button:has-text('Take the wish back')")
    client.click(".modal .btn-primary")
    client.wait_for_selector(".o_cap_workshop_form")
    client.fill("#cap_workshop_name", "Printing at the dock")
    client.fill("#cap_workshop_goals", "Fewer wrong labels")
    client.check("input[name=attendees]")
    client.click("button:has-text('Send the wish')")
    client.wait_for_selector(".o_cap_workshop:has-text('Printing at the dock')")

    consultant = login("consultant")
    consultant.goto("/odoo/cap-workshops")
    consultant.click(".o_kanban_record:has-text('Printing at the dock')")
    consultant.click("button:has-text('Plan')")
    consultant.wait_for_selector(".modal .o_field_widget[name=start]")
    field = consultant.locator(".modal .o_field_widget[name=start] input")
    if not field.count():
        consultant.click(".modal .o_field_widget[name=start] button")
    soon = consultant.evaluate(
        "luxon.DateTime.now().plus({days: 9}).toFormat('MM/dd/yyyy') + ' 10:00:00'"
    )
    field.first.click()
    field.first.fill(soon)
    field.first.press("Tab")
    consultant.click(".modal button:has-text('Plan and invite')")
    consultant.wait_for_selector(".modal", state="detached")
    consultant.wait_for_selector(".o_arrow_button_current:has-text('Planned')")

    client.reload()
    card = client.text_content(".o_cap_workshop")
    assert re.search(r"10:00 – 14:00 \(Europe/Brussels\)", card)
    assert "Koen Willems" in card
