from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError


class CapWorkshopPlan(models.TransientModel):
    """Plans or moves a workshop: when, where, by whom and with whom."""

    _name = "cap.workshop.plan"
    _description = "Plan a workshop"

    workshop_id = fields.Many2one(
        "cap.workshop", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="workshop_id.partner_id")
    lapse_date = fields.Date(related="workshop_id.lapse_date")
    start = fields.Datetime(required=True)
    hours = fields.Float("Length (hours)", required=True, default=4.0)
    location = fields.Char(compute="_compute_from_workshop", store=True, readonly=False)
    user_id = fields.Many2one(
        "res.users",
        "Held by",
        required=True,
        domain="[('share', '=', False)]",
        compute="_compute_from_workshop",
        store=True,
        readonly=False,
    )
    attendee_ids = fields.Many2many(
        "res.partner",
        "cap_workshop_plan_attendee_rel",
        string="Attendees",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
        compute="_compute_from_workshop",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("workshop_id")
    def _compute_from_workshop(self):
        for wizard in self:
            workshop = wizard.workshop_id
            wizard.location = workshop.location
            wizard.user_id = workshop.user_id or self.env.user
            wizard.attendee_ids = workshop.attendee_ids or workshop.wished_by_id

    # === ACTION METHODS === #

    def action_confirm(self):
        """Plan the workshop and invite everybody.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        if not self.attendee_ids:
            raise UserError(
                self.env._("Choose at least one of the client's people to invite.")
            )
        self.workshop_id._set_planned(
            self.start,
            self.start + timedelta(hours=self.hours),
            self.user_id,
            self.attendee_ids,
            (self.location or "").strip(),
        )
        return {"type": "ir.actions.act_window_close"}
