from odoo import fields, models
from odoo.exceptions import UserError


class CapDeliverySettle(models.TransientModel):
    """Plans deliveries for a day, or records that they were made."""

    _name = "cap.delivery.settle"
    _description = "Plan or record deliveries"

    delivery_ids = fields.Many2many("cap.delivery", string="Deliveries", required=True)
    step = fields.Selection(
        [("plan", "Plan"), ("deliver", "Record as delivered")],
        required=True,
        default="deliver",
    )
    date = fields.Date(
        "Day",
        required=True,
        default=lambda self: self.env["cap.subscription"]._cap_today(),
        help="The day for which it is planned, or on which it was delivered.",
    )
    note = fields.Char("What was delivered", help="The client reads it.")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Plan or record all chosen deliveries, or none of them.

        :return: action that closes the dialog.
        :raises UserError: for a delivery that is settled already, or a day that makes
            no sense.
        """
        self.ensure_one()
        self.delivery_ids._check_by_hand()
        today = self.env["cap.subscription"]._cap_today()
        if self.step == "plan":
            if self.date < today:
                raise UserError(
                    self.env._("A plan needs a day to come: choose today or later.")
                )
            self.delivery_ids._set_planned(self.date)
        else:
            if self.date > today:
                raise UserError(
                    self.env._(
                        "A delivery cannot be recorded before its day. Plan it for "
                        "that day instead."
                    )
                )
            self.delivery_ids._set_delivered(self.date, (self.note or "").strip())
        return {"type": "ir.actions.act_window_close"}
