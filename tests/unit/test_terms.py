from datetime import date

import pytest
from cap_tools.months import add_months
from cap_tools.terms import first_end_after, next_term
from hypothesis import given
from hypothesis import strategies as st

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("first", "months", "ends"),
    [
        ("2026-01-31", 1, ["2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-02-29", 12, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2025-08-31", 6, ["2026-02-28", "2026-08-31"]),
    ],
)
def test_terms_in_a_row_keep_the_day_of_the_month(first, months, ends):
    first = start = date.fromisoformat(first)
    for end in ends:
        start = next_term(first, start, months)
        assert start == date.fromisoformat(end)


def test_a_day_outside_of_the_row_counts_for_itself():
    assert next_term(date(2026, 1, 31), date(2026, 5, 10), 12) == date(2027, 5, 10)


@given(DAYS, st.integers(1, 36), st.integers(1, 36))
def test_renewing_in_two_steps_ends_where_one_step_does(first, one, two):
    half = next_term(first, first, one)
    assert next_term(first, half, two) == add_months(first, one + two)


@given(DAYS, DAYS, st.integers(1, 36))
def test_the_first_end_is_the_next_in_the_row(first, day, months):
    end, number = first_end_after(first, day, months), 1
    while add_months(first, number * months) <= day:
        number += 1
    assert end == add_months(first, number * months)


def test_a_term_lasts_at_least_a_month():
    with pytest.raises(ValueError, match="at least a month"):
        next_term(date(2026, 1, 1), date(2026, 1, 1), 0)
