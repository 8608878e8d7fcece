from datetime import timedelta

from odoo import api, fields, models


class CapTrainingExtend(models.TransientModel):
    """Lets training hours be booked longer, once, within the written rule."""

    _name = "cap.training.extend"
    _description = "Extend training hours"

    lot_id = fields.Many2one("cap.training.lot", "Hours", required=True, readonly=True)
    available = fields.Float(related="lot_id.available")
    expires_on = fields.Date(related="lot_id.expires_on")
    until = fields.Date(
        "Can be booked until",
        required=True,
        compute="_compute_until",
        store=True,
        precompute=True,
        readonly=False,
    )
    longest = fields.Integer("Longest extension (days)", compute="_compute_longest")
    reason = fields.Char(required=True, help="The client reads it in its statement.")

    # === COMPUTE METHODS === #

    @api.depends("lot_id")
    def _compute_longest(self):
        for wizard in self:
            policy = self.env["cap.training.policy"]._get_policy(
                wizard.lot_id.company_id
            )
            wizard.longest = policy.extension_days

    @api.depends("longest", "lot_id")
    def _compute_until(self):
        for wizard in self:
            expires = wizard.lot_id.expires_on
            days = wizard.longest - 1
            wizard.until = expires and expires + timedelta(days=days)

    # === ACTION METHODS === #

    def action_confirm(self):
        """Record the extension as a row of its own.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self.env["cap.training.credit"]._extend(self.lot_id, self.until, self.reason)
        return {"type": "ir.actions.act_window_close"}
