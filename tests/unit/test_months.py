"""Calendar months, against what people expect of the last days of a month."""

from calendar import monthrange
from datetime import date

import pytest
from cap_tools.months import add_months
from hypothesis import given
from hypothesis import strategies as st

days = st.dates(date(1990, 1, 1), date(2090, 12, 31))
months = st.integers(-240, 240)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_known_days(day, count, expected):
    assert add_months(day, count) == expected


@given(days, months)
def test_the_month_is_exact_and_the_day_stays_or_is_the_last(day, count):
    found = add_months(day, count)
    distance = (found.year - day.year) * 12 + found.month - day.month
    assert distance == count
    assert found.day == min(day.day, monthrange(found.year, found.month)[1])


@given(days, st.integers(0, 120), st.integers(1, 12))
def test_dates_counted_from_the_anchor_never_drift(anchor, number, step):
    row = [add_months(anchor, n * step) for n in range(number + 2)]
    assert all(a < b for a, b in zip(row, row[1:], strict=False))
    # counting on from a shortened date would lose days for ever
    assert row[-1].day >= min(anchor.day, 28)
    assert add_months(anchor, 12 * 28).day in (anchor.day, 28)
