from odoo.exceptions import AccessError
from odoo.http import request


def find_one(model, record_id, *domain):
    """Return a record, if the user's own rules show it; else answer 404.

    A record of somebody else and one that does not exist get the same answer.

    :param model: name of the model.
    :param record_id: id in the address.
    :param domain: what else has to hold for it.
    :raises NotFound: as the answer to the request.
    """
    records = request.env[model]
    try:
        record = records.search([("id", "=", record_id), *domain])
    except AccessError:
        record = records
    if not record:
        raise request.not_found()
    return record


def count_mine(model, *domain):
    """Return how many records the user sees, for a card on the portal's home.

    Staff without a role in the program comes there too: it has none.

    :param model: name of the model.
    :param domain: which of them count.
    """
    records = request.env[model]
    return records.search_count(list(domain)) if records.has_access("read") else 0
