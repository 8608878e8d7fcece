from odoo import models

from ..tools.actor import acting_automatically


class IrActionsServer(models.Model):
    """Server actions, automation rules and scheduled jobs: all of them run here.

    What they do is nobody's own act, even inside the request of a person.
    """

    _inherit = "ir.actions.server"

    def run(self):
        with acting_automatically():
            return super().run()
