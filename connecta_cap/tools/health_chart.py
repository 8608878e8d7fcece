"""Figures over time as SVG paths, so that a page draws them without a script.

A drawing is `WIDTH` by `HEIGHT` units, its origin at the top left. None is a gap:
nothing is drawn where nothing is known.
"""

from collections.abc import Sequence
from math import ceil, floor, log10

WIDTH = 600
HEIGHT = 120
# Part of its slot that a bar takes.
BAR_PART = 0.8

Values = Sequence[float | None]


def round_top(values: Values, least: float = 1) -> float:
    """Return where a chart's axis ends: 1, 2 or 5 times a power of ten.

    :param values: what is drawn.
    :param least: the smallest axis that makes sense.
    """
    most = max((value for value in values if value is not None), default=0)
    most = max(most, least)
    power = 10 ** floor(log10(most))
    step = next(step for step in (1, 2, 5, 10) if most <= step * power * (1 + 1e-9))
    top = step * power
    return int(top) if top == ceil(top) else top


def place(index: float, count: int, width: float = WIDTH) -> float:
    """Return where the middle of a slot is, from the left.

    :param index: number of the slot, from 0; a fraction stands between two of them.
    :param count: number of slots.
    """
    return round((index + 0.5) * width / count, 1) if count else 0.0


def draw_line(
    values: Values, top: float, width: float = WIDTH, height: float = HEIGHT
) -> str:
    """Return the path of a line; a value between two gaps becomes a short dash.

    :param top: value at the upper edge; what is more is drawn there.
    """
    count, parts, run = len(values), [], []
    for index, value in enumerate((*values, None)):
        if value is not None:
            run.append((place(index, count, width), _rise(value, top, height)))
            continue
        if len(run) == 1:
            half = width / count / 4
            (x, y), run = run[0], []
            parts.append(f"M{x - half:g} {y:g}L{x + half:g} {y:g}")
        elif run:
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in run))
            run = []
    return "".join(parts)


def draw_bars(
    values: Values,
    top: float,
    base: Values | None = None,
    width: float = WIDTH,
    height: float = HEIGHT,
) -> str:
    """Return the path of bars; nothing is drawn for 0 and None.

    :param top: value at the upper edge.
    :param base: what the bars stand on, for parts of a whole.
    """
    count, parts = len(values), []
    wide = round(width / count * BAR_PART, 2) if count else 0
    for index, value in enumerate(values):
        if not value:
            continue
        under = (base[index] or 0) if base else 0
        low, high = _rise(under, top, height), _rise(under + value, top, height)
        left = round(place(index, count, width) - wide / 2, 1)
        parts.append(f"M{left:g} {low:g}V{high:g}h{wide:g}V{low:g}z")
    return "".join(parts)


def _rise(value: float, top: float, height: float) -> float:
    """Return how far from the upper edge a value is."""
    share = min(max(value / top, 0), 1) if top else 0
    return round(height * (1 - share), 1)
