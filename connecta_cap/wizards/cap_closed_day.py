from datetime import datetime, time

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.cap_ticket_rebase_mixin import MOVES
from ..models.resource_calendar import ClosedPlan

LAST_SECOND = time(23, 59, 59)


class CapClosedDay(models.TransientModel):
    """Plans a closed day, or its removal: which open deadlines would move, and how.

    Deadlines are frozen: the day changes what new tickets are promised. Those that are
    open stay where they are, unless the lead rebases them here, with a reason.
    """

    _name = "cap.closed.day"
    _inherit = ["cap.moves.preview.mixin", "cap.clock.mixin"]
    _description = "Plan a closed day"

    kind = fields.Selection(
        [
            ("add", "A new closed day"),
            ("remove", "A closed day that is none after all"),
        ],
        "What",
        required=True,
        default="add",
    )
    calendar_id = fields.Many2one(
        "resource.calendar",
        "Response hours",
        required=True,
        domain="[('cap_team_ids', '!=', False)]",
        default=lambda self: self._default_calendar_id(),
    )
    leave_id = fields.Many2one(
        "resource.calendar.leaves",
        "Closed day",
        domain="[('calendar_id', '=', calendar_id), ('resource_id', '=', False)]",
    )
    name = fields.Char(help="Clients read it, such as “Easter Monday”.")
    date_from = fields.Date("First day")
    date_to = fields.Date("Last day")
    open_deadlines = fields.Selection(
        [
            ("keep", "Keep them: what was promised stays"),
            ("rebase", "Rebase them, with a reason"),
        ],
        required=True,
        default="keep",
    )

    # === COMPUTE METHODS === #

    def _default_calendar_id(self):
        leaves = self.env["resource.calendar.leaves"]
        chosen = leaves.browse(self.env.context.get("default_leave_id"))
        return (
            chosen.calendar_id or self.env["cap.team"].search([], limit=1).calendar_id
        )

    @api.depends("kind", "calendar_id", "leave_id", "name", "date_from", "date_to")
    def _compute_preview(self):
        for wizard in self:
            moves = wizard._list_moves()
            wizard.moved_count = len(moves)
            wizard.preview_html = wizard._is_complete() and self._render_moves(
                moves, self.env._("No open deadline would move.")
            )

    @api.onchange("date_from")
    def _onchange_date_from(self):
        if self.date_from and (not self.date_to or self.date_to < self.date_from):
            self.date_to = self.date_from

    # === ACTION METHODS === #

    def action_confirm(self):
        """Save or remove the closed day, and rebase what the lead wants rebased.

        :return: action that closes the dialog and says what was done.
        :raises UserError: when something is missing.
        """
        self.ensure_one()
        self._check_complete()
        tickets = self.env["cap.ticket"].union(
            *(move.ticket for move in self._list_moves())
        )
        if self.open_deadlines == "rebase" and tickets:
            tickets._check_lead_reason(self.reason)
        name = self.name if self.kind == "add" else self.leave_id.name
        # only administrators of Odoo write closed days otherwise
        if self.kind == "add":
            leaves = self.env["resource.calendar.leaves"].sudo()
            leaves.create(self._prepare_leave_vals())
        else:
            self.leave_id.sudo().unlink()
        moved = []
        if self.open_deadlines == "rebase" and tickets:
            moved = tickets._rebase(
                self.reason, tickets._get_frozen_scopes(), self.tell_clients
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self._word_done(name, len(moved), len(tickets)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === BUSINESS METHODS === #

    def _is_complete(self):
        if not self.calendar_id:
            return False
        if self.kind == "remove":
            return bool(self.leave_id)
        days = self.date_from and self.date_to
        return bool(days and self.date_from <= self.date_to)

    def _check_complete(self):
        if not self.calendar_id.cap_team_ids:
            raise UserError(
                self.env._(
                    "%(calendar)s are no response hours of a team of yours.",
                    calendar=self.calendar_id.name,
                )
            )
        if self.leave_id.resource_id or (
            self.leave_id and self.leave_id.calendar_id != self.calendar_id
        ):
            raise UserError(
                self.env._(
                    "%(day)s is no closed day of %(calendar)s.",
                    day=self.leave_id.name,
                    calendar=self.calendar_id.name,
                )
            )
        if self.kind == "remove" and not self.leave_id:
            raise UserError(self.env._("Choose the closed day that is none after all."))
        if self.kind == "add" and not (self.name or "").strip():
            raise UserError(self.env._("Give the closed day a name: clients read it."))
        if not self._is_complete():
            raise UserError(
                self.env._("Choose the first and the last day, in this order.")
            )

    def _get_bounds(self):
        """Return the first and last second of the days, naive UTC."""
        zone = pytz.timezone(self.calendar_id.tz)
        return tuple(
            zone.localize(datetime.combine(day, at))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day, at in ((self.date_from, time.min), (self.date_to, LAST_SECOND))
        )

    def _prepare_leave_vals(self):
        first, last = self._get_bounds()
        return {
            "name": self.name.strip(),
            "calendar_id": self.calendar_id.id,
            "date_from": first,
            "date_to": last,
        }

    def _get_plan(self):
        if self.kind == "remove":
            return ClosedPlan((), tuple(self.leave_id.ids))
        return ClosedPlan(((*self._get_bounds(), self.name or ""),), ())

    def _list_moves(self):
        """Return the open deadlines that move because of the day, and only of it."""
        if not self._is_complete():
            return []
        tickets = self.env["cap.ticket"].with_context(active_test=False)
        tickets = tickets.search(
            [
                ("sla_calendar_id", "=", self.calendar_id.id),
                ("sla_state", "=", "running"),
            ]
        )
        scopes = tickets._get_frozen_scopes()
        today = {
            move.ticket: move.vals.get("sla_deadline")
            for move in tickets._plan_rebase(scopes)
        }
        return [
            move
            for move in tickets._plan_rebase(scopes, self._get_plan())
            if move.outcome in MOVES and move.vals["sla_deadline"] != today[move.ticket]
        ]

    def _word_done(self, name, moved, affected):
        if self.kind == "remove":
            name = self.env._("Without %(name)s", name=name)
        if moved:
            return self.env._("%(name)s: rebased %(count)s.", name=name, count=moved)
        return self.env._(
            "%(name)s: holds for new tickets. Open deadlines that stay: %(count)s.",
            name=name,
            count=affected,
        )
