from datetime import timedelta

import pytz

from odoo import models
from odoo.exceptions import UserError

from ..tools.explain import Closure
from ..tools.frozen_terms import SlaTerms, unpack_terms
from ..tools.worktime import extend_back, from_epoch, to_epoch

# Where somebody of ours noted the moment; Odoo itself notes all others.
NOTED_BY_HAND = ("phone", "agent")
FARTHEST = timedelta(days=31)


class CapTicketStartMixin(models.AbstractModel):
    """The start of a call that was filed late: put right, with a reason, on record.

    It moves earlier only: whoever called has waited since then. What was frozen stays
    as it was; the time before it is added. So a deadline comes earlier, a promise that
    looked kept may turn out to be broken, and a broken one never turns out to be kept.
    """

    _name = "cap.ticket.start.mixin"
    _inherit = ["cap.ticket.rebase.mixin"]
    _description = "Corrected start of a call"

    # === ACTION METHODS === #

    def action_correct_start(self, start, reason):
        """Let the clock start when the client called.

        :param start: naive UTC datetime, earlier than what was noted.
        :param reason: a sentence for the ledger.
        :raises AccessError: unless a support agent asks in person.
        :raises UserError: when the moment was not noted by hand, is not earlier, or
            without a reason.
        """
        self.ensure_one()
        self._check_is_agent()
        reason = " ".join((reason or "").split())
        self._check_start(start, reason)
        self.sudo().lock_for_update(allow_referencing=True)
        was, deadline = self.sla_start, self.sla_deadline
        self._mark_breached()
        self._guarded_write({"sla_start": start, **self._prepare_start_vals(start)})
        self._recount_worked()
        event = {
            "at": start,
            "user_id": self.env.uid,
            "note": reason,
            "payload": self._prepare_terms_payload()
            | {"was": str(was), "worked": self.sla_worked},
        }
        self._record_numbered("corrected", **event)
        self._settle_corrected()
        if self.sla_state == "running" and self.sla_deadline != deadline:
            self._tell_corrected()
        return True

    # === BUSINESS METHODS === #

    def _check_start(self, start, reason):
        ticket = self.display_name
        problem = None
        if self.channel not in NOTED_BY_HAND:
            problem = self.env._(
                "%(ticket)s was not noted by hand: the moment at which it arrived is "
                "exact and stays.",
                ticket=ticket,
            )
        elif not start or start >= self.sla_start:
            problem = self.env._(
                "Choose a moment before %(noted)s: the start of %(ticket)s moves "
                "earlier only.",
                noted=self._word_moment(self.sla_start),
                ticket=ticket,
            )
        elif start < self.sla_start - FARTHEST:
            problem = self.env._(
                "The call of %(ticket)s cannot have come more than %(days)s days "
                "before it was noted: check the date.",
                days=FARTHEST.days,
                ticket=ticket,
            )
        elif not reason:
            problem = self.env._(
                "Say why %(ticket)s was filed late: it goes into the ledger.",
                ticket=ticket,
            )
        if problem:
            raise UserError(problem)

    def _prepare_start_vals(self, start):
        """Return the terms with an earlier start; nothing without a promise.

        :param start: naive UTC datetime.
        """
        self.ensure_one()
        frozen, closures, _zone = unpack_terms(self.sla_terms)
        if not frozen:
            return {}
        calendar, hours = self.sla_calendar_id, self.sla_hours
        added, before = calendar._cap_timeline(start, self.sla_start)
        first = to_epoch(pytz.utc.localize(start))
        spans = extend_back(added, frozen, first, round(hours * 3600))
        last = spans[-1].end
        terms = SlaTerms(
            from_epoch(last).replace(tzinfo=None),
            spans,
            tuple(
                Closure(max(item.start, first), min(item.end, last), item.name)
                for item in dict.fromkeys((*before, *closures))
                if item.start < last and item.end > first
            ),
        )
        return self._prepare_terms_vals(hours, calendar, terms)

    def _settle_corrected(self):
        """Say what became of a promise that started earlier than was noted."""
        if self.sla_state == "running":
            self._mark_breached()
        elif self.sla_state == "met" and self.priority_assigned_at >= self.sla_deadline:
            self._guarded_write({"sla_state": "breached"})
            self._record_sla_events("breached", {self.id: {"at": self.sla_deadline}})
        if self.sla_state == "running":
            cron = self.env.ref("connecta_cap.ir_cron_cap_breach").sudo()
            cron._trigger(at=self.sla_deadline)

    def _tell_corrected(self):
        client = self._in_client_language()
        self._tell_client(
            client.env._(
                "You called at %(start)s: we look at %(ticket)s before %(deadline)s.",
                start=client._word_moment(self.sla_start),
                ticket=self.number,
                deadline=client._word_moment(self.sla_deadline),
            ),
            client.sla_explanation,
        )
