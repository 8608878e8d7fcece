from datetime import timedelta

from odoo import api, fields, models


class CapHealthCheckPlan(models.TransientModel):
    """Plans or moves a Health Check: when, where, by whom and with whom."""

    _name = "cap.health.check.plan"
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
    start = fields.Datetime(required=True)
    hours = fields.Float("Length (hours)", required=True, default=1.0)
    location = fields.Char(compute="_compute_location", store=True, readonly=False)
    user_id = fields.Many2one(
        "res.users",
        "Consultant",
        required=True,
        domain="[('share', '=', False)]",
        compute="_compute_people",
        store=True,
        readonly=False,
    )
    attendee_ids = fields.Many2many(
        "res.partner",
        "cap_health_check_plan_attendee_rel",
        string="Attendees",
        domain="[('id', 'child_of', partner_id), ('is_company', '=', False)]",
        compute="_compute_people",
        store=True,
        readonly=False,
    )

    # === COMPUTE METHODS === #

    @api.depends("check_id")
    def _compute_delivery_id(self):
        for wizard in self:
            wizard.delivery_id = wizard.check_id.delivery_id or wizard.delivery_id

    @api.depends("check_id")
    def _compute_location(self):
        for wizard in self:
            wizard.location = wizard.check_id.location

    @api.depends("check_id", "delivery_id")
    def _compute_people(self):
        for wizard in self:
            check, client = wizard.check_id, wizard.delivery_id.subscription_id
            wizard.user_id = check.user_id or (
                client._get_acting_consultant() if client else False
            )
            wizard.user_id = wizard.user_id or self.env.user
            wizard.attendee_ids = check.attendee_ids or self._find_people(client)

    @api.model
    def _find_people(self, client):
        """Return whom to invite at first: who gets mails, else who has a login.

        :param client: `cap.subscription`, may be empty.
        """
        if not client:
            return self.env["res.partner"]
        told = client._get_notice_partners()
        people = told.filtered(lambda partner: not partner.is_company)
        contacts = client.sudo().partner_id.child_ids.filtered("email")
        return people or contacts.filtered("user_ids")

    # === ACTION METHODS === #

    def action_confirm(self):
        """Plan the Health Check and invite everybody.

        :return: action that opens it.
        """
        self.ensure_one()
        check = self.check_id or self.env["cap.health.check"].create(
            {"delivery_id": self.delivery_id.id}
        )
        check._set_planned(
            self.start,
            self.start + timedelta(hours=self.hours),
            self.user_id,
            self.attendee_ids,
            (self.location or "").strip(),
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": check._name,
            "res_id": check.id,
            "views": [(False, "form")],
        }
