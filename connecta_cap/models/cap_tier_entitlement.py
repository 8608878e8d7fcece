from odoo import api, fields, models

from ..const import PRIORITY_RESPONSE


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
    due_days = fields.Integer(
        "Within (days)",
        help="Days from the start of a period within which we deliver. Zero: by the "
        "end of the period, or whenever it suits for what is done once.",
    )
    summary = fields.Char(compute="_compute_summary")

    _entitlement_unique = models.UniqueIndex(
        "(tier_id, entitlement_id)",
        "This tier lists the entitlement already: change that line instead.",
    )
    _figures_positive = models.Constraint(
        "CHECK(quantity >= 0 AND interval_months >= 0 AND validity_months >= 0"
        " AND due_days >= 0)",
        "Quantity, interval, validity and days cannot be negative: enter zero for "
        "“without limit”.",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "code", "quantity", "unit", "interval_months", "validity_months", "due_days"
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        for line in self:
            line.summary = self._word_figures(line)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.tier_id._follow_terms()
        return lines

    def write(self, vals):
        tiers = self.tier_id
        result = super().write(vals)
        (tiers | self.tier_id)._follow_terms()
        return result

    def unlink(self):
        tiers = self.tier_id
        result = super().unlink()
        tiers._follow_terms()
        return result

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
            "due_days",
            "summary",
        }

    # === BUSINESS METHODS === #

    @api.model
    def _word_figures(self, line):
        """Return the figures of a line in a few words, such as '3 h every 6 months'.

        :param line: a `cap.tier.entitlement` or a `cap.tier.term`.
        """
        parts = []
        if line.quantity and line.code == PRIORITY_RESPONSE:
            parts.append(self.env._("under %(hours)g h", hours=line.quantity))
        elif line.quantity and line.unit == "hour":
            parts.append(self.env._("%(hours)g h", hours=line.quantity))
        elif line.quantity > 1:
            parts.append(self.env._("%(count)g times", count=line.quantity))
        if line.interval_months:
            parts.append(self._word_interval(line.interval_months))
        if line.validity_months:
            parts.append(
                self.env._("valid %(months)s months", months=line.validity_months)
            )
        if line.due_days:
            parts.append(self.env._("within %(days)s days", days=line.due_days))
        return ", ".join(parts)

    @api.model
    def _word_interval(self, months):
        named = {
            1: self.env._("every month"),
            3: self.env._("every quarter"),
            12: self.env._("every year"),
        }
        return named.get(months, self.env._("every %(months)s months", months=months))
