from odoo import api, fields, models


class CapWorkshopPlan(models.TransientModel):
    """Plans a workshop that a client wished for, or moves one."""

    _name = "cap.workshop.plan"
    _inherit = ["cap.meeting.plan.mixin"]
    _description = "Plan a workshop"

    workshop_id = fields.Many2one(
        "cap.workshop", required=True, readonly=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(related="workshop_id.partner_id")
    lapse_date = fields.Date(related="workshop_id.lapse_date")
    hours = fields.Float(default=4.0)

    # === COMPUTE METHODS === #

    @api.depends("workshop_id")
    def _compute_location(self):
        return super()._compute_location()

    @api.depends("workshop_id")
    def _compute_people(self):
        return super()._compute_people()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Plan the workshop and invite everybody.

        :return: action that closes the dialog.
        """
        self.ensure_one()
        self._plan(self.workshop_id)
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS METHODS === #

    def _get_meeting(self):
        return self.workshop_id

    def _find_attendees(self):
        return self.workshop_id.wished_by_id
