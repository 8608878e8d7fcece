"""Dated succession, against an oracle that looks at every single day."""

from datetime import date, timedelta

from cap_tools.periods import Period, find_flaw
from hypothesis import given
from hypothesis import strategies as st

FIRST = date(2026, 1, 1)


def day(number):
    return FIRST + timedelta(days=number)


periods = st.lists(
    st.tuples(st.integers(0, 30), st.integers(1, 15)).map(
        lambda item: Period(day(item[0]), day(item[0] + item[1]))
    ),
    max_size=5,
)


@given(periods)
def test_sound_means_one_period_on_every_day(some):
    if not some:
        assert find_flaw(some) is None
        return
    days = range((max(p.end for p in some) - FIRST).days)
    first = (min(p.start for p in some) - FIRST).days
    counts = [sum(p.covers(day(n)) for p in some) for n in days if n >= first]
    assert (find_flaw(some) is None) == all(count == 1 for count in counts)


def test_a_gap_an_overlap_and_an_empty_period_are_told_apart():
    assert find_flaw([Period(day(0), day(2)), Period(day(3))]).kind == "gap"
    assert find_flaw([Period(day(0), day(2)), Period(day(1))]).kind == "overlap"
    assert find_flaw([Period(day(0)), Period(day(1))]).kind == "overlap"
    assert find_flaw([Period(day(1), day(1))]).kind == "empty"


def test_the_end_is_the_first_day_that_is_not_covered():
    period = Period(day(0), day(2))
    assert [period.covers(day(n)) for n in (-1, 0, 1, 2)] == [False, True, True, False]
