"""Dated succession over half-open periods: who follows whom, with no gap or overlap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` up to, not including, `end`; no end means open."""

    start: date
    end: date | None = None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault between two neighbours: `kind` is 'gap', 'overlap' or 'empty'."""

    kind: str
    before: Period
    after: Period


def find_flaw(periods: Iterable[Period]) -> Flaw | None:
    """Return the first fault of a succession in date order, None when it is sound."""
    ordered = sorted(periods, key=lambda period: period.start)
    for period in ordered:
        if period.end is not None and period.end <= period.start:
            return Flaw("empty", period, period)
    for before, after in zip(ordered, ordered[1:], strict=False):
        if before.end is None or before.end > after.start:
            return Flaw("overlap", before, after)
        if before.end < after.start:
            return Flaw("gap", before, after)
    return None
