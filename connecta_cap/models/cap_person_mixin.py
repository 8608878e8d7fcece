import threading

from odoo import models
from odoo.exceptions import AccessError
from odoo.http import request

from ..tools.actor import is_automatic, is_played


class CapPersonMixin(models.AbstractModel):
    """Acts that count only when a person of the support agents does them.

    "This assures someone has looked at the ticket": superuser code, server actions,
    automation rules, jobs and imports are nobody, and no code can borrow an agent's
    login within the request of somebody else.
    """

    _name = "cap.person.mixin"
    _description = "Acts of a person"

    # === BUSINESS METHODS === #

    def _check_is_person(self):
        """Refuse whoever is not a support agent acting in person.

        :raises AccessError: for clients, other staff, superuser code, automation,
            jobs and imports.
        """
        is_agent = self.env.user.has_group("connecta_cap.group_cap_agent")
        if not is_agent or not self._is_person():
            raise AccessError(
                self.env._(
                    "Only a support agent can assess a ticket, in person: the promise "
                    "is that somebody looked at it. Ask a colleague of the support "
                    "team, or an administrator to add you to it."
                )
            )

    def _is_person(self):
        """Return whether the user of this environment is who asks, in person."""
        context = self.env.context
        if self.env.su or context.get("cron_id") or context.get("import_file"):
            return False
        if is_automatic():
            return False
        return is_played() or self._get_asking_uid() == self.env.uid

    def _get_asking_uid(self):
        """Return the id of the user whose login the running call came with.

        A web page's request knows it; the older remote interfaces leave it with the
        thread. A shell of the server has neither: whoever types there is taken at
        their word.
        """
        if request:
            return request.env.uid
        return getattr(threading.current_thread(), "uid", None) or self.env.uid
