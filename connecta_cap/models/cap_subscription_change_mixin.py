from odoo import fields, models


class CapSubscriptionChangeMixin(models.AbstractModel):
    """The client's wishes for another tier, as seen from its subscription."""

    _name = "cap.subscription.change.mixin"
    _description = "Change requests of a subscription"

    change_request_ids = fields.One2many(
        "cap.change.request", "subscription_id", "Change requests"
    )
    change_request_count = fields.Integer(compute="_compute_change_requests")
    open_change_request_id = fields.Many2one(
        "cap.change.request", "Open change request", compute="_compute_change_requests"
    )

    # === COMPUTE METHODS === #

    def _compute_change_requests(self):
        requests = self.env["cap.change.request"]
        groups = requests._read_group(
            [("subscription_id", "in", self.ids)],
            ["subscription_id", "state"],
            ["id:recordset"],
        )
        counts, waiting = {}, {}
        for subscription, state, found in groups:
            counts[subscription] = counts.get(subscription, 0) + len(found)
            if state == "open":
                waiting[subscription] = found
        for subscription in self:
            subscription.change_request_count = counts.get(subscription, 0)
            subscription.open_change_request_id = waiting.get(subscription, requests)

    # === ACTION METHODS === #

    def action_view_change_requests(self):
        """Open what this client asked for; the open request itself, if there is one.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_change_request_action"
        )
        action |= {
            "domain": [("subscription_id", "=", self.id)],
            "context": {"search_default_open": 0},
        }
        if self.open_change_request_id and self.change_request_count == 1:
            form = self.env.ref("connecta_cap.cap_change_request_view_form")
            action |= {
                "views": [(form.id, "form")],
                "res_id": self.open_change_request_id.id,
            }
        return action
