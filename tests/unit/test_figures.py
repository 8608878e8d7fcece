from datetime import date

import pytest
from cap_tools.figures import (
    attained_share,
    percentile,
    summarize,
    word_fine_share,
    word_share,
    worked_to_assessment,
)
from cap_tools.report_periods import (
    is_whole_period,
    period_around,
    period_before,
)
from cap_tools.worktime import Span, Timeline
from hypothesis import given
from hypothesis import strategies as st

HOUR = 3600


def test_the_share_counts_what_is_decided():
    assert attained_share(3, 1) == 0.75
    assert attained_share(0, 2) == 0
    assert attained_share(0, 0) is None


@pytest.mark.parametrize(
    ("met", "breached", "words"),
    [(0, 0, "–"), (29, 71, "29 %"), (2, 1, "66 %"), (999, 1, "99 %"), (5, 0, "100 %")],
)
def test_only_a_promise_always_kept_is_told_as_a_hundred(met, breached, words):
    assert word_share(attained_share(met, breached)) == words


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (None, "–"),
        (0, "0.00 %"),
        (0.99999, "99.99 %"),
        (0.995, "99.50 %"),
        (1, "100.00 %"),
    ],
)
def test_a_fine_share_is_rounded_down_too(share, words):
    assert word_fine_share(share) == words


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([], 90, None),
        ([7], 90, 7),
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 90, 9),
        ([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 90, 9),
        ([1, 2], 50, 1),
    ],
)
def test_a_percentile_is_a_value_that_occurred(values, percent, expected):
    assert percentile(values, percent) == expected


@given(st.lists(st.integers(0, 10**6), min_size=1), st.integers(1, 100))
def test_so_many_do_not_exceed_a_percentile(values, percent):
    found = percentile(values, percent)
    below = sum(value <= found for value in values)
    strictly = sum(value < found for value in values)
    assert below * 100 >= percent * len(values)
    assert strictly * 100 < percent * len(values)


def test_a_summary_of_nothing_has_no_times():
    assert summarize([]) == {"count": 0, "median": None, "p90": None}
    assert summarize([4, 1, 3]) == {"count": 3, "median": 3, "p90": 4}


def test_working_time_ends_with_the_assessment():
    spans = (Span(9 * HOUR, 11 * HOUR), Span(20 * HOUR, 22 * HOUR))
    assert worked_to_assessment(spans, 9 * HOUR, 10 * HOUR) == HOUR
    assert worked_to_assessment(spans, 9 * HOUR, 21 * HOUR) == 3 * HOUR


def test_working_time_after_the_deadline_is_counted_on():
    spans = (Span(9 * HOUR, 13 * HOUR),)
    later = Timeline([Span(9 * HOUR, 17 * HOUR)])
    assert worked_to_assessment(spans, 9 * HOUR, 15 * HOUR) == 4 * HOUR
    assert worked_to_assessment(spans, 9 * HOUR, 15 * HOUR, later) == 6 * HOUR


@pytest.mark.parametrize(
    ("kind", "day", "first", "after"),
    [
        ("month", date(2028, 2, 29), date(2028, 2, 1), date(2028, 3, 1)),
        ("month", date(2026, 12, 31), date(2026, 12, 1), date(2027, 1, 1)),
        ("quarter", date(2026, 11, 5), date(2026, 10, 1), date(2027, 1, 1)),
        ("year", date(2026, 5, 31), date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_periods_are_those_of_the_calendar(kind, day, first, after):
    assert period_around(kind, day) == (first, after)
    assert is_whole_period(kind, first, after)
    assert not is_whole_period(kind, first, day)


@given(
    st.sampled_from(["month", "quarter", "year"]),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_the_period_before_touches_the_running_one(kind, day):
    first, after = period_before(kind, day)
    assert first < after == period_around(kind, day)[0] <= day


def test_free_days_are_always_whole():
    assert is_whole_period("free", date(2026, 1, 5), date(2026, 1, 6))
