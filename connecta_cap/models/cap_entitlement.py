from odoo import fields, models

from ..const import FULFILMENTS

# what the record of terms copies
TERM_FIELDS = {"name", "code", "description", "sequence", "fulfilment"}


class CapEntitlement(models.Model):
    """One thing that a tier can give, such as the quarterly audit.

    The code is what the program's gates ask for; everything else is wording.
    """

    _name = "cap.entitlement"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Entitlement"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        required=True,
        copy=False,
        help="The name that the program's rules use. Features of the application are "
        "bound to the codes that it ships with.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    category = fields.Selection(
        [
            ("response", "Response time"),
            ("emergency", "Emergency support"),
            ("review", "Periodic Connecta review"),
            ("training", "Training and knowledge"),
        ],
        required=True,
        default="response",
    )
    fulfilment = fields.Selection(
        FULFILMENTS,
        "Delivery",
        required=True,
        default="none",
        help="Whether the delivery ledger follows it, and whose move it is.",
    )
    description = fields.Text(
        translate=True, help="What the client gets, in the client's words."
    )
    tier_entitlement_ids = fields.One2many(
        "cap.tier.entitlement", "entitlement_id", string="Given by tiers"
    )

    _code_unique = models.UniqueIndex(
        "(code)", "An entitlement with this code exists: choose another code."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if TERM_FIELDS & vals.keys():
            self.tier_entitlement_ids.tier_id._follow_terms()
        return result

    def update_field_translations(self, field_name, translations, source_lang=""):
        result = super().update_field_translations(
            field_name, translations, source_lang=source_lang
        )
        if field_name in TERM_FIELDS:
            self.tier_entitlement_ids.tier_id._follow_terms()
        return result

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "name",
            "code",
            "sequence",
            "active",
            "category",
            "fulfilment",
            "description",
        }
