"""What people did that cannot be done, where Odoo's own errors say it less well."""

import logging

from odoo.exceptions import UserError


class RefusedFile(UserError):
    """A file that is not accepted: of a wrong type, too large, empty, one too many.

    Who chose it reads why. The server is not at fault, so its log has no warning.
    """

    # read by the request's handler in odoo/http.py
    loglevel = logging.INFO
