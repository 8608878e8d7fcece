from odoo import api, fields, models
from odoo.exceptions import UserError


class CapSubscriptionRenewal(models.Model):
    """A term that was agreed: from when until when, on which day, and by whom.

    Append-only: what was agreed stays on record, whatever follows.
    """

    _name = "cap.subscription.renewal"
    _description = "CAP Term"
    _order = "date_from desc, id desc"
    _rec_name = "date_from"

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
    date = fields.Date("Agreed on", required=True, readonly=True)
    date_from = fields.Date("From", required=True, readonly=True)
    date_until = fields.Date(
        "Until", required=True, readonly=True, help="The first day after the term."
    )
    tier_id = fields.Many2one(
        "cap.tier", required=True, readonly=True, ondelete="restrict"
    )
    note = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", "Agreed by", required=True, readonly=True, ondelete="restrict"
    )

    _dates_ordered = models.Constraint(
        "CHECK(date_from < date_until)", "A term ends after it starts."
    )

    # === CRUD METHODS === #

    def write(self, vals):
        # the company follows the subscription; nothing else ever changes
        if vals.keys() - {"company_id"}:
            raise UserError(
                self.env._(
                    "The terms that were agreed are on record. Renew the subscription "
                    "instead."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("The terms that were agreed are on record and are not deleted.")
        )
