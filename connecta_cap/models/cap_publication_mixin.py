from odoo import api, fields, models
from odoo.exceptions import UserError


class CapPublicationMixin(models.AbstractModel):
    """Work that a client is owed: it goes from step to step and is then published.

    Each record has a number and delivers one row of the delivery ledger. Its models
    have a `partner_id`, the client, and say in `_list_missing` what still keeps a
    record from being published.
    """

    _name = "cap.publication.mixin"
    _inherit = ["cap.state.moves.mixin"]
    _description = "Work that is published to a client"

    name = fields.Char(
        "Number", required=True, readonly=True, copy=False, default="/", index=True
    )
    delivery_id = fields.Many2one(
        "cap.delivery", "Delivers", required=True, ondelete="restrict"
    )
    subscription_id = fields.Many2one(
        related="delivery_id.subscription_id", store=True, index=True, precompute=True
    )
    due_date = fields.Date(related="delivery_id.due_date")
    published_on = fields.Date(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    # === COMPUTE METHODS === #

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for record in self:
            client = record.sudo().partner_id.name or ""
            number = "" if record.name == "/" else record.name
            record.display_name = f"{number} {client}".strip()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("name", "/") == "/":
                vals["name"] = self.env["ir.sequence"].next_by_code(self._name)
        return super().create(vals_list)

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
