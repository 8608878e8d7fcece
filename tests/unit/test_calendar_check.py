"""The second opinion must be right by itself, and independent of the engine."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import cap_tools.calendar_check as checked
import pytest
from cap_tools.calendar_check import (
    Case,
    ClosedTime,
    OpenHours,
    Wall,
    list_cases,
    list_switches,
)
from hypothesis import given, settings
from hypothesis import strategies as st

BRUSSELS = ZoneInfo("Europe/Brussels")
FOUR = 4 * 3600
OFFICE = tuple(OpenHours(day, 9 * 60, 17 * 60) for day in range(5))


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BRUSSELS).astimezone(UTC)


def day_off(day, name="Closed"):
    start = at(f"{day} 00:00:00")
    return ClosedTime(start, at(f"{day} 23:59:59"), name)


EASTER = day_off("2026-04-06", "Easter Monday")
WALL = Wall(BRUSSELS, OFFICE, [EASTER])


@pytest.mark.parametrize(
    ("received", "deadline"),
    [
        ("2026-03-27 16:00:00", "2026-03-30 12:00:00"),
        ("2026-10-23 15:30:00", "2026-10-26 11:30:00"),
        ("2026-03-28 11:00:00", "2026-03-30 13:00:00"),
        ("2026-03-30 08:59:59", "2026-03-30 13:00:00"),
        ("2026-03-30 13:00:00", "2026-03-30 17:00:00"),
        ("2026-03-30 13:00:01", "2026-03-31 09:00:01"),
        ("2026-03-30 17:00:00", "2026-03-31 13:00:00"),
        ("2026-04-03 15:00:00", "2026-04-07 11:00:00"),
    ],
)
def test_it_knows_the_golden_vectors(received, deadline):
    assert WALL.find_deadline(at(received), FOUR) == at(deadline)


def test_hours_of_a_night_with_a_switch_are_real_hours():
    always = Wall(BRUSSELS, [OpenHours(day, 0, 1440) for day in range(7)], [])
    assert always.find_deadline(at("2026-03-29 00:30:00"), FOUR) == at(
        "2026-03-29 05:30:00"
    )
    assert always.find_deadline(at("2026-10-25 00:30:00"), FOUR) == at(
        "2026-10-25 03:30:00"
    )


def test_every_second_week():
    hours = [OpenHours(0, 540, 1020, parity) for parity in (0,)]
    wall = Wall(BRUSSELS, hours, [])
    deadlines = [
        wall.find_deadline(at(f"2026-06-{day:02d} 08:00:00"), FOUR).date()
        for day in (1, 8, 15)
    ]
    assert (deadlines[1] - deadlines[0]).days in (0, 14)
    assert len(set(deadlines)) == 2


def test_doors_that_stay_closed_are_told():
    with pytest.raises(ValueError, match="not open"):
        Wall(BRUSSELS, [], []).find_deadline(at("2026-06-01 09:00:00"), FOUR)


def test_the_switches_of_a_year():
    assert list_switches(2026, BRUSSELS) == [date(2026, 3, 29), date(2026, 10, 25)]
    assert list_switches(2026, ZoneInfo("UTC")) == []
    assert len(list_switches(2026, ZoneInfo("America/New_York"))) == 2


def test_the_critical_receipts_of_a_year():
    found = list_cases(2026, WALL, FOUR)
    assert Case("before_switch", at("2026-03-27 16:00:00")) in found
    assert Case("before_switch", at("2026-10-23 16:00:00")) in found
    assert Case("before_closed", at("2026-04-03 16:00:00"), "Easter Monday") in found
    kinds = [case.kind for case in found]
    for kind in (
        "on_switch",
        "on_closed",
        "before_opening",
        "at_opening",
        "ends_at_closing",
        "one_second_later",
        "at_closing",
    ):
        assert kind in kinds
    assert [case.start for case in found] == sorted(case.start for case in found)
    # those of another year are another year's
    assert all(case.kind != "on_closed" for case in list_cases(2027, WALL, FOUR))


def test_a_team_that_never_closes_has_no_edges():
    always = Wall(BRUSSELS, [OpenHours(day, 0, 1440) for day in range(7)], [])
    assert {case.kind for case in list_cases(2026, always, FOUR)} == {"on_switch"}


def test_it_shares_nothing_with_the_engine():
    text = Path(checked.__file__).read_text()
    assert "worktime" not in text
    assert "import Timeline" not in text


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 365 * 24 * 3600), st.integers(1, 12 * 3600))
def test_the_time_that_passed_was_open_time(offset, seconds):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=offset)
    deadline = WALL.find_deadline(start, seconds)
    # count the open seconds in between by halves of a minute's edges
    now, worked = start, 0
    while now < deadline:
        nxt = min(
            deadline,
            (now + timedelta(minutes=1)).replace(second=0),
            *(edge for edge in (EASTER.start, EASTER.end) if edge > now),
            deadline,
        )
        worked += (nxt - now).total_seconds() if WALL.is_open(now) else 0
        now = nxt
    assert worked == seconds
    assert WALL.is_open(deadline - timedelta(seconds=1))
