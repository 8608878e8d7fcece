from odoo.http import request

UNPROCESSABLE = 422


def render_page(template, page):
    """Render a portal page; one that tells what is wrong with a form answers 422.

    :param template: XML id.
    :param page: values of the page; its `error` is what is wrong, in words.
    """
    response = request.render(template, page)
    if page.get("error"):
        response.status_code = UNPROCESSABLE
    return response
