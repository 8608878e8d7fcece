from odoo import api, fields, models


class CapAuditTemplate(models.Model):
    """A checklist of what an audit looks at, for all tiers or for some."""

    _name = "cap.audit.template"
    _description = "CAP Audit Checklist"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    tier_ids = fields.Many2many(
        "cap.tier", string="For tiers", help="Empty: for every tier that has audits."
    )
    line_ids = fields.One2many(
        "cap.audit.template.line", "template_id", "Checks", copy=True
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_for_tier(self, tier):
        """Return the first checklist that is meant for a tier.

        One that names the tier goes before one for everybody.

        :param tier: `cap.tier` record.
        """
        templates = self.search([("tier_ids", "in", tier.ids)], limit=1)
        return templates or self.search([("tier_ids", "=", False)], limit=1)
