from datetime import timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import ESCALATION_BATCH, ESCALATION_GRACE, LEAD_STEP, MANAGER_STEP
from ..tools.frozen_terms import unpack_terms
from ..tools.worktime import from_epoch, moment_at_share, to_epoch


class CapTicketEscalationMixin(models.AbstractModel):
    """Who is told, and when, that nobody has assessed a ticket yet.

    The moments follow from the frozen terms. Each step is an event in the ledger, dated
    at its moment, once per ticket. People are told in working hours; an emergency does
    not wait for them.
    """

    _name = "cap.ticket.escalation.mixin"
    _inherit = ["cap.ticket.escalation.tell.mixin"]
    _description = "Escalation of a response promise"

    escalation_plan = fields.Json(
        compute="_compute_escalation_plan",
        store=True,
        help="Steps that are still to come: kind, level and moment.",
    )
    escalation_at = fields.Datetime(
        "Next escalation", compute="_compute_escalation_plan", store=True
    )

    _escalation_idx = models.Index("(escalation_at) WHERE escalation_at IS NOT NULL")

    # === COMPUTE METHODS === #

    # what was told is put in by the job itself: most events change nothing here
    @api.depends("sla_terms", "sla_deadline", "priority", "is_emergency")
    def _compute_escalation_plan(self):
        waiting = self.filtered(lambda ticket: ticket.sla_terms and not ticket.priority)
        for ticket in self - waiting:
            ticket.escalation_plan = ticket.escalation_at = False
        last = waiting._get_manager_moments()
        for ticket in waiting:
            told = {(event.kind, event.level) for event in ticket.sla_event_ids}
            steps = [
                step
                for step in ticket._list_escalation_steps(last[ticket])
                if (step[0], step[1]) not in told
            ]
            ticket.escalation_plan = steps
            ticket.escalation_at = steps and to_moment(steps[0][2])

    # === CRUD METHODS === #

    @api.model
    def _get_guarded_fields(self):
        plan = {"escalation_plan", "escalation_at"}
        return super()._get_guarded_fields() | plan

    # === BUSINESS METHODS - MOMENTS === #

    def _list_escalation_steps(self, last):
        """Return all steps as [kind, level, epoch seconds], the earliest first.

        :param last: when the manager is told, naive UTC.
        """
        spans, _closures, _zone = unpack_terms(self.sla_terms)
        shares = self.team_id.sudo()._get_warning_shares()
        steps = [["warned", share, moment_at_share(spans, share)] for share in shares]
        steps += [
            ["escalated", LEAD_STEP, to_epoch(pytz.utc.localize(self.sla_deadline))],
            ["escalated", MANAGER_STEP, to_epoch(pytz.utc.localize(last))],
        ]
        return sorted(steps, key=lambda step: step[2])

    def _get_manager_moments(self):
        """Return when the manager is told, naive UTC, by ticket, in one batch."""
        moments = {}
        for (calendar, hours), tickets in self.grouped(
            lambda ticket: ticket._get_manager_scope()
        ).items():
            deadlines = tickets.mapped("sla_deadline")
            try:
                terms = calendar._cap_terms_batch(deadlines, hours)
                later = [item.deadline for item in terms]
            except ValidationError:
                # hours that nobody works in any more: the clock has to do
                later = [moment + timedelta(hours=hours) for moment in deadlines]
            moments |= dict(zip(tickets, later, strict=True))
        return moments

    def _get_manager_scope(self):
        """Return (calendar, hours) between the breach and the manager's turn."""
        team = self.team_id.sudo()
        calendar = team.on_call_calendar_id if self.is_emergency else None
        return calendar or self.sla_calendar_id, team.manager_after or 1.0

    def _list_calls(self, deadlines):
        return super()._list_calls(deadlines) | self._list_escalation_calls()

    def _record_sla_events(self, kind, extra=None):
        result = super()._record_sla_events(kind, extra)
        if kind in ("rebased", "identified", "corrected"):
            self._trigger_escalations()
        return result

    def _trigger_escalations(self):
        """Have the job called at each step that is still to come."""
        self._call_jobs(self._list_escalation_calls())

    def _list_escalation_calls(self):
        return {
            ("connecta_cap.ir_cron_cap_escalate", to_moment(step[2]))
            for ticket in self
            for step in ticket.escalation_plan or ()
        }

    # === BUSINESS METHODS - THE JOB === #

    @api.model
    def _cron_escalate(self):
        """Tell about tickets whose next step is due; safe to run twice, side by side.

        It looks at due tickets only, through a partial index. Those that somebody else
        works on at this moment keep no other waiting: their turn is a minute later.
        """
        cron, now = self.env["ir.cron"], self._cap_now()
        records = self.sudo().with_context(active_test=False)
        domain = records._get_escalation_domain(now)
        while due := records.search(
            domain, order="escalation_at", limit=ESCALATION_BATCH
        ):
            locked = self._lock_free(due)
            if locked != due:
                again = now + timedelta(minutes=1)
                self._call_jobs({("connecta_cap.ir_cron_cap_escalate", again)})
            failed = self._together_or_alone(
                locked, lambda tickets: tickets._escalate(now)
            )
            domain &= Domain("id", "not in", (failed | (due - locked)).ids)
            left = records.search_count(domain, limit=ESCALATION_BATCH + 1)
            if not cron._commit_progress(len(locked), remaining=left):
                return

    def _get_escalation_domain(self, now):
        """Return which tickets people may be told about now.

        What falls due in working hours is told shortly after closing too; the rest
        waits for the next opening, for which the job is called.
        """
        due = Domain("escalation_at", "<=", now)
        open_ids, openings = [], set()
        for calendar, _count in self._read_group(due, ["sla_calendar_id"], ["__count"]):
            try:
                opening = calendar._cap_next_work(now)
            except ValidationError:
                opening = now
            if opening == now:
                open_ids.append(calendar.id)
            else:
                openings.add(opening)
        if openings:
            cron = self.env.ref("connecta_cap.ir_cron_cap_escalate").sudo()
            cron._trigger(at=sorted(openings))
        return due & (
            Domain("is_emergency", "=", True)
            | Domain("sla_calendar_id", "in", open_ids)
            | Domain("escalation_at", ">=", now - ESCALATION_GRACE)
        )

    def _escalate(self, now):
        """Record the steps that are due, then tell about the latest of each ticket.

        :param now: naive UTC datetime.
        """
        self._mark_breached(now)
        moment = to_epoch(pytz.utc.localize(now))
        latest, by_step = {}, {}
        for ticket in self:
            for kind, level, at in ticket.escalation_plan or ():
                if at <= moment:
                    by_step.setdefault((kind, level), {})[ticket.id] = at
                    latest[ticket] = (kind, level)
        for (kind, level), moments in by_step.items():
            self.browse(moments)._record_sla_events(
                kind,
                {
                    ticket_id: {"level": level, "at": to_moment(at)}
                    for ticket_id, at in moments.items()
                },
            )
        for name in ("escalation_plan", "escalation_at"):
            self.env.add_to_compute(self._fields[name], self)
        self._tell_escalations(latest)


def to_moment(seconds):
    """Return naive UTC of epoch seconds, as fields store it."""
    return from_epoch(seconds).replace(tzinfo=None)
