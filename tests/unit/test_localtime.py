"""Clock times as people type them, over the nights when the clock is changed."""

from datetime import datetime

import pytest
from cap_tools.localtime import NoSuchTime, parse_local
from hypothesis import given
from hypothesis import strategies as st

ZONE = "Europe/Brussels"


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2026-03-27T10:00", datetime(2026, 3, 27, 9)),
        ("2026-03-30T10:00", datetime(2026, 3, 30, 8)),
        ("2026-10-23T10:00", datetime(2026, 10, 23, 8)),
        ("2026-10-26T10:00", datetime(2026, 10, 26, 9)),
        # comes twice: the first one
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30)),
    ],
)
def test_times_around_the_changes_of_the_clock(typed, moment):
    assert parse_local(typed, ZONE) == moment


def test_a_time_that_the_clock_skips_is_refused():
    with pytest.raises(NoSuchTime):
        parse_local("2026-03-29T02:30", ZONE)


@pytest.mark.parametrize("typed", ["", "soon", "2026-13-01T10:00", "10:00Z"])
def test_what_is_no_clock_time_is_refused(typed):
    with pytest.raises(ValueError, match="isoformat|month|offset"):
        parse_local(typed, ZONE)


def test_a_time_with_an_offset_of_its_own_is_refused():
    with pytest.raises(ValueError, match="offset"):
        parse_local("2026-06-01T10:00+05:00", ZONE)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)))
def test_in_a_zone_without_changes_nothing_moves(moment):
    assert parse_local(moment.isoformat(), "UTC") == moment
