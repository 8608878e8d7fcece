from datetime import timedelta

from odoo import models

from ..const import CRITICALITIES


class CapEnvironmentTicketMixin(models.AbstractModel):
    """Opens a ticket about a critical flow that stays down: one, never a second."""

    _name = "cap.environment.ticket.mixin"
    _inherit = ["cap.clock.mixin"]
    _description = "Tickets from monitoring"

    # === BUSINESS METHODS === #

    def _open_tickets(self, now):
        """Open a ticket for each critical flow that is down for too long.

        A flow that fell again while its ticket is still open gets no other one.
        """
        incidents = self.env["cap.health.incident"].search(
            [
                ("environment_id", "in", self.ids),
                ("closed_at", "=", False),
                ("is_down", "=", True),
                ("ticket_id", "=", False),
                ("flow_id.criticality", "=", CRITICALITIES[-1][0]),
            ]
        )
        for incident in incidents:
            flow = incident.flow_id
            after = flow.ticket_after or incident.environment_id.ticket_after
            is_due = now - incident.down_at >= timedelta(minutes=after)
            if after and is_due and flow.state == "down":
                incident.write({"ticket_id": self._open_ticket(incident).id})

    def _open_ticket(self, incident):
        """Return the open ticket about an incident's flow, or a new one."""
        tickets = self.env["cap.ticket"].sudo()
        flow = incident.flow_id
        known = tickets.search(
            [
                ("flow_id", "=", flow.id),
                ("channel", "=", "monitor"),
                ("is_closed", "=", False),
            ],
            limit=1,
        )
        if known:
            return known
        subscription = incident.environment_id.subscription_id.sudo()
        contact = subscription._get_notice_partners()[:1] or subscription.partner_id
        told = flow.with_context(lang=contact.lang or self.env.lang)
        return tickets.create(
            told._prepare_ticket_vals()
            | {
                "channel": "monitor",
                "partner_id": contact.id,
                "company_id": subscription.company_id.id,
                "health_incident_id": incident.id,
            }
        )
