"""Spans of time: whatever way they are measured, no second counts twice."""

from datetime import UTC, datetime, timedelta

from cap_tools.health_spans import (
    cut_spans,
    merge_spans,
    seconds_by_part,
    subtract_spans,
    sum_seconds,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def at(minute):
    return NOW + timedelta(minutes=minute)


SPANS = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 60)).map(
        lambda pair: (at(pair[0]), at(sum(pair)))
    ),
    max_size=12,
)


def minutes(spans):
    """Return the minutes that spans cover, the slow and certain way."""
    return {n for n in range(300) if any(start <= at(n) < end for start, end in spans)}


@given(SPANS)
def test_merged_they_cover_the_same_once(spans):
    merged = merge_spans(spans)
    assert minutes(merged) == minutes(spans)
    assert all(a[1] < b[0] for a, b in zip(merged, merged[1:], strict=False))
    assert sum_seconds(spans) == 60 * len(minutes(spans))


@given(SPANS, SPANS)
def test_subtracting_leaves_what_the_others_do_not_cover(spans, others):
    rest = subtract_spans(spans, others)
    assert minutes(rest) == minutes(spans) - minutes(others)


@given(SPANS, st.integers(0, 100), st.integers(0, 100))
def test_cutting_leaves_what_is_inside(spans, start, length):
    cut = cut_spans(spans, at(start), at(start + length))
    assert minutes(cut) == minutes(spans) & set(range(start, start + length))


@given(SPANS, st.integers(1, 60))
def test_parts_sum_to_the_whole(spans, length):
    bounds = [(at(n), at(n + length)) for n in range(0, 300, length)]
    parts = seconds_by_part(spans, bounds)
    assert sum(parts) == sum_seconds(spans)
    for (start, end), part in zip(bounds, parts, strict=True):
        assert part == sum_seconds(cut_spans(spans, start, end))
