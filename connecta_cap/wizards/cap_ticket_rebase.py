from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.cap_ticket_rebase_mixin import MOVES


class CapTicketRebase(models.TransientModel):
    """Moves open deadlines to what is promised today, after a look at each of them."""

    _name = "cap.ticket.rebase"
    _inherit = ["cap.moves.preview.mixin"]
    _description = "Rebase deadlines"

    scope = fields.Selection(
        [
            ("team", "All that a team has to assess"),
            ("calendar", "All that is counted in some response hours"),
            ("chosen", "The chosen tickets"),
        ],
        "Which tickets",
        required=True,
        default=lambda self: self._default_scope(),
    )
    ticket_ids = fields.Many2many("cap.ticket", string="Tickets")
    team_id = fields.Many2one("cap.team")
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Response hours",
        domain="[('cap_team_ids', '!=', False)]",
    )

    # === COMPUTE METHODS === #

    def _default_scope(self):
        return "chosen" if self.env.context.get("default_ticket_ids") else "team"

    @api.depends("scope", "ticket_ids", "team_id", "calendar_id")
    def _compute_preview(self):
        for wizard in self:
            moves = wizard._list_moves()
            wizard.moved_count = sum(move.outcome in MOVES for move in moves)
            wizard.preview_html = self._render_moves(
                moves, self.env._("There is no open deadline here.")
            )

    # === ACTION METHODS === #

    def action_confirm(self):
        """Rebase the tickets that move.

        :return: action that closes the dialog and says how many moved.
        :raises UserError: when nothing moves.
        """
        self.ensure_one()
        moves = self._list_tickets()._rebase(
            self.reason, tell_clients=self.tell_clients
        )
        if not moves:
            raise UserError(
                self.env._("No deadline moves: all are what is promised today.")
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Rebased: %(count)s.", count=len(moves)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    def _list_tickets(self):
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        if self.scope == "chosen":
            return tickets.browse(self.ticket_ids.ids)
        if self.scope == "team":
            domain = [("team_id", "=", self.team_id.id)]
        else:
            domain = [("sla_calendar_id", "=", self.calendar_id.id)]
        return tickets.search([*domain, ("sla_state", "=", "running")])

    def _list_moves(self):
        return self._list_tickets()._plan_rebase()
