"""Which reminder is due: marks are days before a date, each reached once."""

from collections.abc import Collection, Iterable


def parse_days(text: str) -> tuple[int, ...]:
    """Return the marks that a person wrote as "60, 30, 7", the furthest first.

    :raises ValueError: for anything but whole days above zero.
    """
    parts = (text or "").replace(";", ",").split(",")
    days = {int(part) for part in parts if part.strip()}
    if any(day < 1 for day in days):
        raise ValueError("a reminder goes out at least a day before")
    return tuple(sorted(days, reverse=True))


def split_due(
    marks: Iterable[int], left: int, known: Collection[int], span: int | None = None
) -> tuple[int | None, tuple[int, ...]]:
    """Return the mark to remind of now, and those to record as passed over.

    Of several marks that were reached unnoticed only the nearest to the date is sent.

    :param marks: days before the date, in any order.
    :param left: days that are left until the date; negative when it has passed.
    :param known: marks that are on record, sent or passed over.
    :param span: days from the moment at which the date was set until the date: what
        lies further ahead of it could never be reached. None: no such bound.
    """
    reached = [mark for mark in marks if mark >= left and mark not in known]
    if not reached or left < 0:
        return None, ()
    early = [mark for mark in reached if span is not None and mark >= span]
    timely = sorted(set(reached) - set(early))
    nearer_known = any(mark <= min(timely, default=0) for mark in known)
    sent = timely[0] if timely and not nearer_known else None
    return sent, tuple(sorted(mark for mark in reached if mark != sent))
