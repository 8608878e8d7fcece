"""Reminders in working days: weekends and closed days do not count."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from cap_tools.waiting import list_work_days, plan_steps, put_off
from cap_tools.worktime import Span
from hypothesis import given
from hypothesis import strategies as st

BRUSSELS = ZoneInfo("Europe/Brussels")
STEPS = {"reminder": 3, "warning": 7, "close": 10}
MONDAY = date(2026, 6, 1)


def days(count, closed=()):
    """Return so many working days from Monday 1 June on."""
    found, day = [], MONDAY
    while len(found) < count:
        if day.weekday() < 5 and day not in closed:
            found.append(day)
        day += timedelta(days=1)
    return found


def span(start, end):
    moments = [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in (start, end)]
    return Span(*(round(one.timestamp()) for one in moments))


def test_a_day_counts_once_in_the_zone_of_the_hours():
    spans = [
        span("2026-06-01 07:00", "2026-06-01 10:00"),
        span("2026-06-01 11:00", "2026-06-01 15:00"),
        span("2026-06-01 22:30", "2026-06-01 23:00"),  # after midnight in Brussels
    ]
    assert list_work_days(spans, BRUSSELS) == [MONDAY, date(2026, 6, 2)]


def test_a_shift_of_several_days_is_all_of_them_and_ends_before_midnight():
    spans = [span("2026-05-31 22:00", "2026-06-03 22:00")]
    assert list_work_days(spans, BRUSSELS) == days(3)


def test_steps_skip_weekends_and_closed_days():
    planned = plan_steps(STEPS, MONDAY, days(20))
    assert planned == {
        "reminder": date(2026, 6, 4),
        "warning": date(2026, 6, 10),
        "close": date(2026, 6, 15),
    }
    closed = plan_steps(STEPS, MONDAY, days(20, closed=[date(2026, 6, 3)]))
    assert closed["reminder"] == date(2026, 6, 5)
    assert closed["close"] == date(2026, 6, 16)


def test_a_step_of_no_days_is_left_out():
    assert plan_steps({"reminder": 0, "warning": 1}, MONDAY, days(5)) == {
        "warning": date(2026, 6, 2)
    }


@given(st.integers(0, 30))
def test_who_is_warned_late_has_the_full_time_until_the_closing(late):
    work = days(80)
    planned = plan_steps(STEPS, MONDAY, work)
    day = work[work.index(planned["warning"]) + late]
    rest = {"close": planned["close"]}
    moved = rest | put_off(rest, ("warning", day), STEPS, work)
    assert work.index(moved["close"]) - work.index(day) == 3


def test_a_step_in_time_moves_nothing():
    work = days(40)
    planned = plan_steps(STEPS, MONDAY, work)
    done = ("reminder", planned.pop("reminder"))
    assert not put_off(planned, done, STEPS, work)
