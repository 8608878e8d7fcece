from odoo import api, models


class ResUsers(models.Model):
    """A login, whose contact says which client's records it sees."""

    _inherit = "res.users"

    @api.model
    def _get_invalidation_fields(self):
        # record rules cache the client that the contact belongs to
        return super()._get_invalidation_fields() | {"partner_id"}
