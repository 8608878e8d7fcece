from odoo import models
from odoo.exceptions import UserError


class CapFlowFilingMixin(models.AbstractModel):
    """Filing a ticket about a flow, for a client and for an agent."""

    _name = "cap.flow.filing.mixin"
    _inherit = ["cap.flow.ticket.mixin"]
    _description = "Filing tickets about a flow"

    # === ACTION METHODS === #

    def action_file_ticket(self):
        """Open a new ticket that says already what monitoring knows.

        :return: action dictionary.
        """
        self.ensure_one()
        self.env["cap.ticket"].check_access("create")
        subscription = self.sudo().environment_id.subscription_id
        contact = subscription._get_notice_partners()[:1] or subscription.partner_id
        values = self._prepare_ticket_vals() | {
            "partner_id": contact.id,
            "company_id": subscription.company_id.id,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New ticket"),
            "res_model": "cap.ticket",
            "views": [[False, "form"]],
            "view_mode": "form",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def action_view_dashboard(self):
        """Open the flow's dashboard.

        :return: action dictionary.
        """
        self.ensure_one()
        return self.env["cap.health.page"]._open_dashboard("flow", self.id)

    # === BUSINESS METHODS === #

    def _list_open_tickets(self):
        """Return the open tickets about the flow, the latest first: `id`, `number`."""
        self.ensure_one()
        tickets = self.env["cap.ticket"].sudo()
        found = tickets.search([("flow_id", "=", self.id), ("is_closed", "=", False)])
        return [
            {"id": one.id, "number": one.number, "name": one.name}
            for one in found.sorted("id", reverse=True)
        ]

    def _portal_ticket_values(self, flow_id):
        """Return what the form of a new ticket starts with.

        :param flow_id: what the address says; "" or None for a ticket about no flow.
        :return: dict of the form's values; {} for a flow that the user cannot see.
        """
        flow = self._find_portal_flow(flow_id)
        if not flow:
            return {}
        values = flow._prepare_ticket_vals()
        return values | {"flow_id": str(flow.id), "flow_name": flow.display_name}

    def _find_portal_flow(self, flow_id):
        """Return the flow of that id, if the user's own rules show it, else none."""
        try:
            return self.search([("id", "=", int(flow_id or 0))])
        except ValueError:
            return self.browse()

    def _get_portal_flow(self, flow_id):
        """Return the flow that a sent form names.

        :raises UserError: when the user has no such flow.
        """
        flow = self._find_portal_flow(flow_id)
        if not flow:
            raise UserError(
                self.env._(
                    "The flow that this ticket is about was not found. Open the form "
                    "again from the page of the flow."
                )
            )
        return flow
