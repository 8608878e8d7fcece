"""Terms of a subscription, counted in calendar months from the day it began."""

from datetime import date

from .months import add_months


def next_term(first: date, start: date, months: int) -> date:
    """Return the day on which a term of some months that begins on `start` is over.

    Terms in a row are counted from the first day of all, so that the day of the month
    survives shorter months: 31 January, 28 February, 31 March.

    :param first: the day from which terms have been counted so far.
    :param start: first day of the term.
    :param months: its length, at least 1.
    """
    if months < 1:
        raise ValueError("a term lasts at least a month")
    behind = (start.year - first.year) * 12 + start.month - first.month
    if add_months(first, behind) == start:
        return add_months(first, behind + months)
    return add_months(start, months)


def first_end_after(first: date, day: date, months: int) -> date:
    """Return the end of the term that holds `day`, in a row of terms from `first` on.

    :param months: length of each term, at least 1.
    """
    end = next_term(first, first, months)
    while end <= day:
        end = next_term(first, end, months)
    return end
