from odoo import api, fields, models
from odoo.fields import Domain

from ..const import WAITING_BATCH, WAITING_STEPS
from ..tools.waiting import put_off


class CapTicketWaitingStep(models.Model):
    """What is done on which day while a ticket waits for its client.

    The days are planned when the waiting starts; an answer removes what is still to
    come. What was done stays, once for each waiting.
    """

    _name = "cap.ticket.waiting.step"
    _inherit = ["cap.batch.mixin", "cap.clock.mixin"]
    _description = "CAP Step of a Waiting Ticket"
    _order = "day, id"
    _rec_name = "kind"

    ticket_id = fields.Many2one(
        "cap.ticket", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="ticket_id.company_id", store=True, index=True)
    since = fields.Datetime("Waiting since", required=True, readonly=True)
    kind = fields.Selection(WAITING_STEPS, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    done_at = fields.Datetime("Done on", readonly=True)

    _once = models.UniqueIndex(
        "(ticket_id, since, kind)", "This step is planned already."
    )
    _due_idx = models.Index("(day, id) WHERE done_at IS NULL")

    # === BUSINESS METHODS === #

    @api.model
    def _cron_take(self):
        """Remind clients, and close what they do not answer; safe to run twice.

        Only in the response hours of the team.
        """
        now = self._cap_now()
        reminding = Domain("waiting_reminder", ">", 0) | Domain(
            "waiting_warning", ">", 0
        )
        teams = self.env["cap.team"].sudo().search(reminding)
        at_work = teams.filtered(lambda team: team._is_open(now))
        due = (
            Domain("done_at", "=", False)
            & Domain("day", "<=", self._cap_date_of(now))
            & Domain("ticket_id.team_id", "in", at_work.ids)
        )
        self._work_through(
            self.sudo(), due, WAITING_BATCH, lambda steps: steps._take_all(now)
        )

    def _take_all(self, now):
        """Take steps that are due, one of each ticket.

        A ticket that somebody else works on at this moment has its turn in the next
        run: it may be the client's answer that comes in.

        :param now: naive UTC datetime.
        """
        for ticket in self._lock_free(self.ticket_id):
            ticket.invalidate_recordset(["stage_id", "waiting_since"])
            todo = ticket.waiting_step_ids.filtered(lambda step: not step.done_at)
            if not ticket._is_waiting():
                todo.unlink()
                continue
            step = todo.sorted("day")[:1]
            if step in self:
                step._take(now, todo - step)

    def _take(self, now, later):
        """Do what the step says, and give the client the full time until the next.

        :param now: naive UTC datetime.
        :param later: the ticket's steps that are still to come.
        """
        self.ensure_one()
        today, ticket = self._cap_date_of(now), self.ticket_id
        self.done_at = now
        if self.day < today:
            self._put_off(today, later)
        close_day = later.filtered(lambda step: step.kind == "close").day
        ticket._take_waiting_step(self.kind, close_day)

    def _put_off(self, today, later):
        """Move what follows a step that comes late."""
        team = self.ticket_id.team_id
        steps = team._get_waiting_steps()
        by_kind = {step.kind: step for step in later}
        moved = put_off(
            {kind: step.day for kind, step in by_kind.items()},
            (self.kind, today),
            steps,
            team._list_work_days(today, max(steps.values())),
        )
        for kind, day in moved.items():
            by_kind[kind].day = day
