"""What is owed when: from dated terms to cycles, and from cycles to windows.

A *cycle* is a stretch of days in which a client has one entitlement under the same
figures. It is cut into *windows*, one per delivery, counted in calendar months from the
first day of the cycle. Pauses (suspensions) push what follows on by their length.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .months import add_months

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Figures:
    """How much of an entitlement, how often, and until when it may be delivered.

    :param owner: 'ours' when we must act (late when overdue), 'client' when the client
        must call on it (lapses when unused).
    :param interval: months from one window to the next; 0 for once.
    :param validity: months that a client may use a grant; 0 for the whole window.
    :param due_days: days after the start of a window within which we deliver; 0 for
        its whole length.
    """

    owner: str
    quantity: float = 1.0
    unit: str = "time"
    interval: int = 0
    validity: int = 0
    due_days: int = 0


@dataclass(frozen=True, slots=True)
class Stretch:
    """Half-open days with something: figures, a pause; no end means open."""

    start: date
    end: date | None = None
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """One delivery: its place in the cycle and its days.

    :param end: the first day after the window; None for a delivery made once.
    :param due: the last day on which it is in time; None without one.
    :param lapse: the first day on which it can no longer be used; None for never.
    :param held: an open pause keeps it from becoming late.
    """

    cycle: date
    number: int
    start: date
    end: date | None
    due: date | None
    lapse: date | None
    held: bool
    figures: Figures


def merge_cycles(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Join neighbours with the same figures; a change of figures starts anew.

    :param stretches: disjoint, of one entitlement, in date order.
    """
    cycles: list[Stretch] = []
    for stretch in stretches:
        last = cycles[-1] if cycles else None
        if last and last.end == stretch.start and last.figures == stretch.figures:
            cycles[-1] = Stretch(last.start, stretch.end, last.figures)
        else:
            cycles.append(stretch)
    return tuple(cycles)


def list_windows(
    cycles: Sequence[Stretch], pauses: Sequence[Stretch], until: date
) -> tuple[Window, ...]:
    """Return the windows of one entitlement that start before `until`.

    :param cycles: as `merge_cycles` returns them.
    :param pauses: sorted and disjoint suspensions.
    """
    windows: list[Window] = []
    carried = None
    for cycle, after in zip(cycles, (*cycles[1:], None), strict=True):
        succeeded = after is not None and after.start == cycle.end
        for window in _cut(cycle, _clip(pauses, cycle.start), until):
            if carried and window.due:
                # a change of figures never makes us later than we were
                due = max(min(carried, window.due), window.start)
                window = replace(window, due=due)
            kept, carried = _meet_end(window, cycle.end, succeeded)
            windows += [kept] if kept else []
    return tuple(windows)


def _clip(pauses: Sequence[Stretch], start: date) -> list[Stretch]:
    return [
        Stretch(max(pause.start, start), pause.end)
        for pause in pauses
        if pause.end is None or pause.end > max(pause.start, start)
    ]


def _shift(day: date, pauses: Sequence[Stretch], starting: bool) -> date | None:
    """Return `day` pushed on by the pauses before it, None when an open one holds it.

    :param starting: something begins on that day, so that a pause which begins on the
        very day pushes it on too; what ended the day before is left alone.
    """
    for pause in pauses:
        if pause.start > day or (pause.start == day and not starting):
            break
        if pause.end is None:
            return None
        day += pause.end - pause.start
    return day


def _cut(cycle: Stretch, pauses: Sequence[Stretch], until: date) -> Iterator[Window]:
    figures, number = cycle.figures, 0
    while True:
        nominal = add_months(cycle.start, number * figures.interval)
        start = _shift(nominal, pauses, starting=True)
        if start is None or start >= until or (cycle.end and start >= cycle.end):
            return
        yield _measure(cycle, number, nominal, start, pauses)
        if not figures.interval:
            return
        number += 1


def _measure(
    cycle: Stretch, number: int, nominal: date, start: date, pauses: Sequence[Stretch]
) -> Window:
    figures, end, due, lapse = cycle.figures, None, None, None
    if figures.interval:
        next_start = add_months(cycle.start, (number + 1) * figures.interval)
        end = _shift(next_start, pauses, starting=False) or next_start
        due = end - ONE_DAY
    if figures.owner == "client":
        # what a client may use keeps its own expiry, whatever is paused
        lapse = add_months(start, figures.validity) if figures.validity else end
        due = lapse - ONE_DAY if lapse else None
    elif figures.due_days:
        last = nominal + timedelta(days=figures.due_days)
        within = _shift(last, pauses, starting=False) or last
        due = min(within, due) if due else within
    held = any(p.end is None and due and p.start <= due for p in pauses)
    held = held and figures.owner == "ours"
    return Window(cycle.start, number, start, end, due, lapse, held, figures)


def _meet_end(
    window: Window, end: date | None, succeeded: bool
) -> tuple[Window | None, date | None]:
    """Settle a window that the end of its cycle cuts short.

    :param succeeded: the client keeps the entitlement, under other figures.
    :return: the window, or None with the due day that its successor inherits.
    """
    in_time = window.due is not None and end is not None and window.due < end
    if end is None or in_time or window.figures.owner == "client":
        return window, None
    if window.end and window.end <= end:
        return window, None
    if succeeded:
        return None, window.due
    return replace(window, lapse=end), None
