from odoo import api, fields, models

from ..const import CHANNELS, PRIORITY_LINE, PRIORITY_RESPONSE


class CapTicketIntakeMixin(models.AbstractModel):
    """How a request comes in: what was promised, and which team takes it.

    The tier is frozen on receipt: a later change of it moves no deadline.
    """

    _name = "cap.ticket.intake.mixin"
    _inherit = ["cap.ticket.uncovered.mixin"]
    _description = "Intake of a request"

    number = fields.Char(readonly=True, copy=False, required=True, default="/")
    channel = fields.Selection(CHANNELS, default="agent", required=True)

    tier_id = fields.Many2one(
        "cap.tier",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The client's tier when the request came in.",
    )
    priority_line = fields.Boolean(
        readonly=True, copy=False, help="Goes first among equal deadlines."
    )
    team_id = fields.Many2one(
        "cap.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        tracking=True,
        ondelete="restrict",
    )

    _number_unique = models.UniqueIndex("(number)", "This ticket number is in use.")

    # === COMPUTE METHODS === #

    @api.depends("company_id")
    def _compute_team_id(self):
        for company, tickets in self.grouped("company_id").items():
            team = self.env["cap.team"]._get_default_team(company)
            for ticket in tickets:
                is_theirs = ticket.team_id.sudo().company_id == company
                ticket.team_id = ticket.team_id if is_theirs else team

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        return super()._get_guarded_fields() | {"tier_id"}

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self._get_number_sequence()
        teams = self.env["cap.team"].sudo()
        for vals in vals_list:
            vals["number"] = sequence.next_by_id()
            if vals.get("team_id") and "company_id" not in vals:
                vals["company_id"] = teams.browse(vals["team_id"]).company_id.id
        tickets = super().create(vals_list)
        tickets._receive()
        return tickets

    # === BUSINESS METHODS === #

    @api.model
    def _get_number_sequence(self):
        """Return the sequence that numbers the tickets of all companies."""
        sequence = "connecta_cap.ir_sequence_cap_ticket"
        data = self.env["ir.model.data"].sudo()
        known = data._xmlid_to_res_id(sequence, raise_if_not_found=True)
        # a date in a number is the program's; the core would ask for the user's zone
        sequences = self.env["ir.sequence"].sudo()
        return sequences.with_context(tz=self._cap_zone().zone).browse(known)

    def _receive(self):
        """Start the clock of new tickets and see that uncovered ones are noticed."""
        now = self._cap_now()
        self._guarded_write({"sla_start": now})
        today = self.env["cap.subscription"]._cap_date_of(now)
        tiers = self.sudo().subscription_id._tiers_on(today)
        for subscription, tickets in self.sudo().grouped("subscription_id").items():
            tier = tiers.get(subscription.id, self.env["cap.tier"])
            tickets._guarded_write(
                {
                    "tier_id": tier.id,
                    "priority_line": subscription.state == "active"
                    and subscription._is_given(tier, PRIORITY_LINE, today),
                }
            )
        self._start_clocks()
        self.filtered(lambda ticket: ticket.sla_state == "none")._tell_uncovered()

    def _prepare_received_vals(self):
        vals = super()._prepare_received_vals()
        vals["payload"]["tier_id"] = self.tier_id.id
        return vals

    def _get_sla_scope(self):
        self.ensure_one()
        team = self.team_id.sudo()
        subscription = self.subscription_id.sudo()
        hours = self.tier_id._get_quantity(PRIORITY_RESPONSE)
        if subscription.state != "active" or not hours or not team:
            return 0, self.env["resource.calendar"]
        return hours, team.calendar_id
