"""Rolling windows and suggestions, against plain statements of the rules."""

from datetime import date, timedelta

import pytest
from cap_tools.fair_use import (
    Offer,
    Use,
    first_day,
    list_exceeded,
    merge_by_ticket,
    select_counted,
    suggest_offer,
    tally,
)
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 6, 1)
MEASURES = ("research", "research_hours", "outside")

days_ago = st.integers(-5, 120)
uses = st.lists(
    st.builds(
        Use,
        measure=st.sampled_from(MEASURES),
        day=days_ago.map(lambda days: TODAY - timedelta(days=days)),
        ticket=st.integers(1, 6),
        amount=st.sampled_from((0.25, 1.0, 1.5)),
    ),
    max_size=30,
)
windows = st.integers(1, 100)
figures = st.dictionaries(st.sampled_from(MEASURES), st.integers(0, 9))
offers = st.lists(
    st.builds(
        Offer,
        key=st.integers(1, 99),
        thresholds=figures,
        gives=st.frozensets(st.sampled_from(("research", "consultant"))),
    ),
    max_size=4,
)


def test_a_window_of_ninety_days_counts_today_and_89_days_before():
    assert first_day(TODAY, 90) == TODAY - timedelta(days=89)
    assert first_day(TODAY, 1) == TODAY
    found = [Use("outside", TODAY - timedelta(days=days), days) for days in (0, 89, 90)]
    assert [use.ticket for use in select_counted(found, TODAY, 90)] == [0, 89]
    assert not select_counted([Use("outside", TODAY + timedelta(days=1), 1)], TODAY, 90)
    with pytest.raises(ValueError, match="at least one day"):
        first_day(TODAY, 0)


def test_a_leap_day_is_a_day():
    assert first_day(date(2028, 3, 1), 2) == date(2028, 2, 29)


def test_an_accepted_contest_takes_one_measure_of_a_ticket_out():
    found = [Use("research", TODAY, 1), Use("research_hours", TODAY, 1, 2.5)]
    left = select_counted(found, TODAY, 90, {(1, "research")})
    assert tally(left) == {"research_hours": 2.5}


@given(uses, windows)
def test_a_figure_is_the_sum_of_what_is_listed(some, days):
    listed = select_counted(some, TODAY, days)
    for measure, figure in tally(listed).items():
        amounts = [use.amount for use in listed if use.measure == measure]
        assert figure == pytest.approx(sum(amounts))
    assert all(first_day(TODAY, days) <= use.day <= TODAY for use in listed)
    assert [use.day for use in listed] == sorted(
        (use.day for use in listed), reverse=True
    )


@given(uses)
def test_merging_keeps_every_figure_and_names_a_ticket_once(some):
    merged = merge_by_ticket(some)
    assert tally(merged) == tally(some)
    keys = [(use.measure, use.ticket) for use in merged]
    assert sorted(keys) == sorted({(use.measure, use.ticket) for use in some})
    for use in merged:
        days = [u.day for u in some if (u.measure, u.ticket) == keys[merged.index(use)]]
        assert use.day == max(days)


@given(uses, windows, windows)
def test_a_longer_window_never_counts_less(some, one, other):
    short = tally(select_counted(some, TODAY, min(one, other)))
    long = tally(select_counted(some, TODAY, max(one, other)))
    assert all(long[measure] >= figure for measure, figure in short.items())


@given(uses, windows)
def test_each_use_leaves_the_window_after_its_days(some, days):
    for use in select_counted(some, TODAY, days):
        gone = use.day + timedelta(days=days)
        assert use not in select_counted(some, gone, days)
        assert use in select_counted(some, gone - timedelta(days=1), days)


@given(uses, st.sets(st.tuples(st.integers(1, 6), st.sampled_from(MEASURES))))
def test_contests_only_ever_lower_a_figure(some, excused):
    before = tally(select_counted(some, TODAY, 90))
    after = tally(select_counted(some, TODAY, 90, excused))
    assert all(figure <= before[measure] for measure, figure in after.items())


def test_at_the_threshold_is_fair():
    assert list_exceeded({"outside": 4}, {"outside": 4}) == []
    assert list_exceeded({"outside": 5}, {"outside": 4}) == ["outside"]
    assert list_exceeded({"outside": 5}, {}) == []
    assert list_exceeded({}, {"outside": 0}) == []


ADVISOR = Offer(2, {"research": 6, "outside": 4}, frozenset({"research"}))
ALLIANCE = Offer(
    3, {"research": 12, "outside": 8}, frozenset({"research", "consultant"})
)


@pytest.mark.parametrize(
    ("above", "found", "exceeded", "wanted", "key"),
    [
        ([ADVISOR, ALLIANCE], {}, (), ("research",), 2),
        ([ADVISOR, ALLIANCE], {}, (), ("consultant",), 3),
        ([ADVISOR, ALLIANCE], {"outside": 6}, ("outside",), (), 3),
        ([ADVISOR, ALLIANCE], {"outside": 6}, ("outside",), ("research",), 3),
        # nothing bears it, and what was asked for is given all the same
        ([ADVISOR, ALLIANCE], {"outside": 99}, ("outside",), ("research",), 2),
        ([ALLIANCE], {"research": 7}, ("research",), (), 3),
        ([ALLIANCE], {"research": 13}, ("research",), (), None),
        ([], {"outside": 9}, ("outside",), (), None),
        ([ADVISOR], {"outside": 1}, (), (), None),
    ],
)
def test_the_next_tier_that_fits(above, found, exceeded, wanted, key):
    assert suggest_offer(above, found, exceeded, wanted) == key


@given(offers, figures, st.frozensets(st.sampled_from(("research", "consultant"))))
def test_no_smaller_tier_that_fits_is_passed_over(above, found, wanted):
    exceeded = [measure for measure, figure in found.items() if figure > 5]
    key = suggest_offer(above, found, exceeded, wanted)
    fitting = [o.key for o in above if o.bears(found) and wanted <= o.gives]
    if fitting and (exceeded or wanted):
        assert key == fitting[0]
    if key is not None:
        assert exceeded or wanted
