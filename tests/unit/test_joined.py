"""One request out of several tickets: the strictest promise, and no way to mend one."""

from datetime import datetime, timedelta

from cap_tools.joined import Joined, Promise, join_promises
from hypothesis import given
from hypothesis import strategies as st

START = datetime(2026, 6, 1, 7)
NOW = START + timedelta(hours=5)


def at(hours):
    return START + timedelta(hours=hours)


@st.composite
def promises(draw):
    """Return a promise as the rules leave it at NOW."""
    number = draw(st.integers(1, 1000))
    assessed = draw(st.one_of(st.none(), st.integers(-40, 5)))
    looked = None if assessed is None else at(assessed)
    if draw(st.integers(0, 4)) == 0:
        return Promise(number, "none", None, looked)
    deadline = at(draw(st.integers(-40, 12)))
    if (looked or NOW) >= deadline:
        # the job that records a breach may not have run yet
        states = ["breached"] if looked else ["breached", "running"]
        return Promise(number, draw(st.sampled_from(states)), deadline, looked)
    return Promise(number, "met" if looked else "running", deadline, looked)


groups = st.lists(promises(), min_size=2, max_size=6, unique_by=lambda one: one.id)


@given(groups)
def test_the_earliest_deadline_and_the_first_assessment_survive(group):
    joined = join_promises(group[0], group[1:], NOW)
    by_id = {one.id: one for one in group}
    deadlines = [one.deadline for one in group if one.state != "none"]
    moments = [one.assessed_at for one in group if one.assessed_at]
    if deadlines:
        assert by_id[joined.terms_id].deadline == min(deadlines)
    else:
        assert joined.terms_id is None
        assert joined.state == "none"
    if moments:
        assert by_id[joined.assessed_id].assessed_at == min(moments)
    else:
        assert joined.assessed_id is None


@given(groups)
def test_what_was_broken_stays_broken(group):
    joined = join_promises(group[0], group[1:], NOW)
    overdue = [one for one in group if one.state == "running" and one.deadline <= NOW]
    if overdue or any(one.state == "breached" for one in group):
        assert joined.state == "breached"
        assert joined.breached_at <= NOW


@given(groups)
def test_only_a_look_before_the_deadline_keeps_it(group):
    joined = join_promises(group[0], group[1:], NOW)
    by_id = {one.id: one for one in group}
    if joined.state == "met":
        look = by_id[joined.assessed_id].assessed_at
        assert look < by_id[joined.terms_id].deadline
    if joined.state == "running":
        assert joined.assessed_id is None
        assert by_id[joined.terms_id].deadline > NOW


@given(groups)
def test_it_does_not_matter_which_ticket_goes_on(group):
    first = join_promises(group[0], group[1:], NOW)
    last = join_promises(group[-1], group[:-1], NOW)
    assert (first.state, first.breached_at) == (last.state, last.breached_at)


@given(groups)
def test_one_by_one_is_the_same_as_all_at_once(group):
    at_once = join_promises(group[0], group[1:], NOW)
    kept = group[0]
    by_id = {one.id: one for one in group}
    for other in group[1:]:
        joined = join_promises(kept, [other], NOW)
        pair = {kept.id: kept, other.id: other}
        kept = Promise(
            kept.id,
            joined.state,
            joined.terms_id and pair[joined.terms_id].deadline,
            joined.assessed_id and pair[joined.assessed_id].assessed_at,
        )
    assert kept.state == at_once.state
    assert kept.deadline == (at_once.terms_id and by_id[at_once.terms_id].deadline)


def test_a_breach_is_dated_at_the_promise_that_was_broken():
    kept = Promise(1, "met", at(2), at(1))
    late = Promise(2, "breached", at(4), at(5))
    joined = join_promises(kept, [late], NOW)
    assert joined == Joined("breached", 1, 1, at(4))
