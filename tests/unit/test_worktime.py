"""Deadlines over given intervals: the golden vectors, and what must always hold."""

from datetime import UTC, datetime, timedelta

import pytest
import pytz
from cap_tools.worktime import (
    HorizonExceeded,
    Span,
    Timeline,
    from_epoch,
    merge_spans,
    moment_at_share,
    to_epoch,
)
from hypothesis import given
from hypothesis import strategies as st

BRUSSELS = pytz.timezone("Europe/Brussels")
FOUR_HOURS = 4 * 3600


def local(text):
    return BRUSSELS.localize(datetime.fromisoformat(text))


def office_week(first, days, closed=()):
    """Return Monday-Friday 09:00-17:00 of `days` days from `first` (local date)."""
    start = datetime.fromisoformat(first)
    dates = [start + timedelta(days=n) for n in range(days)]
    return Timeline(
        merge_spans(
            (
                BRUSSELS.localize(day.replace(hour=9)),
                BRUSSELS.localize(day.replace(hour=17)),
            )
            for day in dates
            if day.weekday() < 5 and day.date().isoformat() not in closed
        )
    )


GOLDEN = [
    ("2026-03-27 16:00:00", "2026-03-30 12:00:00", ()),
    ("2026-10-23 15:30:00", "2026-10-26 11:30:00", ()),
    ("2026-03-28 11:00:00", "2026-03-30 13:00:00", ()),
    ("2026-03-30 08:59:59", "2026-03-30 13:00:00", ()),
    ("2026-03-30 13:00:00", "2026-03-30 17:00:00", ()),
    ("2026-03-30 13:00:01", "2026-03-31 09:00:01", ()),
    ("2026-03-30 17:00:00", "2026-03-31 13:00:00", ()),
    ("2026-04-03 15:00:00", "2026-04-07 11:00:00", ("2026-04-06",)),
]


@pytest.mark.parametrize(("received", "due", "closed"), GOLDEN)
def test_golden_vectors(received, due, closed):
    week = office_week(received[:10], 10, closed)
    deadline = week.deadline(to_epoch(local(received)), FOUR_HOURS)
    assert from_epoch(deadline) == local(due)


spans = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(1, 10**5)), min_size=1, max_size=20
).map(
    lambda items: merge_spans(
        (from_epoch(start), from_epoch(start + length)) for start, length in items
    )
)


@given(spans, st.integers(0, 10**6), st.integers(1, 10**5))
def test_the_time_until_a_deadline_is_what_was_promised(some, start, seconds):
    timeline = Timeline(some)
    try:
        deadline = timeline.deadline(start, seconds)
    except HorizonExceeded:
        assert timeline.worked_between(start, 10**7) < seconds
        return
    counted = timeline.between(start, deadline)
    assert sum(span.seconds for span in counted) == seconds
    assert timeline.worked_between(start, deadline) == seconds
    # a second earlier, something was still left
    assert timeline.worked_between(start, deadline - 1) == seconds - 1


@given(spans, st.integers(0, 10**6), st.integers(0, 10**4), st.integers(1, 10**4))
def test_whoever_asks_later_is_never_due_earlier(some, start, later, seconds):
    timeline = Timeline(some)
    try:
        second = timeline.deadline(start + later, seconds)
    except HorizonExceeded:
        return
    assert timeline.deadline(start, seconds) <= second


@given(spans)
def test_merged_spans_are_sorted_and_apart(some):
    for before, after in zip(some, some[1:], strict=False):
        assert before.end < after.start


@given(spans, st.integers(1, 100))
def test_a_share_of_the_time_is_used_at_its_moment(some, percent):
    total = sum(span.seconds for span in some)
    moment = moment_at_share(some, percent)
    used = Timeline(some).worked_between(some[0].start, moment)
    assert used == -(-total * percent // 100)


def test_midnight_of_a_round_the_clock_calendar_loses_nothing():
    day = datetime(2026, 6, 1, tzinfo=UTC)
    late = timedelta(hours=23, minutes=59, seconds=59, microseconds=999999)
    days = [day + timedelta(days=n) for n in range(4)]
    timeline = Timeline(merge_spans((start, start + late) for start in days))
    assert timeline.spans == (Span(to_epoch(day), to_epoch(days[-1]) + 86400),)


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        to_epoch(datetime(2026, 6, 1))


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_promise_needs_time(seconds):
    with pytest.raises(ValueError, match="positive"):
        office_week("2026-06-01", 5).deadline(0, seconds)


def test_too_little_working_time_is_said():
    with pytest.raises(HorizonExceeded):
        office_week("2026-06-01", 1).deadline(0, 9 * 3600)
