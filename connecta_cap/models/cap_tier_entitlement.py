from odoo import api, fields, models


class CapTierEntitlement(models.Model):
    """What one tier gives of one entitlement: how much, how often, valid how long.

    These rows are the program's matrix. The tier form, the portal and every gate in the
    code read them, so that a fourth tier or another quantity is a matter of data.
    """

    _name = "cap.tier.entitlement"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Tier Entitlement"
    _order = "tier_id, sequence, id"
    _rec_name = "entitlement_id"

    tier_id = fields.Many2one("cap.tier", required=True, ondelete="cascade", index=True)
    entitlement_id = fields.Many2one(
        "cap.entitlement", required=True, ondelete="restrict", index=True
    )
    code = fields.Char(related="entitlement_id.code")
    category = fields.Selection(related="entitlement_id.category")
    sequence = fields.Integer(related="entitlement_id.sequence", store=True)
    quantity = fields.Float(
        help="How many units per interval: hours of the response promise, hours of "
        "training, number of audits. Zero means without limit.",
    )
    unit = fields.Selection(
        [("hour", "Hours"), ("time", "Times")], default="time", required=True
    )
    interval_months = fields.Integer(
        "Every (months)",
        help="Calendar months from one grant to the next. Zero: not recurring.",
    )
    validity_months = fields.Integer(
        "Valid for (months)",
        help="Calendar months until an unused grant lapses. Zero: it does not lapse.",
    )
    summary = fields.Char(compute="_compute_summary")

    _entitlement_unique = models.UniqueIndex(
        "(tier_id, entitlement_id)",
        "This tier lists the entitlement already: change that line instead.",
    )
    _figures_positive = models.Constraint(
        "CHECK(quantity >= 0 AND interval_months >= 0 AND validity_months >= 0)",
        "Quantity, interval and validity cannot be negative.",
    )

    # === COMPUTE METHODS === #

    @api.depends("quantity", "unit", "interval_months", "validity_months")
    @api.depends_context("lang")
    def _compute_summary(self):
        for line in self:
            line.summary = line._word_summary()

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "tier_id",
            "entitlement_id",
            "code",
            "category",
            "sequence",
            "quantity",
            "unit",
            "interval_months",
            "validity_months",
            "summary",
        }

    # === BUSINESS METHODS === #

    def _word_summary(self):
        """Return the figures of a line in a few words, such as '3 h every 6 months'."""
        self.ensure_one()
        parts = []
        if self.quantity and self.code == "priority_response":
            parts.append(self.env._("under %(hours)g h", hours=self.quantity))
        elif self.quantity and self.unit == "hour":
            parts.append(self.env._("%(hours)g h", hours=self.quantity))
        elif self.quantity > 1:
            parts.append(self.env._("%(count)g times", count=self.quantity))
        if self.interval_months:
            parts.append(self._word_interval())
        if self.validity_months:
            parts.append(
                self.env._("valid %(months)s months", months=self.validity_months)
            )
        return ", ".join(parts)

    def _word_interval(self):
        self.ensure_one()
        named = {
            1: self.env._("every month"),
            3: self.env._("every quarter"),
            12: self.env._("every year"),
        }
        return named.get(
            self.interval_months,
            self.env._("every %(months)s months", months=self.interval_months),
        )
