from odoo import fields, models
from odoo.exceptions import UserError


class CapSubscriptionSuspension(models.Model):
    """Days on which a subscription gave no cover although it was not closed.

    Kept so that the answer for a past day stays right after the cover was resumed.
    """

    _name = "cap.subscription.suspension"
    _inherit = ["cap.portal.whitelist.mixin"]
    _description = "CAP Suspension"
    _order = "date_start desc, id desc"
    _rec_name = "date_start"

    subscription_id = fields.Many2one(
        "cap.subscription",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(
        related="subscription_id.company_id", store=True, index=True
    )
    date_start = fields.Date("From", required=True, readonly=True)
    date_end = fields.Date(
        "Until", readonly=True, help="The first day under cover again."
    )
    reason = fields.Char(readonly=True)
    end_reason = fields.Char("Reason of the end", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Decided by", required=True, readonly=True, ondelete="restrict"
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_end IS NULL OR date_start <= date_end)",
        "A suspension cannot end before it starts.",
    )
    _no_overlap = models.Constraint(
        "EXCLUDE USING gist (int4range(subscription_id, subscription_id, '[]') "
        "WITH &&, daterange(date_start, date_end) WITH &&)",
        "This subscription is suspended on these days already.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su:
            raise UserError(
                self.env._(
                    "The suspensions of the past are on record. Use Suspend and Resume "
                    "on the subscription."
                )
            )
        return super().write(vals)

    # === BUSINESS METHODS === #

    def _portal_readable_fields(self):
        return super()._portal_readable_fields() | {
            "subscription_id",
            "date_start",
            "date_end",
        }

    def _covers(self, day):
        """Return whether cover was suspended on `day` by one of these."""
        return any(
            line.date_start <= day and (not line.date_end or day < line.date_end)
            for line in self
        )
