"""The calendar periods that a service report is about."""

from datetime import date, timedelta

from .months import add_months

# how many months a period of each kind has; a free one has none of its own
PERIOD_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def period_around(kind: str, day: date) -> tuple[date, date]:
    """Return (first day, first day after) of the calendar period that holds `day`.

    :param kind: a key of `PERIOD_MONTHS`.
    """
    length = PERIOD_MONTHS[kind]
    month = (day.month - 1) // length * length + 1
    first = day.replace(month=month, day=1)
    return first, add_months(first, length)


def period_before(kind: str, day: date) -> tuple[date, date]:
    """Return (first day, first day after) of the last period that is over on `day`."""
    first, _after = period_around(kind, day)
    return period_around(kind, first - timedelta(days=1))


def is_whole_period(kind: str, first: date, after: date) -> bool:
    """Return whether the days are exactly a calendar period of that kind."""
    return kind not in PERIOD_MONTHS or period_around(kind, first) == (first, after)
