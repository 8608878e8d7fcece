"""What the past says about another tier: fair both ways, silent when too early."""

import pytest
from cap_tools.what_if import (
    AGAINST,
    FOR,
    LEAST_DAYS,
    NOTE,
    SPEAKS,
    TYPE_CODES,
    Past,
    Term,
    compare,
)
from hypothesis import given
from hypothesis import strategies as st

CODES = (
    "priority_response",
    "research",
    "consultant",
    "training",
    "priority_line",
    "audit",
    "workshop",
    "helpdesk",
)
ESSENTIAL = (Term("priority_response", 4), Term("helpdesk"))
ADVISOR = (
    *ESSENTIAL,
    Term("research"),
    Term("audit", 1, 3),
    Term("training", 3, 6),
)
ALLIANCE = (
    *ADVISOR,
    Term("consultant"),
    Term("priority_line"),
    Term("workshop", 1, 12),
)

COUNTS = st.integers(0, 50)
TYPES = st.sampled_from(["", "incident", "question", "feature", *TYPE_CODES])
HOURS = st.floats(0, 40, allow_nan=False)
PASTS = st.builds(
    Past,
    days=st.integers(0, 90),
    tickets=st.dictionaries(TYPES, COUNTS),
    declined=st.dictionaries(st.sampled_from(["research", "consultant"]), COUNTS),
    delivered=st.dictionaries(st.sampled_from(CODES), COUNTS),
    late=st.dictionaries(st.sampled_from(CODES), COUNTS),
    hours_asked=HOURS,
    hours_used=HOURS,
    hours_lapsed=HOURS,
    late_tickets=COUNTS,
    response_minutes=st.lists(st.floats(0, 240), max_size=9).map(tuple),
)
TERMS = st.lists(
    st.builds(
        Term,
        code=st.sampled_from(CODES),
        quantity=st.sampled_from([0.0, 1.0, 3.0, 4.0]),
        interval=st.sampled_from([0, 3, 6, 12]),
    ),
    unique_by=lambda term: term.code,
).map(tuple)


def by_code(findings):
    return {f.code: f for f in findings if f.key in ("demand", "ends", "brings")}


@pytest.mark.parametrize(
    ("past", "code", "speaks"),
    [
        ({"tickets": {"research": 5}}, "research", FOR),
        ({"tickets": {"question": 5}}, "research", AGAINST),
        ({"declined": {"research": 2}}, "research", FOR),
        ({"hours_asked": 1.5}, "training", FOR),
        ({}, "training", AGAINST),
        ({}, "audit", NOTE),
    ],
)
def test_an_upgrade_is_judged_by_what_was_needed(past, code, speaks):
    finding = by_code(compare(Past(90, **past), ESSENTIAL, ADVISOR))[code]
    assert finding.speaks == speaks


def test_nothing_that_needed_a_consultant_is_said():
    past = Past(90, tickets={"incident": 7})
    found = by_code(compare(past, ADVISOR, ALLIANCE))
    assert found["consultant"].speaks == AGAINST
    assert found["consultant"].figures["needed"] == 0
    assert found["priority_line"].speaks == AGAINST
    assert found["workshop"].speaks == NOTE


def test_a_downgrade_counts_what_was_used():
    past = Past(90, tickets={"research": 5}, delivered={"audit": 1}, hours_used=0)
    found = by_code(compare(past, ADVISOR, ESSENTIAL))
    assert (found["research"].speaks, found["research"].figures["needed"]) == (
        AGAINST,
        5,
    )
    assert (found["audit"].key, found["audit"].figures["count"]) == ("ends", 1)
    assert found["training"].speaks == FOR


def test_the_same_promise_is_no_reason():
    past = Past(90, response_minutes=(60.0, 72.0, 300.0))
    (finding,) = [f for f in compare(past, ADVISOR, ALLIANCE) if f.key == "response"]
    assert (finding.speaks, finding.figures["minutes"]) == (NOTE, 72)
    faster = (Term("priority_response", 2),)
    (finding,) = compare(past, ESSENTIAL[:1], faster)
    assert finding.speaks == FOR


@given(PASTS, TERMS, TERMS)
def test_there_and_back_speak_against_each_other(past, before, after):
    there = by_code(compare(past, before, after))
    back = by_code(compare(past, after, before))
    opposite = {FOR: AGAINST, AGAINST: FOR}
    for code, finding in there.items():
        if finding.key == "demand":
            assert back[code].speaks == opposite[finding.speaks]
            assert back[code].figures["needed"] == finding.figures["needed"]


@given(PASTS, TERMS)
def test_no_change_is_neither_for_nor_against(past, terms):
    assert {finding.speaks for finding in compare(past, terms, terms)} <= {NOTE}


@given(PASTS, TERMS, TERMS)
def test_findings_are_in_order_and_true_to_the_figures(past, before, after):
    findings = compare(past, before, after)
    ranks = [SPEAKS.index(finding.speaks) for finding in findings]
    assert ranks == sorted(ranks)
    assert all(value >= 0 for f in findings for value in f.figures.values())
    both = {term.code for term in before} & {term.code for term in after}
    assert not both & set(by_code(findings))
    for finding in findings:
        if finding.key == "demand":
            needs = finding.figures["needed"] > 0
            assert needs == ((finding.speaks == FOR) == bool(finding.figures["gained"]))


@given(PASTS, TERMS, TERMS)
def test_a_young_cover_is_not_judged(past, before, after):
    findings = compare(past, before, after)
    early = [finding.key for finding in findings] == ["early"]
    assert early == (past.days < LEAST_DAYS)


@given(PASTS)
def test_a_declined_request_always_speaks_for_what_includes_it(past):
    findings = by_code(compare(past, ESSENTIAL, ADVISOR))
    if past.days >= LEAST_DAYS and past.declined.get("research"):
        assert findings["research"].speaks == FOR
