"""A ticket's promise told from its events alone."""

import pytest
from cap_tools.sla_ledger import START, LedgerEvent, rebuild_fields
from hypothesis import given
from hypothesis import strategies as st

HOUR = 3600
NOTICES = ("warned", "escalated", "resolved", "repaired", "unheard_of")


def terms(start, hours=4):
    return {
        "hours": hours,
        "calendar_id": 7,
        "terms": {"zone": "Europe/Brussels", "work": [[start, start + hours * HOUR]]},
    }


def received(at=0, covered=True):
    payload = terms(at) if covered else {"hours": 0, "calendar_id": None, "terms": None}
    deadline = at + 4 * HOUR if covered else None
    return LedgerEvent("received", at, 3, deadline, None, payload | {"tier_id": 5})


def assessed(at, priority="3"):
    payload = {"priority": priority, "ticket_type": "incident", "worked": 60}
    return LedgerEvent("assessed", at, 9, None, "Why.", payload)


def moved(kind, at, start):
    return LedgerEvent(kind, at, 2, start + 4 * HOUR, "Late", terms(start))


@st.composite
def lives(draw):
    """Return the events of a ticket that was received, and what came after."""
    events, clock = [received(covered=draw(st.booleans()))], 0
    kinds = draw(
        st.lists(
            st.sampled_from(
                [
                    "breached",
                    "identified",
                    "rebased",
                    "corrected",
                    "reassessed",
                    "declared",
                    "acknowledged",
                    "reclassified",
                    *NOTICES,
                ]
            ),
            max_size=12,
        )
    )
    at_place = draw(st.integers(0, len(kinds) + 3))
    for place, kind in enumerate(kinds):
        clock += draw(st.integers(1, 9999))
        if place == at_place:
            events.append(assessed(clock))
        if kind in ("rebased", "identified", "corrected"):
            events.append(moved(kind, clock, draw(st.integers(0, clock))))
        elif kind == "reassessed":
            payload = {"priority": draw(st.sampled_from("1234"))}
            events.append(LedgerEvent(kind, clock, 4, None, "Seen anew", payload))
        else:
            deadline = draw(st.sampled_from([None, clock + 900]))
            events.append(LedgerEvent(kind, clock, 4, deadline, kind))
    return events


def fold(events):
    return rebuild_fields(events, 50)


def test_a_ticket_without_events_is_empty():
    assert fold([]) == START


def test_a_usual_life():
    found = fold([received(), assessed(HOUR)])
    assert found["sla_state"] == "met"
    assert found["sla_start"] == 0
    assert found["sla_deadline"] == 4 * HOUR
    assert found["sla_warn_at"] == 2 * HOUR
    assert (found["sla_hours"], found["sla_calendar_id"], found["tier_id"]) == (4, 7, 5)
    assert found["priority_assigned_at"] == HOUR
    assert found["priority_assigned_by_id"] == 9
    assert (found["priority"], found["priority_reason"]) == ("3", "Why.")
    assert found["sla_worked"] == 60


def test_an_identified_request_keeps_its_arrival():
    found = fold([received(covered=False), moved("identified", 500, 0)])
    assert found["sla_start"] == 0
    assert found["sla_state"] == "running"
    assert found["sla_deadline"] == 4 * HOUR


def test_without_cover_there_is_no_promise_to_keep_or_to_break():
    found = fold([received(covered=False), assessed(5)])
    assert found["sla_state"] == "none"
    assert found["priority"] == "3"
    assert found["sla_deadline"] is None


def test_a_corrected_start_moves_start_and_deadline():
    found = fold([received(HOUR), moved("corrected", 10, 10)])
    assert found["sla_start"] == 10
    assert found["sla_deadline"] == 10 + 4 * HOUR


def test_an_emergency_again_starts_afresh():
    first = [
        received(),
        LedgerEvent("declared", 1, 3, 900),
        LedgerEvent("acknowledged", 5, 8),
    ]
    assert (fold(first)["ack_at"], fold(first)["ack_by_id"]) == (5, 8)
    no = [*first, LedgerEvent("reclassified", 7, 8, None, "A question")]
    assert fold(no)["reclassified_reason"] == "A question"
    again = [*no, LedgerEvent("declared", 9, 8, 999)]
    found = fold(again)
    assert found["reclassified_at"] is None
    assert (found["emergency_at"], found["ack_deadline"]) == (9, 999)
    assert found["ack_at"] is None


@given(lives())
def test_a_breach_is_never_erased(events):
    found = fold(events)
    if any(event.kind == "breached" for event in events):
        assert found["sla_state"] in ("breached", "none")
    if found["sla_state"] == "breached":
        assert any(event.kind == "breached" for event in events)


@given(lives())
def test_the_first_assessment_is_final(events):
    found, first = fold(events), [e for e in events if e.kind == "assessed"][:1]
    assert found["priority_assigned_at"] == (first[0].at if first else None)
    assert found["priority_assigned_by_id"] == (9 if first else None)
    if first and found["sla_terms"]:
        assert found["sla_state"] in ("met", "breached")


@given(lives())
def test_the_state_says_whether_something_was_promised(events):
    found = fold(events)
    assert (found["sla_state"] == "none") == (found["sla_terms"] is None)
    assert (found["sla_warn_at"] is None) == (found["sla_terms"] is None)


@given(lives(), st.sampled_from(NOTICES), st.data())
def test_what_was_only_told_changes_nothing(events, kind, data):
    place = data.draw(st.integers(0, len(events)))
    more = [*events[:place], LedgerEvent(kind, 1, 1, 1, "Told"), *events[place:]]
    assert fold(more) == fold(events)


@given(lives())
def test_the_last_frozen_terms_hold(events):
    last = [e for e in events if (e.payload or {}).get("terms")][-1:]
    found = fold(events)
    assert found["sla_deadline"] == (last[0].deadline if last else None)


@pytest.mark.parametrize("kind", NOTICES)
def test_unknown_kinds_are_passed_over(kind):
    assert fold([LedgerEvent(kind, 1)]) == START
