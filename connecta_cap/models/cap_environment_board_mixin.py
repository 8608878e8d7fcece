from odoo import models


class CapEnvironmentBoardMixin(models.AbstractModel):
    """The way from an environment's form to its dashboard."""

    _name = "cap.environment.board.mixin"
    _description = "An environment's way to its dashboard"

    # === ACTION METHODS === #

    def action_view_dashboard(self):
        """Open the environment's dashboard.

        :return: action dictionary.
        """
        self.ensure_one()
        return self.env["cap.health.page"]._open_dashboard("environment", self.id)
