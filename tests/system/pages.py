"""What journeys do on Odoo's own screens."""


def search_for(page, text):
    """Search a list for a text, in the first field that is offered."""
    page.locator(".o_searchview_input").press_sequentially(text)
    page.wait_for_selector(".o_searchview_autocomplete")
    page.keyboard.press("Enter")
    page.wait_for_selector(f".o_searchview_facet:has-text('{text}')")
