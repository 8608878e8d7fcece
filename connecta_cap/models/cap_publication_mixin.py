from odoo import api, fields, models
from odoo.exceptions import UserError


class CapPublicationMixin(models.AbstractModel):
    """Work for a client that goes from step to step and is then published.

    Its models have a `subscription_id`, and say in `_list_missing` what still keeps
    them from being published.
    """

    _name = "cap.publication.mixin"
    _inherit = ["cap.state.moves.mixin"]
    _description = "Work that is published to a client"

    published_on = fields.Date(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"published_on", "published_by_id"}

    # === BUSINESS METHODS === #

    def _list_missing(self):
        """Return in words what is still needed before it can be published; a hook."""
        return []

    def _check_complete(self):
        """Refuse to publish what is not finished.

        :raises UserError: listing everything that is missing.
        """
        self.ensure_one()
        missing = self._list_missing()
        if missing:
            raise UserError(
                self.env._(
                    "%(record)s cannot be published yet:\n%(missing)s",
                    record=self.display_name,
                    missing="\n".join(f"– {line}" for line in missing),
                )
            )

    def _get_client_lang(self):
        """Return the code of the language in which the client reads it."""
        self.ensure_one()
        return self.subscription_id._in_client_language().env.context.get("lang")
