"""Hours as lots that expire: what is left, what may be booked, what lapses when.

A lot is a grant with a first and a last day. Rows are added to it and never changed;
every figure is a sum of rows. Hours are multiples of a hundredth.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

# What a row does to the hours that can still be booked. Using what was booked before
# and moving an expiry change nothing there.
EFFECTS = {
    "grant": 1,
    "reserve": -1,
    "consume": 0,
    "release": 1,
    "lapse": -1,
    "correct": 1,
    "extend": 0,
}
# What a row does to the hours that are booked and not used yet.
BOOKED = {"reserve": 1, "consume": -1, "release": -1}


class Shortage(ValueError):
    """Fewer hours can be booked than are asked for.

    :param available: what can be booked.
    """

    def __init__(self, available: float) -> None:
        super().__init__(f"{available:g} h available")
        self.available = available


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the ledger.

    :param hours: never negative, except for a correction that takes hours away.
    :param expires: of a grant or an extension: the first day on which the lot cannot
        be booked any more; None for never.
    """

    lot: int
    kind: str
    hours: float
    day: date
    expires: date | None = None

    @property
    def change(self) -> float:
        """What the row does to the hours that can still be booked."""
        return clean(EFFECTS[self.kind] * self.hours)


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of one grant.

    :param available: hours that are neither booked, used nor lapsed.
    :param booked: hours that are booked and not used yet.
    """

    key: int
    start: date
    expires: date | None
    available: float
    booked: float = 0.0

    def is_live(self, day: date) -> bool:
        """Return whether the lot can be booked on `day`."""
        return self.start <= day and (self.expires is None or day < self.expires)

    def reaches(self, day: date, grace: int) -> bool:
        """Return whether a session on `day` can use hours that were booked in time.

        :param grace: days after the last valid one.
        """
        return self.expires is None or day < self.expires + timedelta(days=grace)


def clean(hours: float) -> float:
    """Return hours rounded to a hundredth, so that sums are exact."""
    return round(hours, 2) + 0.0


def read_lots(rows: Iterable[Row]) -> tuple[Lot, ...]:
    """Return what is left of each lot, the one that expires first in front."""
    grants, expiries, left, booked = {}, {}, {}, {}
    for row in rows:
        key = row.lot
        left[key] = left.get(key, 0) + row.change
        booked[key] = booked.get(key, 0) + BOOKED.get(row.kind, 0) * row.hours
        if row.kind == "grant":
            grants[key] = row
        if row.kind == "extend":
            expiries[key] = row.expires
    lots = (
        Lot(
            key,
            grant.day,
            expiries.get(key, grant.expires),
            clean(left[key]),
            clean(booked[key]),
        )
        for key, grant in grants.items()
    )
    return tuple(sorted(lots, key=_by_expiry))


def sum_available(lots: Iterable[Lot], day: date) -> float:
    """Return the hours that can be booked on `day`."""
    return clean(sum(lot.available for lot in lots if lot.is_live(day)))


def allocate(
    lots: Sequence[Lot], hours: float, day: date, held: date | None = None, grace=0
) -> tuple[tuple[int, float], ...]:
    """Choose from which lots a booking takes its hours, oldest expiry first.

    :param day: of the booking.
    :param held: day of the session; None while it is open.
    :param grace: days after a lot's last valid one on which a session still counts.
    :return: pairs of lot and hours.
    :raises Shortage: when the lots hold less.
    """
    fit = [
        lot
        for lot in sorted(lots, key=_by_expiry)
        if lot.is_live(day) and (held is None or lot.reaches(held, grace))
    ]
    total = clean(sum(lot.available for lot in fit))
    if hours > total:
        raise Shortage(total)
    taken, wanted = [], hours
    for lot in fit:
        part = clean(min(lot.available, wanted))
        if part > 0:
            taken.append((lot.key, part))
            wanted = clean(wanted - part)
    return tuple(taken)


def list_lapses(lots: Iterable[Lot], day: date) -> tuple[Row, ...]:
    """Return the rows that let unused hours lapse, dated at their expiry.

    :param day: up to which expiries are looked at, however long ago they were.
    """
    return tuple(
        Row(lot.key, "lapse", lot.available, lot.expires)
        for lot in lots
        if lot.expires and lot.expires <= day and lot.available > 0
    )


def run_balance(rows: Iterable[Row]) -> tuple[tuple[Row, float], ...]:
    """Return the rows in the order of their days, each with the balance after it.

    Rows of one day keep the order in which they were written, but what lapses with a
    day is gone before the day brings anything: it was never there beside it.
    """
    balance, running, left, days = 0.0, [], {}, {}
    for row in sorted(rows, key=lambda row: row.day):
        days.setdefault(row.day, []).append(row)
    for of_day in days.values():
        for row in _put_lapses_first(of_day, left):
            balance = clean(balance + row.change)
            left[row.lot] = clean(left.get(row.lot, 0) + row.change)
            running.append((row, balance))
    return tuple(running)


def _put_lapses_first(rows: Sequence[Row], left: dict[int, float]) -> list[Row]:
    """Return rows of one day, first the lapses of what was there when it began.

    :param left: hours of each lot when the day begins.
    """
    unused, first = dict(left), []
    for row in rows:
        if row.kind == "lapse" and unused.get(row.lot, 0) >= row.hours:
            unused[row.lot] = clean(unused[row.lot] - row.hours)
            first.append(row)
    return first + [row for row in rows if not any(row is one for one in first)]


def _by_expiry(lot: Lot):
    return (lot.expires is None, lot.expires or date.max, lot.start, lot.key)
