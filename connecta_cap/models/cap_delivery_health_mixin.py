from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CHECKLIST_KINDS, PLAN_ASK_DAYS, PLAN_BATCH, PLAN_CODES

TASK = "connecta_cap.mail_activity_type_health_check"


class CapDeliveryHealthMixin(models.AbstractModel):
    """Deliveries made by a Health Check or a set-up: asked for in time."""

    _name = "cap.delivery.health.mixin"
    _inherit = ["cap.clock.mixin", "cap.batch.mixin", "mail.thread"]
    _description = "Health Checks that are due"

    checklist_kind = fields.Boolean(
        "Is set up with a checklist", compute="_compute_checklist_kind"
    )

    # === COMPUTE METHODS === #

    @api.depends("entitlement_id")
    def _compute_checklist_kind(self):
        kinds = dict(CHECKLIST_KINDS)
        for delivery in self:
            delivery.checklist_kind = delivery.code in kinds

    # === ACTION METHODS === #

    def action_plan_health_check(self):
        """Ask when and with whom the Health Check takes place.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_health_check_plan_action"
        )
        return action | {"context": {"default_delivery_id": self.id}}

    def action_open_checklist(self):
        """Open the client's checklist of what this delivery sets up; start it if new.

        :return: action dictionary.
        """
        self.ensure_one()
        checklists = self.subscription_id._ensure_checklists(self.env.user)
        found = checklists.filtered(lambda line: line.kind == self.code)
        return {
            "type": "ir.actions.act_window",
            "res_model": "cap.health.checklist",
            "res_id": found.id,
            "views": [(False, "form")],
        }

    # === BUSINESS METHODS === #

    @api.model
    def _cron_ask_to_plan(self):
        """Ask consultants to plan what is due soon, once for each; safe to repeat."""
        today = self._cap_today()
        domain = (
            Domain("entitlement_id.code", "in", PLAN_CODES)
            & Domain("subscription_id.state", "=", "active")
            & Domain("state", "=", "due")
            & Domain("date_start", "<=", today)
            & Domain("due_date", ">=", today)
            & Domain("due_date", "<=", today + timedelta(days=PLAN_ASK_DAYS))
        )
        self._work_through(self.sudo(), domain, PLAN_BATCH, self._ask_to_plan)

    @api.model
    def _ask_to_plan(self, deliveries):
        self.env["cap.reminder"].sudo()._remind_batch(
            deliveries, "planning", "due_date", (PLAN_ASK_DAYS,), ""
        )

    def _send_reminder(self, template, days, day):
        """Put the planning on the list of the consultant, else the account manager.

        :param template: not used: nobody gets a mail.
        :param days: the mark that was reached, in days before `day`.
        :param day: by when it is due.
        :return: the `mail.message` that says so in the delivery's conversation.
        """
        self.ensure_one()
        client = self.subscription_id
        asked = client._get_acting_consultant() or client.account_manager_id
        asked = asked or self.env.user
        if not self.activity_search([TASK]):
            self.activity_schedule(TASK, user_id=asked.id, date_deadline=day)
        return self.message_post(
            body=self.env._(
                "%(user)s is asked to plan it: due by %(day)s.",
                user=asked.name,
                day=client._word_day(day),
            ),
            subtype_xmlid="mail.mt_note",
        )

    def _answer_planning(self):
        """Take the question off the list: it is planned or done."""
        self.sudo().activity_feedback([TASK])
