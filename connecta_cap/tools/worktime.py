"""Deadlines, working time and shares of it over a given list of working intervals.

The intervals come from a calendar engine that this module does not know. All arithmetic
is on whole seconds since the epoch, so that daylight saving and the microsecond that
calendars lose at midnight cannot shift a deadline.

A promise of "< 4 hours" that starts at second `s` is kept at any moment strictly before
`deadline(s, 4 * 3600)`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate


class HorizonExceeded(ValueError):
    """The given intervals hold too little working time: ask again with more of them."""


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open stretch of time, in whole seconds since the epoch."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        return self.end - self.start


def to_epoch(moment: datetime) -> int:
    """Return an aware `moment` as whole seconds since the epoch, rounded.

    :raises ValueError: when the datetime is naive.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment!r} has no time zone")
    return round(moment.timestamp())


def from_epoch(seconds: int) -> datetime:
    """Return the aware UTC datetime of `seconds` since the epoch."""
    return datetime.fromtimestamp(seconds, UTC)


def merge_spans(intervals: Iterable[tuple[datetime, datetime]]) -> tuple[Span, ...]:
    """Return sorted, disjoint spans; touching ones become one, empty ones vanish.

    :param intervals: (start, end) pairs of aware datetimes, in any order.
    """
    merged: list[Span] = []
    for start, end in sorted((to_epoch(a), to_epoch(b)) for a, b in intervals):
        if end <= start:
            continue
        if merged and start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(end, merged[-1].end))
        else:
            merged.append(Span(start, end))
    return tuple(merged)


class Timeline:
    """Working spans with their running total, so that each question is a bisection.

    :param spans: sorted disjoint spans, as `merge_spans` returns them.
    """

    def __init__(self, spans: Iterable[Span]):
        self.spans = tuple(spans)
        self._starts = [span.start for span in self.spans]
        # _totals[i] is the working time before the i-th span
        self._totals = [0, *accumulate(span.seconds for span in self.spans)]

    def worked_until(self, moment: int) -> int:
        """Return the working seconds between the first span and `moment` (epoch)."""
        index = bisect_right(self._starts, moment) - 1
        if index < 0:
            return 0
        span = self.spans[index]
        return self._totals[index] + min(moment, span.end) - span.start

    def worked_between(self, start: int, end: int) -> int:
        """Return the working seconds in [start, end); 0 when `end` is not later."""
        return max(0, self.worked_until(end) - self.worked_until(start))

    def deadline(self, start: int, seconds: int) -> int:
        """Return the first moment at which `seconds` of working time have passed.

        A span that ends exactly when the time is up gives its own end: four hours
        from 13:00 with closing at 17:00 end at 17:00, not at the next opening.

        :param start: epoch seconds.
        :param seconds: working seconds, more than zero.
        :raises HorizonExceeded: when the spans end before the time is up.
        """
        if seconds <= 0:
            raise ValueError(f"a deadline needs positive working time, not {seconds}")
        target = self.worked_until(start) + seconds
        index = bisect_left(self._totals, target) - 1
        if index >= len(self.spans):
            raise HorizonExceeded(f"{seconds} s of working time after {start}")
        return self.spans[index].start + target - self._totals[index]

    def between(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the working spans of [start, end), clipped to it."""
        first = max(0, bisect_right(self._starts, start) - 1)
        last = bisect_left(self._starts, end)
        clipped = (
            Span(max(span.start, start), min(span.end, end))
            for span in self.spans[first:last]
        )
        return tuple(span for span in clipped if span.seconds > 0)


def moment_at_share(spans: Iterable[Span], percent: int) -> int:
    """Return the moment at which `percent` of the spans' working time is used up.

    :param spans: the working spans from the start of a promise to its deadline.
    :param percent: more than 0, at most 100; parts of a second are rounded up.
    """
    timeline = Timeline(spans)
    total = sum(span.seconds for span in timeline.spans)
    return timeline.deadline(timeline.spans[0].start, -(-total * percent // 100))


def extend_back(
    added: Timeline, frozen: Iterable[Span], start: int, seconds: int
) -> tuple[Span, ...]:
    """Return the spans of a promise that turns out to have started earlier.

    What was frozen stays as it was; only the working time before it is looked up. So
    the deadline comes earlier, or stays where it is.

    :param added: the working time before the frozen spans.
    :param frozen: the spans from the start that was noted first to its deadline.
    :param start: the earlier start, epoch seconds.
    :param seconds: working seconds of the promise.
    """
    frozen = tuple(frozen)
    joined: list[Span] = []
    for span in (*added.between(start, frozen[0].start), *frozen):
        if joined and span.start == joined[-1].end:
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    timeline = Timeline(joined)
    return timeline.between(start, timeline.deadline(start, seconds))
