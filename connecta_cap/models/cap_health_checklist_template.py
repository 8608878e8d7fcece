from odoo import api, fields, models

from ..const import CHECKLIST_KINDS


class CapHealthChecklistTemplate(models.Model):
    """What there is to set up in a Test Center or Notification Center, for some tiers.

    A checklist that has begun keeps the points that it was given.
    """

    _name = "cap.health.checklist.template"
    _description = "CAP Set-up Checklist Template"
    _order = "kind desc, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(CHECKLIST_KINDS, "What", required=True)
    tier_ids = fields.Many2many(
        "cap.tier",
        "cap_health_checklist_template_tier_rel",
        string="For tiers",
        help="Empty: for every tier that gives the set-up.",
    )
    line_ids = fields.One2many(
        "cap.health.checklist.template.line", "template_id", "Points", copy=True
    )

    # === BUSINESS METHODS === #

    @api.model
    def _get_for_tier(self, kind, tier):
        """Return the first template of a kind that is meant for a tier.

        One that names the tier goes before one for everybody.

        :param kind: a key of `CHECKLIST_KINDS`.
        :param tier: `cap.tier` record, may be empty.
        """
        own = self.search([("kind", "=", kind), ("tier_ids", "in", tier.ids)], limit=1)
        return own or self.search(
            [("kind", "=", kind), ("tier_ids", "=", False)], limit=1
        )
