"""What is owed when: windows by calendar months, pauses, and ends that cut short."""

from datetime import date, timedelta

import pytest
from cap_tools.months import add_months
from cap_tools.schedule import Figures, Stretch, list_windows, merge_cycles
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

AUDIT = Figures("ours", interval=3)
TRAINING = Figures("client", quantity=3, unit="hour", interval=6, validity=6)
SET_UP = Figures("ours", due_days=30)
FAR = date(2030, 1, 1)
DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


def windows(figures, start, end=None, pauses=(), until=FAR):
    cycles = [Stretch(start, end, figures)]
    return list_windows(cycles, [Stretch(*pause) for pause in pauses], until)


def spans(found):
    return [(window.start, window.end) for window in found]


@given(DAYS, st.integers(-40, 400))
def test_months_agree_with_dateutil(day, months):
    assert add_months(day, months) == day + relativedelta(months=months)


def test_months_are_counted_from_the_first_day():
    found = windows(
        Figures("ours", interval=1), date(2027, 1, 31), until=date(2027, 5, 1)
    )
    starts = [window.start for window in found]
    assert starts == [
        date(2027, 1, 31),
        date(2027, 2, 28),
        date(2027, 3, 31),
        date(2027, 4, 30),
    ]


@pytest.mark.parametrize(("year", "expiry"), [(2026, 28), (2027, 29)])
def test_a_grant_of_the_end_of_august_expires_at_the_end_of_february(year, expiry):
    first = windows(TRAINING, date(year, 8, 31))[0]
    assert first.lapse == date(year + 1, 2, expiry)
    assert first.due == date(year + 1, 2, expiry - 1)


def test_an_audit_is_due_on_the_last_day_of_its_quarter():
    first, second = windows(AUDIT, date(2026, 1, 1), until=date(2026, 7, 1))
    assert (first.due, first.lapse) == (date(2026, 3, 31), None)
    assert (second.start, second.number) == (date(2026, 4, 1), 1)


def test_what_is_done_once_is_due_within_its_days():
    (only,) = windows(SET_UP, date(2026, 1, 1))
    assert (only.end, only.due, only.lapse) == (None, date(2026, 1, 31), None)


@given(DAYS, st.integers(1, 24), st.integers(1, 40))
def test_windows_follow_one_another_without_gap(start, interval, count):
    until = add_months(start, interval * count)
    found = windows(Figures("ours", interval=interval), start, until=until)
    assert len(found) == count
    for before, after in zip(found, found[1:], strict=False):
        assert before.end == after.start
        assert before.due == after.start - timedelta(days=1)


@given(DAYS, st.integers(1, 12), st.integers(0, 400), st.integers(1, 200))
def test_a_pause_pushes_on_by_its_length_what_follows(start, interval, after, days):
    figures = Figures("ours", interval=interval)
    begin = start + timedelta(days=after)
    pause = (begin, begin + timedelta(days=days))
    until = add_months(start, 36)
    plain = windows(figures, start, until=until)
    paused = windows(figures, start, pauses=[pause], until=until)
    # what the pause moves beyond the horizon is not there yet, all else is
    assert len(plain) >= len(paused) >= 1
    assert [w.number for w in paused] == list(range(len(paused)))
    for one, other in zip(plain, paused, strict=False):
        moved = days if one.start >= begin else 0
        assert (other.start - one.start).days == moved
        moved = days if one.end > begin else 0
        assert (other.end - one.end).days == moved


def test_a_credit_keeps_its_own_expiry_through_a_pause():
    pause = (date(2026, 2, 1), date(2026, 3, 1))
    first, second = windows(
        TRAINING, date(2026, 1, 1), pauses=[pause], until=date(2026, 9, 1)
    )
    assert first.lapse == date(2026, 7, 1)
    assert second.start == date(2026, 7, 29)


def test_an_open_pause_holds_what_is_due_and_grants_nothing_new():
    found = windows(AUDIT, date(2026, 1, 1), pauses=[(date(2026, 5, 1),)])
    assert [(w.start, w.held) for w in found] == [
        (date(2026, 1, 1), False),
        (date(2026, 4, 1), True),
    ]


def test_what_is_lost_in_mid_window_lapses_on_that_day():
    (only,) = windows(AUDIT, date(2026, 1, 1), end=date(2026, 2, 15))
    assert only.lapse == date(2026, 2, 15)
    first, second = windows(AUDIT, date(2026, 1, 1), end=date(2026, 5, 1))
    assert (first.lapse, second.lapse) == (None, date(2026, 5, 1))


def test_what_was_late_before_the_end_stays_owed():
    figures = Figures("ours", interval=3, due_days=10)
    (only,) = windows(figures, date(2026, 1, 1), end=date(2026, 2, 1))
    assert (only.due, only.lapse) == (date(2026, 1, 11), None)


def test_a_live_credit_survives_the_loss_of_its_entitlement():
    (only,) = windows(TRAINING, date(2026, 1, 1), end=date(2026, 2, 1))
    assert only.lapse == date(2026, 7, 1)


def test_a_change_of_figures_starts_anew_and_is_never_later():
    yearly = Figures("ours", interval=12)
    cycles = [
        Stretch(date(2026, 1, 1), date(2026, 2, 1), AUDIT),
        Stretch(date(2026, 2, 1), None, yearly),
    ]
    first = list_windows(cycles, [], date(2026, 6, 1))
    assert [(w.start, w.due) for w in first] == [(date(2026, 2, 1), date(2026, 3, 31))]


def test_the_same_figures_under_another_tier_keep_their_rhythm():
    stretches = [
        Stretch(date(2026, 1, 1), date(2026, 2, 1), AUDIT),
        Stretch(date(2026, 2, 1), None, AUDIT),
    ]
    assert merge_cycles(stretches) == (Stretch(date(2026, 1, 1), None, AUDIT),)
    apart = [stretches[0], Stretch(date(2026, 3, 1), None, AUDIT)]
    assert merge_cycles(apart) == tuple(apart)


@given(DAYS, st.integers(1, 1500), st.integers(1, 12))
def test_no_window_starts_outside_its_cycle(start, length, interval):
    end = start + timedelta(days=length)
    for figures in (
        Figures("ours", interval=interval),
        Figures("client", interval=interval, validity=6),
    ):
        found = windows(figures, start, end=end, until=date(2070, 1, 1))
        assert found
        assert all(start <= window.start < end for window in found)
        assert len({window.number for window in found}) == len(found)
