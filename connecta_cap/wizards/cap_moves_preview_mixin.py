from odoo import api, fields, models

from ..models.cap_ticket_rebase_mixin import MOVES

# Tickets that a preview lists; its counts are of all.
PREVIEW_ROWS = 100
ICONS = {
    "later": "fa-arrow-right",
    "earlier": "fa-arrow-left",
    "broken": "fa-exclamation-triangle text-danger",
    "same_moment": "fa-refresh",
}


class CapMovesPreviewMixin(models.AbstractModel):
    """Shows where deadlines would go before a lead decides, and why they go there."""

    _name = "cap.moves.preview.mixin"
    _description = "Preview of moved deadlines"

    preview_html = fields.Html(compute="_compute_preview", sanitize=False)
    moved_count = fields.Integer("Deadlines that move", compute="_compute_preview")
    reason = fields.Char(
        "Why", help="Goes into the ledger; clients who are told read it."
    )
    tell_clients = fields.Boolean(
        "Tell the clients",
        default=True,
        help="Each client whose deadline moves gets one mail about the ticket, with "
        "the new deadline and the reason.",
    )

    # === BUSINESS METHODS === #

    def _list_moves(self):
        """Return the `TermsMove` that the wizard shows; a hook."""
        return []

    @api.model
    def _render_moves(self, moves, empty):
        """Return a preview: counts by team, then the tickets.

        :param moves: list of `TermsMove`.
        :param empty: what to say when there are none.
        """
        rows = [self._prepare_row(move) for move in moves[:PREVIEW_ROWS]]
        more = len(moves) - len(rows)
        return self.env["ir.qweb"]._render(
            "connecta_cap.terms_moves",
            {
                "empty": empty,
                "rows": rows,
                "teams": self._prepare_teams(moves),
                "more": more and self.env._("And %(count)s more.", count=more),
            },
        )

    def _prepare_row(self, move):
        ticket, vals = move.ticket, move.vals
        explanation = vals and ticket._explain_deadline(
            ticket.sla_start, vals["sla_deadline"], vals["sla_terms"]
        )
        new = vals and ticket._word_moment(vals["sla_deadline"])
        return {
            "number": ticket.number,
            "name": ticket.name,
            "client": ticket.commercial_partner_id.name or "",
            "old": ticket._word_moment(ticket.sla_deadline) or "–",
            "new": new or "–",
            "explanation": explanation or "",
            "outcome": move.outcome,
            "icon": ICONS.get(move.outcome, "fa-minus"),
            "text": ticket._word_outcome(move.outcome),
        }

    def _prepare_teams(self, moves):
        groups = {}
        for move in moves:
            groups.setdefault(move.ticket.team_id, []).append(move.outcome)
        return [
            {
                "name": team.name or self.env._("Without a team"),
                "text": self._word_counts(outcomes),
            }
            for team, outcomes in groups.items()
        ]

    def _word_counts(self, outcomes):
        count = outcomes.count
        texts = (
            (count("later"), self.env._("later")),
            (count("earlier"), self.env._("earlier")),
            (count("broken"), self.env._("broken")),
            (count("same_moment"), self.env._("counted anew, same moment")),
            (count("same"), self.env._("stay the same")),
            (
                sum(one not in (*MOVES, "same") for one in outcomes),
                self.env._("left alone"),
            ),
        )
        return ", ".join(f"{number} {text}" for number, text in texts if number)
