from odoo import api, models, tools


class MailAliasDomain(models.Model):
    """The hosts that mail is sent from here; each mail that comes in asks for them."""

    _inherit = "mail.alias.domain"

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        domains = super().create(vals_list)
        self.env.registry.clear_cache()
        return domains

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache()
    def _read_hosts(self):
        """Return the names of all alias domains; from memory once asked."""
        return frozenset(self.sudo().search_fetch([], ["name"]).mapped("name"))
