"""A promise that started earlier than was noted: its deadline never comes later."""

from cap_tools.worktime import Span, Timeline, extend_back
from hypothesis import given
from hypothesis import strategies as st

DAY, OPEN = 24 * 3600, 8 * 3600
# thirty days of eight hours each
WEEKS = Timeline(Span(day * DAY, day * DAY + OPEN) for day in range(30))
moments = st.integers(0, 10 * DAY)


def freeze(start, seconds):
    return WEEKS.between(start, WEEKS.deadline(start, seconds))


@given(moments, st.integers(0, 5 * DAY), st.integers(1, 3 * OPEN))
def test_it_is_as_if_it_had_been_noted_in_time(start, later, seconds):
    frozen = freeze(start + later, seconds)
    added = Timeline(WEEKS.between(start, start + later))
    assert extend_back(added, frozen, start, seconds) == freeze(start, seconds)


@given(moments, st.integers(0, 5 * DAY), st.integers(1, 3 * OPEN), st.data())
def test_it_never_comes_later_whatever_was_closed_since(start, later, seconds, data):
    frozen = freeze(start + later, seconds)
    closed = data.draw(st.integers(0, 15))
    left = [span for span in WEEKS.spans if span.start != closed * DAY]
    added = Timeline(Timeline(left).between(start, start + later))
    spans = extend_back(added, frozen, start, seconds)
    assert spans[-1].end <= frozen[-1].end
    assert sum(span.seconds for span in spans) == seconds


def test_touching_spans_become_one():
    frozen = freeze(2 * 3600, 4 * 3600)
    added = Timeline(WEEKS.between(3600, 2 * 3600))
    assert extend_back(added, frozen, 3600, 4 * 3600) == (Span(3600, 5 * 3600),)
