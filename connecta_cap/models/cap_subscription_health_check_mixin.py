from odoo import fields, models

from ..const import CHECKLIST_KINDS


class CapSubscriptionHealthCheckMixin(models.AbstractModel):
    """A client's Health Checks and set-up checklists, at a click from its cover."""

    _name = "cap.subscription.health.check.mixin"
    _inherit = ["cap.subscription.documents.mixin"]
    _description = "Health Checks of a subscription"

    health_check_ids = fields.One2many(
        "cap.health.check", "subscription_id", "Health Checks"
    )
    checklist_ids = fields.One2many(
        "cap.health.checklist", "subscription_id", "Set-up checklists"
    )
    health_check_count = fields.Integer(compute="_compute_health_check_count")

    # === COMPUTE METHODS === #

    def _compute_health_check_count(self):
        counts = dict(
            self.env["cap.health.check"]._read_group(
                [("subscription_id", "in", self.ids)], ["subscription_id"], ["__count"]
            )
        )
        for subscription in self:
            subscription.health_check_count = counts.get(subscription, 0)

    # === ACTION METHODS === #

    def action_view_health_checks(self):
        """Open this client's Health Checks.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_health_check_action"
        )
        return action | {"domain": [("subscription_id", "=", self.id)], "context": {}}

    # === BUSINESS METHODS === #

    def _ensure_checklists(self, user):
        """Start the set-up checklists that the cover gives and that are not there yet.

        :param user: the consultant who sees to them.
        :return: the client's `cap.health.checklist` records.
        """
        self.ensure_one()
        known = set(self.checklist_ids.mapped("kind"))
        self.env["cap.health.checklist"].create(
            [
                {"subscription_id": self.id, "kind": kind, "user_id": user.id}
                for kind, _label in CHECKLIST_KINDS
                if kind not in known and self._entitled(kind)
            ]
        )
        return self.checklist_ids

    def _list_documents(self):
        documents = super()._list_documents()
        if self.env["cap.health.check"].has_access("read"):
            documents += [
                {
                    "day": check.published_on,
                    "kind": self.env._("Health Check"),
                    "name": f"{check._get_report_base_filename()}.pdf",
                    "url": f"/report/pdf/connecta_cap.report_health_check/{check.id}",
                }
                for check in self.health_check_ids
                if check.state == "published"
            ]
        return documents
