"""Shares, percentiles and working times, counted one way for every screen and report.

Times are whole seconds since the epoch, as in `worktime`.
"""

from collections.abc import Iterable
from statistics import median

from .worktime import Span, Timeline


def attained_share(met: int, breached: int) -> float | None:
    """Return the part of decided promises that was kept, 0 to 1.

    What is still open counts neither way.

    :return: None when nothing is decided yet.
    """
    decided = met + breached
    return met / decided if decided else None


def word_share(share: float | None) -> str:
    """Return a share as a whole percentage, such as '96 %', and '–' for none.

    It is rounded down: only what was kept throughout is told as 100 %.
    """
    return "–" if share is None else f"{int(share * 100 + 1e-9)} %"


def word_fine_share(share: float | None) -> str:
    """Return a share with two decimals, such as '99.95 %', and '–' for none.

    It is rounded down, as `word_share` does.
    """
    return "–" if share is None else f"{int(share * 10_000 + 1e-9) / 100:.2f} %"


def percentile(values: Iterable[float], percent: int) -> float | None:
    """Return the smallest value that `percent` of the values do not exceed.

    That is a value that occurred (nearest rank), not one between two of them.

    :param percent: more than 0, at most 100.
    :return: None without values.
    """
    ordered = sorted(values)
    if not ordered:
        return None
    rank = -(-len(ordered) * percent // 100)
    return ordered[rank - 1]


def summarize(values: Iterable[float]) -> dict[str, float | None]:
    """Return `count`, `median` and `p90` of some durations."""
    values = list(values)
    return {
        "count": len(values),
        "median": median(values) if values else None,
        "p90": percentile(values, 90),
    }


def worked_to_assessment(
    spans: Iterable[Span], start: int, assessed: int, later: Timeline | None = None
) -> int:
    """Return the working seconds from receipt to assessment.

    :param spans: the frozen working time of the promise, from start to deadline.
    :param start: when the request was received.
    :param assessed: when a person assessed it.
    :param later: the working time after the deadline, which nothing froze.
    """
    spans = tuple(spans)
    worked = Timeline(spans).worked_between(start, assessed)
    if later and spans:
        worked += later.worked_between(spans[-1].end, assessed)
    return worked
