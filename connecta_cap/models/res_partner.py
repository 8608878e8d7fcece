from odoo import fields, models


class ResPartner(models.Model):
    """A client organisation, or one of its contacts."""

    _inherit = "res.partner"

    cap_subscription_ids = fields.One2many(
        "cap.subscription",
        "partner_id",
        "CAP subscriptions",
        groups="connecta_cap.group_cap_user",
    )
    cap_subscription_count = fields.Integer(
        compute="_compute_cap_counts", groups="connecta_cap.group_cap_user"
    )
    cap_ticket_count = fields.Integer(
        compute="_compute_cap_counts", groups="connecta_cap.group_cap_user"
    )

    # === COMPUTE METHODS === #

    def _compute_cap_counts(self):
        clients = self.commercial_partner_id
        subscriptions = dict(
            self.env["cap.subscription"]._read_group(
                [("partner_id", "in", clients.ids)], ["partner_id"], ["__count"]
            )
        )
        tickets = dict(
            self.env["cap.ticket"]._read_group(
                [("commercial_partner_id", "in", clients.ids)],
                ["commercial_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            client = partner.commercial_partner_id
            partner.cap_subscription_count = subscriptions.get(client, 0)
            partner.cap_ticket_count = tickets.get(client, 0)

    # === CRUD METHODS === #

    def write(self, vals):
        moving = {"parent_id", "is_company"} & vals.keys()
        before = {one: one.commercial_partner_id for one in self if moving}
        result = super().write(vals)
        for partner, client in before.items():
            if partner.commercial_partner_id != client != partner:
                self.env["cap.ticket"]._unfollow_former(partner, client)
        if moving and self._has_logins():
            # Record rules keep the client of a portal user in a cache: somebody who
            # changes employer must stop seeing the old one's tickets at once.
            self.env.registry.clear_cache()
        return result

    def _has_logins(self):
        users = self.env["res.users"].sudo().with_context(active_test=False)
        return bool(users.search_count([("partner_id", "child_of", self.ids)], limit=1))

    # === ACTION METHODS === #

    def action_view_cap_subscriptions(self):
        """Open the client's subscriptions.

        :return: action dictionary.
        """
        self.ensure_one()
        client = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_subscription_action"
        )
        return action | {
            "domain": [("partner_id", "=", client.id)],
            "context": {"default_partner_id": client.id},
        }

    def action_view_cap_tickets(self):
        """Open the client's tickets.

        :return: action dictionary.
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "connecta_cap.cap_ticket_action"
        )
        return action | {
            "domain": [("commercial_partner_id", "=", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }
