from odoo import api, fields, models


class CapHealthCheckPlan(models.TransientModel):
    """Plans a Health Check that is owed, or moves one."""

    _name = "cap.health.check.plan"
    _inherit = ["cap.meeting.plan.mixin"]
    _description = "Plan a Health Check"

    check_id = fields.Many2one("cap.health.check", readonly=True, ondelete="cascade")
    delivery_id = fields.Many2one(
        "cap.delivery",
        "Delivers",
        required=True,
        compute="_compute_delivery_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('code', '=', 'health_check'), ('res_id', '=', False),"
        " ('state', 'in', ('late', 'due', 'planned'))]",
    )
    partner_id = fields.Many2one(
        related="delivery_id.subscription_id.partner_id", string="Client"
    )
    due_date = fields.Date(related="delivery_id.due_date")
    hours = fields.Float(default=1.0)
    user_id = fields.Many2one(string="Consultant")

    # === COMPUTE METHODS === #

    @api.depends("check_id")
    def _compute_delivery_id(self):
        for wizard in self:
            wizard.delivery_id = wizard.check_id.delivery_id or wizard.delivery_id

    @api.depends("check_id")
    def _compute_location(self):
        return super()._compute_location()

    @api.depends("check_id", "delivery_id")
    def _compute_people(self):
        return super()._compute_people()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Plan the Health Check and invite everybody.

        :return: action that opens it.
        """
        self.ensure_one()
        check = self.check_id or self.env["cap.health.check"].create(
            {"delivery_id": self.delivery_id.id}
        )
        self._plan(check)
        return {
            "type": "ir.actions.act_window",
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    def _get_meeting(self):
        return self.check_id

    def _find_host(self):
        client = self.delivery_id.subscription_id
        return client._get_acting_consultant() if client else super()._find_host()

    def _find_attendees(self):
        """Return who gets mails about the cover, else who has a login."""
        client = self.delivery_id.subscription_id
        if not client:
            return super()._find_attendees()
        told = client._get_notice_partners()
        people = told.filtered(lambda partner: not partner.is_company)
        contacts = client.sudo().partner_id.child_ids.filtered("email")
        return people or contacts.filtered("user_ids")
