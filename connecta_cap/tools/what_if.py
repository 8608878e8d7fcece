"""What another tier would have given a client, judged by the client's own last weeks.

A finding says what was seen and whether it speaks for the other tier, against it, or is
only worth knowing. Where nothing was needed that is said as well: the aim is a fair
answer, not a sale.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from statistics import median
from types import MappingProxyType

WINDOW_DAYS = 90
# with fewer days behind a client, silence says nothing yet
LEAST_DAYS = 14

FOR, AGAINST, NOTE = "for", "against", "note"
SPEAKS = (FOR, AGAINST, NOTE)

RESPONSE, LINE, TRAINING = "priority_response", "priority_line", "training"
# a ticket of this type calls on this entitlement
TYPE_CODES = MappingProxyType({"research": "research", "advice": "consultant"})


@dataclass(frozen=True, slots=True)
class Term:
    """What a tier gives of one entitlement.

    :param quantity: per interval; hours for the response promise.
    :param interval: months from one to the next; 0 for what does not recur.
    """

    code: str
    quantity: float = 0.0
    interval: int = 0


@dataclass(frozen=True, slots=True)
class Past:
    """What a client needed and got.

    :param days: how many days are looked at.
    :param tickets: number by type of ticket; until the assessment, the client's own.
    :param declined: requests that the tier did not give, by code of the entitlement.
    :param delivered: deliveries that were made, by code.
    :param late: deliveries that we are late with, by code.
    :param hours_asked: hours of training that are booked and not held yet.
    :param hours_used: hours of training that were used.
    :param hours_lapsed: hours of training that lapsed unused.
    :param late_tickets: tickets that got no priority in time.
    :param response_minutes: working minutes to the assessment, one per ticket.
    """

    days: int
    tickets: Mapping[str, int] = field(default_factory=dict)
    declined: Mapping[str, int] = field(default_factory=dict)
    delivered: Mapping[str, int] = field(default_factory=dict)
    late: Mapping[str, int] = field(default_factory=dict)
    hours_asked: float = 0.0
    hours_used: float = 0.0
    hours_lapsed: float = 0.0
    late_tickets: int = 0
    response_minutes: tuple[float, ...] = ()

    @property
    def ticket_count(self) -> int:
        return sum(self.tickets.values())

    def demand(self, code: str) -> float | None:
        """Return how much was needed of an entitlement, None when nothing tells."""
        if code in TYPE_CODES.values():
            types = [kind for kind, called in TYPE_CODES.items() if called == code]
            seen = sum(self.tickets.get(kind, 0) for kind in types)
            return max(seen, self.declined.get(code, 0))
        known = {
            TRAINING: self.hours_asked + self.hours_used,
            LINE: self.late_tickets,
        }
        return known.get(code)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the past says about another tier.

    :param key: 'demand', 'brings', 'ends', 'response', 'late', 'lapsed' or 'early'.
    :param speaks: 'for', 'against' or 'note'.
    :param code: of the entitlement that it is about, '' for none.
    :param figures: numbers by name, none negative.
    """

    key: str
    speaks: str
    code: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


def compare(
    past: Past, before: Iterable[Term], after: Iterable[Term]
) -> tuple[Finding, ...]:
    """Return what the past says about going from one set of terms to another.

    What speaks for the change comes first, then what speaks against it.
    """
    if past.days < LEAST_DAYS:
        return (Finding("early", NOTE, figures={"days": past.days}),)
    mine = {term.code: term for term in before}
    theirs = {term.code: term for term in after}
    findings = [_judge_gain(past, theirs[code]) for code in theirs if code not in mine]
    findings += [_judge_loss(past, mine[code]) for code in mine if code not in theirs]
    findings += _judge_response(past, mine.get(RESPONSE), theirs.get(RESPONSE))
    findings += _list_notes(past)
    found = [finding for finding in findings if finding]
    return tuple(sorted(found, key=lambda finding: SPEAKS.index(finding.speaks)))


def _judge_gain(past: Past, term: Term) -> Finding | None:
    needed = past.demand(term.code)
    if needed is not None:
        speaks = FOR if needed else AGAINST
        return Finding("demand", speaks, term.code, _figures(past, term, needed, 1))
    if term.interval:
        figures = {"quantity": term.quantity or 1, "interval": term.interval}
        return Finding("brings", NOTE, term.code, figures)
    return None


def _judge_loss(past: Past, term: Term) -> Finding | None:
    needed = past.demand(term.code)
    if needed is not None:
        speaks = AGAINST if needed else FOR
        return Finding("demand", speaks, term.code, _figures(past, term, needed, 0))
    if count := past.delivered.get(term.code, 0):
        return Finding("ends", AGAINST, term.code, {"count": count, "days": past.days})
    return None


def _figures(past: Past, term: Term, needed: float, gained: int) -> dict[str, float]:
    return {
        "needed": needed,
        "declined": past.declined.get(term.code, 0),
        "tickets": past.ticket_count,
        "days": past.days,
        "gained": gained,
    }


def _judge_response(
    past: Past, before: Term | None, after: Term | None
) -> list[Finding]:
    """Say how fast we were, and that a tier with the same promise is no faster."""
    if not past.response_minutes or not before or not after:
        return []
    speaks = NOTE
    if before.quantity != after.quantity:
        speaks = FOR if after.quantity < before.quantity else AGAINST
    figures = {
        "minutes": median(past.response_minutes),
        "before": before.quantity,
        "after": after.quantity,
    }
    return [Finding("response", speaks, RESPONSE, figures)]


def _list_notes(past: Past) -> list[Finding]:
    notes = []
    if late := sum(past.late.values()):
        notes.append(Finding("late", NOTE, figures={"count": late}))
    if past.hours_lapsed:
        figures = {"hours": past.hours_lapsed, "days": past.days}
        notes.append(Finding("lapsed", NOTE, TRAINING, figures))
    return notes
