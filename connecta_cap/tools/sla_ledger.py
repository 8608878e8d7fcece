"""What a ticket's SLA fields must be, told from the events of its ledger alone.

The ledger is the record, the ticket a reading of it. This is the reading: a fold over
the events in the order in which they were recorded. Moments and ids are handed through
as they come; only the moment of the first warning is computed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .worktime import Span, moment_at_share

# the first assessment, and with it who kept or broke the promise, is final
START = {
    "sla_start": None,
    "sla_deadline": None,
    "sla_state": "none",
    "sla_hours": 0.0,
    "sla_calendar_id": None,
    "sla_terms": None,
    "sla_warn_at": None,
    "sla_worked": 0,
    "tier_id": None,
    "priority": None,
    "priority_reason": None,
    "priority_assigned_at": None,
    "priority_assigned_by_id": None,
    "emergency_at": None,
    "ack_deadline": None,
    "ack_at": None,
    "ack_by_id": None,
    "reclassified_at": None,
    "reclassified_by_id": None,
    "reclassified_reason": None,
}


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """One row of the ledger.

    :param kind: a key of `SLA_EVENT_KINDS`; kinds without a meaning for the fields
        (warnings, escalations) may be there and change nothing.
    :param at: the moment that the event is about.
    :param payload: terms that were frozen then, and what else the kind needs.
    """

    kind: str
    at: Any
    user_id: int | None = None
    deadline: Any = None
    note: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


def rebuild_fields(events: Iterable[LedgerEvent], warn_share: int) -> dict[str, Any]:
    """Return the SLA fields that follow from the events of one ticket.

    :param events: in the order in which they were recorded.
    :param warn_share: percent of the working time from which a ticket is at risk.
    :return: dict by field name, None for what is empty; `sla_warn_at` in epoch seconds.
    """
    values, broken = dict(START), False
    for event in events:
        values |= _list_terms(event)
        values |= READERS.get(event.kind, _read_nothing)(event)
        broken = broken or event.kind == "breached"
    if values["sla_terms"]:
        values["sla_state"] = _tell_state(broken, values["priority_assigned_at"])
        spans = [Span(*item) for item in values["sla_terms"]["work"]]
        values["sla_warn_at"] = moment_at_share(spans, warn_share)
    return values


def _tell_state(broken: bool, assessed_at) -> str:
    # a breach is never erased, whatever came after it
    if broken:
        return "breached"
    return "met" if assessed_at else "running"


def _list_terms(event: LedgerEvent) -> dict[str, Any]:
    """Return what an event says about the frozen terms, whatever its kind."""
    payload, found = event.payload or {}, {}
    if "terms" in payload:
        found = {
            "sla_hours": payload.get("hours") or 0.0,
            "sla_calendar_id": payload.get("calendar_id") or None,
            "sla_terms": payload["terms"] or None,
            "sla_deadline": event.deadline,
        }
    if "tier_id" in payload:
        found["tier_id"] = payload["tier_id"] or None
    if "worked" in payload:
        found["sla_worked"] = payload["worked"] or 0
    return found


def _read_nothing(event):
    return {}


def _read_received(event):
    return {"sla_start": event.at}


def _read_corrected(event):
    # the new start is the moment that the event is about
    return {"sla_start": event.at}


def _read_assessed(event):
    return {
        "priority": event.payload["priority"],
        "priority_reason": event.note,
        "priority_assigned_at": event.at,
        "priority_assigned_by_id": event.user_id,
    }


def _read_reassessed(event):
    return {"priority": event.payload["priority"], "priority_reason": event.note}


def _read_declared(event):
    # an emergency again: it was not re-classified after all
    found = {
        "reclassified_at": None,
        "reclassified_by_id": None,
        "reclassified_reason": None,
    }
    if event.deadline:  # people were alerted, and have until then
        found |= {
            "emergency_at": event.at,
            "ack_deadline": event.deadline,
            "ack_at": None,
            "ack_by_id": None,
        }
    return found


def _read_acknowledged(event):
    return {"ack_at": event.at, "ack_by_id": event.user_id}


def _read_reclassified(event):
    return {
        "reclassified_at": event.at,
        "reclassified_by_id": event.user_id,
        "reclassified_reason": event.note,
    }


READERS = {
    "received": _read_received,
    "corrected": _read_corrected,
    "assessed": _read_assessed,
    "reassessed": _read_reassessed,
    "declared": _read_declared,
    "acknowledged": _read_acknowledged,
    "reclassified": _read_reclassified,
}
