from collections import namedtuple

from odoo import models

# Where the deadline of a ticket would go, and what becomes of its promise.
TermsMove = namedtuple("TermsMove", ["ticket", "outcome", "vals"])

MOVES = ("later", "earlier", "broken", "same_moment")


class CapTicketRebaseMixin(models.AbstractModel):
    """Deadlines counted anew, because a lead wants it, with a reason.

    Only a promise that is still open moves. One that was kept or broken stays so: an
    assessment is final, a breach is never erased.
    """

    _name = "cap.ticket.rebase.mixin"
    _inherit = ["cap.ticket.ledger.mixin"]
    _description = "Rebased deadlines"

    # === BUSINESS METHODS - LOOKING AHEAD === #

    def _plan_rebase(self, scopes=None, plan=None):
        """Return where the deadlines of these tickets would go; nothing is changed.

        Tickets are grouped by what is promised: each group costs one look at its
        calendar.

        :param scopes: dict of (hours, `resource.calendar`) by ticket; what is promised
            today when None.
        :param plan: `ClosedPlan` of what would be closed.
        :return: list of `TermsMove`, the earliest deadline first.
        """
        now, found, groups = self._cap_now(), [], {}
        for ticket in self.sorted(lambda item: (item.sla_deadline or now, item.id)):
            scope = scopes[ticket] if scopes else ticket._get_sla_scope()
            outcome = ticket._tell_unmovable(scope, now)
            if outcome:
                found.append(TermsMove(ticket, outcome, {}))
            else:
                groups.setdefault(scope, []).append(ticket)
        for (hours, calendar), tickets in groups.items():
            starts = [ticket.sla_start for ticket in tickets]
            all_terms = calendar._cap_terms_batch(starts, hours, plan)
            for ticket, terms in zip(tickets, all_terms, strict=True):
                vals = self._prepare_terms_vals(hours, calendar, terms)
                outcome = ticket._tell_move(vals, now)
                found.append(TermsMove(ticket, outcome, vals))
        return sorted(found, key=lambda move: move.ticket.sla_deadline or now)

    def _get_frozen_scopes(self):
        """Return hours and calendar as they were frozen, for `_plan_rebase`."""
        return {ticket: (ticket.sla_hours, ticket.sla_calendar_id) for ticket in self}

    def _tell_unmovable(self, scope, now):
        """Return why a deadline stays where it is, None when it may move."""
        if self.sla_state == "none" or not scope[0]:
            return "uncovered"
        if self.priority:
            return "assessed"
        if self.sla_state == "breached" or self.sla_deadline <= now:
            return "breached"
        return None

    def _tell_move(self, vals, now):
        if vals["sla_deadline"] > self.sla_deadline:
            return "later"
        if vals["sla_deadline"] < self.sla_deadline:
            return "broken" if vals["sla_deadline"] <= now else "earlier"
        # the same moment may have come about in another way
        names = ("sla_hours", "sla_terms")
        is_same = all(self[name] == vals[name] for name in names)
        is_same = is_same and self.sla_calendar_id.id == vals["sla_calendar_id"]
        return "same" if is_same else "same_moment"

    def _word_outcome(self, outcome):
        """Return what becomes of a promise, in words."""
        return {
            "later": self.env._("Moves later"),
            "earlier": self.env._("Moves earlier"),
            "broken": self.env._("Is broken: the new deadline has passed"),
            "same": self.env._("Stays the same"),
            "same_moment": self.env._("Same moment, counted anew"),
            "assessed": self.env._("Left alone: assessed already"),
            "breached": self.env._("Left alone: broken already, and that stays"),
            "uncovered": self.env._("Left alone: nothing is promised"),
        }[outcome]

    # === BUSINESS METHODS - MOVING === #

    def _rebase(self, reason, scopes=None, tell_clients=True):
        """Move the deadlines of these tickets, each with an event in the ledger.

        :param reason: a sentence; clients read it when they are told.
        :param scopes: see `_plan_rebase`.
        :param tell_clients: whether clients whose deadline moves get a mail.
        :raises AccessError: unless a lead asks in person.
        :raises UserError: without a reason.
        :return: list of the `TermsMove` that were made.
        """
        reason = self._check_lead_reason(reason)
        # who assesses one of them meanwhile comes first
        self.sudo().lock_for_update(allow_referencing=True)
        self._mark_breached()
        moves = [m for m in self._plan_rebase(scopes) if m.outcome in MOVES]
        before = {move.ticket: move.ticket.sla_deadline for move in moves}
        for move in moves:
            move.ticket._guarded_write(move.vals)
        moved = self.browse(move.ticket.id for move in moves)
        moved._record_rebased(reason, before)
        moved._mark_breached()
        if moved:
            cron = self.env.ref("connecta_cap.ir_cron_cap_breach").sudo()
            cron._trigger(at=sorted(set(moved.mapped("sla_deadline"))))
        for ticket in moved if tell_clients else ():
            if ticket.sla_deadline != before[ticket]:
                ticket._tell_rebased(reason)
        return moves

    def _record_rebased(self, reason, before):
        """Append the event of each ticket; the ledger keeps where it was before."""
        self._record_sla_events(
            "rebased",
            {
                ticket.id: {
                    "user_id": self.env.uid,
                    "note": reason,
                    "payload": ticket._prepare_terms_payload()
                    | {"was": str(before[ticket])},
                }
                for ticket in self
            },
        )

    def _tell_rebased(self, reason):
        client = self._in_client_language()
        self._tell_client(
            client.env._(
                "We look at %(ticket)s before %(deadline)s now.",
                ticket=self.number,
                deadline=client._word_moment(self.sla_deadline),
            ),
            reason,
            client.sla_explanation,
        )
