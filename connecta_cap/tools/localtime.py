"""Clock times that people type, in a zone whose clock is changed twice a year."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


class NoSuchTime(ValueError):
    """The clock skips this time: it is put forward over it."""


def parse_local(text: str, zone: str) -> datetime:
    """Return the moment of a clock time such as '2026-06-01T09:30', as naive UTC.

    A time that comes twice, in the night when the clock is put back, is the first one.

    :param zone: name of the time zone in which it was typed.
    :raises NoSuchTime: when the clock skips that time.
    :raises ValueError: when the text is no clock time.
    """
    typed = datetime.fromisoformat(text.strip())
    if typed.tzinfo:
        raise ValueError("a clock time carries no offset")
    moment = typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != typed:
        raise NoSuchTime(text)
    return moment.replace(tzinfo=None)


def format_hour(hour: float) -> str:
    """Return an hour as a clock shows it: 9.5 is '09:30'."""
    minutes = round(hour * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
