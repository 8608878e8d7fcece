from odoo import api, models


class CapHealthInsertMixin(models.AbstractModel):
    """Adds rows that another report may be adding at the same moment."""

    _name = "cap.health.insert.mixin"
    _description = "Adding rows side by side"

    # === BUSINESS METHODS === #

    @api.model
    def _insert(self, query):
        """Run a statement that may collide with another report's, and return its rows.

        The server does a request that collided again: that is no error to put on
        record.

        :param query: `SQL` with a RETURNING clause.
        """
        self.env.cr.execute(query, log_exceptions=False)
        return self.env.cr.fetchall()
