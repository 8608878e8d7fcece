"""Hours as lots: sums, oldest expiry first, lapses, and a balance that stays sound."""

from datetime import date, timedelta

import pytest
from cap_tools.ledger import (
    Lot,
    Row,
    Shortage,
    allocate,
    list_lapses,
    read_lots,
    run_balance,
    sum_available,
)
from cap_tools.months import add_months
from hypothesis import given
from hypothesis import strategies as st

START = date(2025, 8, 31)
DAY = timedelta(days=1)
QUARTERS = st.integers(1, 40).map(lambda n: n / 4)


def grant(key, day, hours=3.0):
    return Row(key, "grant", hours, day, add_months(day, 6))


def play(steps):
    """Play bookings, uses, returns, lapses and corrections as the program does.

    :param steps: list of (verb, days to wait, hours).
    :return: (rows in the order of writing, last day).
    """
    rows = [grant(1, START), grant(2, START + 90 * DAY)]
    day = START
    held = []
    for verb, wait, hours in steps:
        day += wait * DAY
        rows += list_lapses(read_lots(rows), day)
        lots = [lot for lot in read_lots(rows) if lot.start <= day]
        if verb == "book":
            try:
                parts = allocate(lots, hours, day)
            except Shortage:
                continue
            rows += [Row(key, "reserve", part, day) for key, part in parts]
            held += parts
        elif held and verb in ("consume", "release"):
            key, part = held.pop(0)
            rows.append(Row(key, verb, part, day))
            lot = next(lot for lot in read_lots(rows) if lot.key == key)
            if not lot.is_live(day) and lot.available:
                rows.append(Row(key, "lapse", lot.available, day))
    return rows, day


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["book", "consume", "release"]), st.integers(0, 60), QUARTERS
    ),
    max_size=30,
)


@given(STEPS)
def test_no_lot_and_no_day_is_ever_below_zero(steps):
    rows, day = play(steps)
    for lot in read_lots(rows):
        assert lot.available >= 0
        assert lot.booked >= 0
    for _row, balance in run_balance(rows):
        assert balance >= 0
    assert run_balance(rows)[-1][1] == sum(lot.available for lot in read_lots(rows))
    # what has lapsed is gone: what is left can be booked, now or from its first day on
    live = sum_available(read_lots(rows), day)
    later = sum(lot.available for lot in read_lots(rows) if lot.start > day)
    assert run_balance(rows)[-1][1] == live + later


@given(STEPS)
def test_no_hour_is_made_or_lost(steps):
    rows, _day = play(steps)

    def total(kind):
        return sum(row.hours for row in rows if row.kind == kind)

    lots = read_lots(rows)
    left = sum(lot.available + lot.booked for lot in lots)
    assert total("grant") == left + total("consume") + total("lapse")


@given(STEPS)
def test_the_order_of_writing_does_not_change_what_is_left(steps):
    rows, _day = play(steps)
    assert read_lots(reversed(rows)) == read_lots(rows)
    days = [row.day for row, _balance in run_balance(reversed(rows))]
    assert days == sorted(days)


def test_what_lapses_is_gone_before_the_same_day_grants_anew():
    later = add_months(START, 6)
    first, second = grant(1, START), grant(2, later)
    lapse = Row(1, "lapse", 3.0, later)
    found = run_balance([first, second, lapse])
    assert found == ((first, 3.0), (lapse, 0.0), (second, 3.0))
    # what comes back that day lapses behind what brought it back
    booked, returned = Row(1, "reserve", 3.0, START), Row(1, "release", 3.0, later)
    rows = [first, booked, second, returned, lapse]
    assert [row for row, _balance in run_balance(rows)] == rows


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.integers(1, 40)), min_size=1, max_size=6
    ),
    st.integers(0, 500),
    QUARTERS,
)
def test_a_booking_takes_from_what_expires_first(shapes, today, hours):
    day = START + today * DAY
    lots = [
        Lot(key, START, START + expiry * DAY, quarters / 4)
        for key, (expiry, quarters) in enumerate(shapes)
    ]
    available = sum_available(lots, day)
    if hours > available:
        with pytest.raises(Shortage) as shortage:
            allocate(lots, hours, day)
        assert shortage.value.available == available
        return
    taken = dict(allocate(lots, hours, day))
    assert sum(taken.values()) == hours
    by_key = {lot.key: lot for lot in lots}
    last = max(by_key[key].expires for key in taken)
    for lot in lots:
        if lot.is_live(day) and lot.expires < last:
            assert taken.get(lot.key) == lot.available
        if not lot.is_live(day):
            assert lot.key not in taken


def test_six_calendar_months_from_the_last_day_of_august():
    (lot,) = read_lots([grant(1, START)])
    assert lot.expires == date(2026, 2, 28)
    assert lot.is_live(date(2026, 2, 27))
    assert not lot.is_live(date(2026, 2, 28))
    (leap,) = read_lots([grant(1, date(2027, 8, 31))])
    assert leap.expires == date(2028, 2, 29)


def test_hours_lapse_on_their_day_however_late_somebody_looks():
    rows = [grant(1, START), Row(1, "reserve", 2.0, START + DAY)]
    lapses = list_lapses(read_lots(rows), date(2026, 12, 1))
    assert lapses == (Row(1, "lapse", 1.0, date(2026, 2, 28)),)
    assert not list_lapses(read_lots(rows), date(2026, 2, 27))
    assert not list_lapses(read_lots([*rows, *lapses]), date(2026, 12, 1))


def test_a_session_counts_thirty_days_after_the_expiry_of_booked_hours():
    lots = read_lots([grant(1, START)])
    day, expiry = date(2026, 2, 27), date(2026, 2, 28)
    assert allocate(lots, 2, day, expiry + 29 * DAY, grace=30) == ((1, 2.0),)
    with pytest.raises(Shortage):
        allocate(lots, 2, day, expiry + 30 * DAY, grace=30)
    with pytest.raises(Shortage):
        allocate(lots, 2, expiry, expiry, grace=30)


def test_an_extension_moves_the_expiry_and_a_correction_the_hours():
    later = date(2026, 3, 30)
    rows = [
        grant(1, START),
        Row(1, "extend", 0, date(2026, 2, 1), later),
        Row(1, "correct", -0.5, date(2026, 2, 1)),
        Row(1, "correct", 1.0, date(2026, 2, 2)),
    ]
    (lot,) = read_lots(rows)
    assert (lot.expires, lot.available) == (later, 3.5)


def test_hours_without_expiry_go_last_and_never_lapse():
    rows = [Row(1, "grant", 5.0, START), grant(2, START + DAY)]
    lots = read_lots(rows)
    assert [lot.key for lot in lots] == [2, 1]
    assert allocate(lots, 4, START + DAY) == ((2, 3.0), (1, 1.0))
    assert [row.lot for row in list_lapses(lots, date(2090, 1, 1))] == [2]
