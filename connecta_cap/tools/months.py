"""Calendar months, counted as people count them: the day stays, or the month ends."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a shorter month.

    Always count from the first day of a row of dates, never from the one before: from
    31 January two months on is 31 March, whatever February had.

    :param months: may be negative.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    if day.day > 28:
        return date(year, month, min(day.day, monthrange(year, month)[1]))
    return date(year, month, day.day)
