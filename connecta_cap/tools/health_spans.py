"""Spans of time: merged, cut and measured, so that nothing counts twice."""

from collections.abc import Iterable, Sequence
from datetime import datetime

Span = tuple[datetime, datetime]


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """Return spans in order, overlapping and touching ones made one."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if end <= start:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def cut_spans(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return what of some spans lies between two moments."""
    cut = ((max(start, first), min(end, last)) for first, last in spans)
    return [(first, last) for first, last in cut if first < last]


def subtract_spans(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """Return what of some spans is in none of the others, merged."""
    rest = merge_spans(spans)
    for start, end in merge_spans(others):
        kept = []
        for first, last in rest:
            kept += [(first, min(last, start)), (max(first, end), last)]
        rest = [(first, last) for first, last in kept if first < last]
    return rest


def sum_seconds(spans: Iterable[Span]) -> float:
    """Return how long some spans last together, overlaps counted once."""
    return sum((end - start).total_seconds() for start, end in merge_spans(spans))


def seconds_by_part(spans: Iterable[Span], bounds: Sequence[Span]) -> list[float]:
    """Return how much of each part of time (such as a day) some spans cover.

    :param bounds: the parts, in order and without overlap.
    :return: seconds of each part.
    """
    merged, sums, first = merge_spans(spans), [], 0
    for start, end in bounds:
        while first < len(merged) and merged[first][1] <= start:
            first += 1
        total, index = 0.0, first
        while index < len(merged) and merged[index][0] < end:
            low, high = merged[index]
            total += (min(high, end) - max(low, start)).total_seconds()
            index += 1
        sums.append(total)
    return sums
