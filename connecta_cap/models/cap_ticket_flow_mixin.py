from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CapTicketFlowMixin(models.AbstractModel):
    """A ticket about a flow, filed by a client or an agent, with what is known."""

    _name = "cap.ticket.flow.mixin"
    _inherit = ["cap.ticket.health.mixin", "cap.ticket.portal.mixin"]
    _description = "Filed about a flow"

    flow_state = fields.Selection(related="flow_id.state", string="The flow now")
    flow_state_since = fields.Datetime(related="flow_id.state_since", string="Since")
    flow_context = fields.Text(
        "What monitoring says now",
        compute="_compute_flow_context",
        help="The flow's state, latest windows and errors at this moment; what they "
        "were when the ticket was filed is in its description.",
    )
    # === COMPUTE METHODS === #

    @api.depends("flow_id")
    @api.depends_context("lang")
    def _compute_flow_context(self):
        for ticket in self:
            # read on one ticket's page only: each costs some queries
            flow = ticket.flow_id.sudo()
            ticket.flow_context = flow and flow._get_ticket_context()["text"]

    # === CONSTRAINT METHODS === #

    @api.constrains("flow_id", "partner_id")
    def _check_flow_of_client(self):
        for ticket in self.sudo().filtered("flow_id"):
            if ticket.flow_id.partner_id != ticket.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "The flow %(flow)s belongs to %(owner)s, and the ticket "
                        "“%(ticket)s” is of somebody else. Choose a flow of the "
                        "ticket's client.",
                        flow=ticket.flow_id.display_name,
                        owner=ticket.flow_id.partner_id.name,
                        ticket=ticket.name,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        tickets = super().create(vals_list)
        for ticket in tickets.sudo().filtered("flow_id"):
            if not ticket.health_incident_id:
                ticket._join_open_incident()
        return tickets

    # === ACTION METHODS === #

    def action_view_flow_dashboard(self):
        """Open the dashboard of the ticket's flow.

        :return: action dictionary.
        """
        self.ensure_one()
        return self.flow_id.action_view_dashboard()

    # === BUSINESS METHODS === #

    def _join_open_incident(self):
        """Name the ticket on the flow's open incident, so that no second one opens."""
        incidents = self.env["cap.health.incident"].sudo()
        incidents.search(
            [
                ("flow_id", "=", self.flow_id.id),
                ("closed_at", "=", False),
                ("ticket_id", "=", False),
            ]
        ).write({"ticket_id": self.id})

    def _prepare_portal_vals(self, values):
        vals = super()._prepare_portal_vals(values)
        if values.get("flow_id"):
            vals["flow_id"] = (
                self.env["cap.flow"]._get_portal_flow(values["flow_id"]).id
            )
        return vals
