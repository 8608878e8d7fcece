"""A second opinion on deadlines: a walk from minute to minute, and when to ask for it.

Nothing here shares code with the engine that counts deadlines. The walk looks at a
clock on the wall, minute by minute, and asks whether somebody is at work. It is slow
and plain on purpose.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTE = 60
# Nobody waits longer for a promise of hours.
FARTHEST = timedelta(days=90)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpenHours:
    """A stretch of a weekday in which somebody is at work.

    :param weekday: 0 is Monday.
    :param start: minutes since midnight on the wall's clock.
    :param end: the minute after the last one.
    :param parity: of the weeks since year 1, None for every week.
    """

    weekday: int
    start: int
    end: int
    parity: int | None = None

    def covers(self, local: datetime) -> bool:
        """Return whether a local moment is within these hours."""
        if local.weekday() != self.weekday:
            return False
        if self.parity not in (None, (local.toordinal() - 1) // 7 % 2):
            return False
        return self.start <= local.hour * 60 + local.minute < self.end


@dataclass(frozen=True, slots=True)
class ClosedTime:
    """A closed stretch, as aware datetimes; the end is the first moment after it."""

    start: datetime
    end: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A receipt whose deadline is worth a second look.

    :param kind: what is critical about it.
    :param start: aware UTC.
    :param name: of the closed day that it is about.
    """

    kind: str
    start: datetime
    name: str = ""


class Wall:
    """A clock on the wall of a team with opening hours and closed days.

    :param zone: of the clock; daylight saving comes with it.
    """

    def __init__(
        self, zone: tzinfo, hours: Iterable[OpenHours], closed: Iterable[ClosedTime]
    ):
        self.zone = zone
        self.hours = tuple(hours)
        self.closed = tuple(closed)
        edges = {
            round(edge.timestamp()) for c in self.closed for edge in (c.start, c.end)
        }
        self._edges = sorted(edges)

    def is_open(self, moment: datetime) -> bool:
        """Return whether somebody is at work at an aware moment."""
        if any(item.start <= moment < item.end for item in self.closed):
            return False
        local = moment.astimezone(self.zone)
        return any(hours.covers(local) for hours in self.hours)

    def find_deadline(self, start: datetime, seconds: int) -> datetime:
        """Return when `seconds` of open time have passed, minute by minute.

        :param start: aware.
        :raises ValueError: when the doors stay closed for too long.
        """
        now, left = round(start.timestamp()), seconds
        last = now + round(FARTHEST.total_seconds())
        while now < last:
            step = self._next_edge(now) - now
            if self.is_open(datetime.fromtimestamp(now, UTC)):
                if left <= step:
                    return datetime.fromtimestamp(now + left, UTC)
                left -= step
            now += step
        raise ValueError(f"{seconds} s are not open after {start}")

    def _next_edge(self, now: int) -> int:
        """Return the next full minute, or where a closed stretch begins or ends."""
        minute = (now // MINUTE + 1) * MINUTE
        place = bisect_right(self._edges, now)
        return min([minute, *self._edges[place : place + 1]])

    def find_closing(self, moment: datetime) -> datetime | None:
        """Return the last closing at or before an aware moment, None without any."""
        now = round(moment.timestamp()) // MINUTE * MINUTE
        for minute in range(now, now - 40 * 24 * 3600, -MINUTE):
            before = datetime.fromtimestamp(minute - MINUTE, UTC)
            at = datetime.fromtimestamp(minute, UTC)
            if self.is_open(before) and not self.is_open(at):
                return at
        return None

    def find_opening(self, moment: datetime) -> datetime | None:
        """Return the next opening at or after an aware moment, None without any."""
        now = -(-round(moment.timestamp()) // MINUTE) * MINUTE
        for minute in range(now, now + 40 * 24 * 3600, MINUTE):
            before = datetime.fromtimestamp(minute - MINUTE, UTC)
            at = datetime.fromtimestamp(minute, UTC)
            if self.is_open(at) and not self.is_open(before):
                return at
        return None


def list_switches(year: int, zone: tzinfo) -> list[date]:
    """Return the days of a year on which the clock is put forward or back."""
    days = [date(year, 1, 1) + timedelta(number) for number in range(366)]
    offsets = [_noon(day, zone).utcoffset() for day in days]
    return [
        day
        for day, before, after in zip(days[1:], offsets, offsets[1:], strict=False)
        if before != after and day.year == year
    ]


def _noon(day: date, zone: tzinfo, hour: int = 12) -> datetime:
    """Return an hour of a day on the wall's clock."""
    naive = datetime(day.year, day.month, day.day, hour)
    localize = getattr(zone, "localize", None)  # zones of pytz want to be asked
    return localize(naive) if localize else naive.replace(tzinfo=zone)


def list_cases(year: int, wall: Wall, seconds: int) -> list[Case]:
    """Return the critical receipts of a year, in order of time.

    :param seconds: what is promised.
    """
    found = [
        *_list_switch_cases(year, wall),
        *_list_closed_cases(year, wall),
        *list_edge_cases(find_plain_opening(year, wall), wall, seconds),
    ]
    return sorted(found, key=lambda case: case.start)


def _list_switch_cases(year: int, wall: Wall) -> Iterator[Case]:
    for day in list_switches(year, wall.zone):
        noon = _noon(day, wall.zone).astimezone(UTC)
        closing = wall.find_closing(_noon(day, wall.zone, 0).astimezone(UTC))
        if closing:
            yield Case("before_switch", closing - HOUR)
        yield Case("on_switch", noon)


def _list_closed_cases(year: int, wall: Wall) -> Iterator[Case]:
    for item in wall.closed:
        local = item.start.astimezone(wall.zone)
        if local.year != year:
            continue
        closing = wall.find_closing(item.start)
        if closing:
            yield Case("before_closed", closing - HOUR, item.name)
        middle = item.start + (item.end - item.start) / 2 + timedelta(seconds=30)
        yield Case("on_closed", middle.replace(second=0, microsecond=0), item.name)


def find_plain_opening(year: int, wall: Wall) -> datetime | None:
    """Return an opening in June after which nothing is closed for four days."""
    moment = _noon(date(year, 6, 1), wall.zone, 0).astimezone(UTC)
    for _week in range(8):
        opening = wall.find_opening(moment)
        if not opening:
            return None
        end = opening + timedelta(days=4)
        if not any(c.start < end and c.end > opening for c in wall.closed):
            return opening
        moment = opening + timedelta(days=1)
    return None


def list_edge_cases(
    opening: datetime | None, wall: Wall, seconds: int
) -> Iterator[Case]:
    """Return receipts at the edges of a plain working day."""
    second = timedelta(seconds=1)
    closing = opening and wall.find_closing(opening + timedelta(days=1))
    if not closing or closing <= opening:
        return
    yield Case("before_opening", opening - second)
    yield Case("at_opening", opening)
    last = closing - timedelta(seconds=seconds)
    if last > opening:
        yield Case("ends_at_closing", last)
        yield Case("one_second_later", last + second)
    yield Case("at_closing", closing)
