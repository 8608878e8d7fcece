from odoo import fields, models

from ..const import UNFINISHED_STATES


class CapSubscriptionAuditMixin(models.AbstractModel):
    """A client's audits and recommendations, at a click from its subscription."""

    _name = "cap.subscription.audit.mixin"
    _description = "Audits of a subscription"

    audit_ids = fields.One2many("cap.audit", "subscription_id", "Audits")
    recommendation_ids = fields.One2many(
        "cap.recommendation", "subscription_id", "Recommendations"
    )
    audit_count = fields.Integer(compute="_compute_audit_counts")
    recommendation_count = fields.Integer(compute="_compute_audit_counts")
    open_recommendation_count = fields.Integer(
        "Open recommendations", compute="_compute_audit_counts"
    )

    # === COMPUTE METHODS === #

    def _compute_audit_counts(self):
        def count(model, *domain):
            return dict(
                self.env[model]._read_group(
                    [("subscription_id", "in", self.ids), *domain],
                    ["subscription_id"],
                    ["__count"],
                )
            )

        audits, advice = count("cap.audit"), count("cap.recommendation")
        unfinished = count("cap.recommendation", ("state", "in", UNFINISHED_STATES))
        for subscription in self:
            subscription.audit_count = audits.get(subscription, 0)
            subscription.recommendation_count = advice.get(subscription, 0)
            subscription.open_recommendation_count = unfinished.get(subscription, 0)

    # === ACTION METHODS === #

    def action_view_audits(self):
        """Open this client's audits.

        :return: action dictionary.
        """
        return self._open_of_client("connecta_cap.cap_audit_action", {})

    def action_view_recommendations(self):
        """Open what this client was advised.

        :return: action dictionary.
        """
        return self._open_of_client(
            "connecta_cap.cap_recommendation_action", {"search_default_open": 1}
        )

    def _open_of_client(self, xmlid, context):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return action | {
            "domain": [("subscription_id", "=", self.id)],
            "context": context,
        }
