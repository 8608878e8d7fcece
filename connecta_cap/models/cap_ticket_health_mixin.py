from odoo import fields, models


class CapTicketHealthMixin(models.AbstractModel):
    """The flow that a ticket is about, and the incident that opened it."""

    _name = "cap.ticket.health.mixin"
    _description = "Ticket about a flow"

    flow_id = fields.Many2one(
        "cap.flow", "Integration flow", index="btree_not_null", ondelete="set null"
    )
    health_incident_id = fields.Many2one(
        "cap.health.incident",
        "Opened by incident",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    _health_incident_unique = models.UniqueIndex(
        "(health_incident_id) WHERE health_incident_id IS NOT NULL",
        "This incident has a ticket already.",
    )
