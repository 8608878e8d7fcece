"""What changes of a tier cost, against an oracle that adds up single days."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from cap_tools.months import add_months
from cap_tools.proration import (
    BillingPeriod,
    Priced,
    Rate,
    cost,
    find_billing_period,
    overlay,
    prorate,
    weigh,
)
from hypothesis import assume, given
from hypothesis import strategies as st

ESSENTIAL = Rate(Decimal("3650"), 12)
ADVISOR = Rate(Decimal("7300"), 12)
ALLIANCE = Rate(Decimal("14600"), 12)
CENT = Decimal("0.01")

anchors = st.dates(date(2020, 1, 1), date(2032, 12, 31))
prices = st.decimals(0, 100000, places=2, allow_nan=False)
lengths = st.sampled_from([1, 3, 6, 12])
rates = st.builds(Rate, prices, lengths)
# shares of the period, so that each change falls into it whatever its length
shares = st.integers(1, 999)


def oracle(stretches, period):
    """Add up the days of the period, one by one."""
    total = Fraction(0)
    for number in range(period.days):
        day = period.start + timedelta(days=number)
        for stretch in stretches:
            if stretch.covers(day):
                rate = stretch.rate
                whole = Fraction(rate.price) * period.months / rate.months
                total += whole / period.days
    return total


def to_cents(fraction):
    return Decimal(int(fraction * 100 + Fraction(1, 2))) / 100


def pick_day(period, share):
    return period.start + timedelta(days=1 + (period.days - 1) * share // 1000)


def test_a_change_in_the_middle_of_a_year():
    first = Priced(date(2026, 1, 1), None, ESSENTIAL)
    found = prorate([first], Priced(date(2026, 4, 11), None, ADVISOR))
    assert found.period == BillingPeriod(date(2026, 1, 1), date(2027, 1, 1), 12)
    assert found.days_left == 265
    assert (found.credit, found.charge) == (Decimal(2650), Decimal(5300))
    assert found.difference == Decimal(2650)


def test_two_upgrades_in_a_period_add_up():
    first = Priced(date(2026, 1, 1), None, ESSENTIAL)
    one = Priced(date(2026, 4, 11), None, ADVISOR)
    two = Priced(date(2026, 10, 28), None, ALLIANCE)
    differences = [
        prorate([first], one).difference,
        prorate(overlay([first], one), two).difference,
    ]
    # 100 days at 10, 200 at 20, 65 at 40 a day
    assert Decimal(3650) + sum(differences) == 100 * 10 + 200 * 20 + 65 * 40


def test_a_downgrade_gives_back():
    first = Priced(date(2026, 1, 1), None, ADVISOR)
    found = prorate([first], Priced(date(2026, 12, 31), None, ESSENTIAL))
    assert (found.credit, found.charge) == (Decimal(20), Decimal(10))
    assert found.difference == Decimal(-10)


def test_a_first_tier_is_charged_whole():
    found = prorate([], Priced(date(2026, 5, 31), None, Rate(Decimal("99.99"), 1)))
    assert found.period == BillingPeriod(date(2026, 5, 31), date(2026, 6, 30), 1)
    assert (found.credit, found.charge) == (0, Decimal("99.99"))


def test_a_leap_day_counts():
    year = BillingPeriod(date(2028, 1, 1), date(2029, 1, 1), 12)
    assert year.days == 366
    february = Priced(date(2028, 2, 1), date(2028, 3, 1), Rate(Decimal(366), 12))
    assert cost([february], year) == 29


def test_months_end_from_the_anchor_and_never_from_the_period_before():
    monthly = [Priced(date(2026, 1, 31), None, Rate(Decimal(10), 1))]
    assert find_billing_period(monthly, date(2026, 2, 28)).start == date(2026, 2, 28)
    march = find_billing_period(monthly, date(2026, 3, 31))
    assert (march.start, march.end) == (date(2026, 3, 31), date(2026, 4, 30))


def test_a_day_before_the_first_is_refused():
    with pytest.raises(ValueError, match="before the first day"):
        find_billing_period([Priced(date(2026, 1, 2), None, ADVISOR)], date(2026, 1, 1))


def test_amounts_are_rounded_to_the_currencys_smallest():
    period = BillingPeriod(date(2026, 1, 1), date(2026, 1, 4), 1)
    day = [Priced(date(2026, 1, 1), date(2026, 1, 2), Rate(Decimal("1.00"), 1))]
    assert cost(day, period, Decimal("0.05")) == Decimal("0.35")
    assert cost(day, period, Decimal(1)) == 0


@given(anchors, st.integers(0, 3000), rates)
def test_billing_periods_tile_the_days(anchor, distance, rate):
    stretch = [Priced(anchor, None, rate)]
    day = anchor + timedelta(days=distance)
    period = find_billing_period(stretch, day)
    assert period.start <= day < period.end
    assert find_billing_period(stretch, period.end).start == period.end
    number = (period.start.year - anchor.year) * 12 + period.start.month - anchor.month
    assert period.start == add_months(anchor, number)
    assert number % rate.months == 0


@given(anchors, rates, st.lists(st.tuples(shares, rates), max_size=5))
def test_changes_add_up_to_the_day_weighted_price(anchor, rate, changes):
    first = Priced(anchor, None, rate)
    period = find_billing_period([first], anchor)
    succession, total = (first,), cost([first], period)
    assert total == to_cents(Fraction(rate.price))
    for share, other in sorted(changes, key=lambda change: change[0]):
        new = Priced(pick_day(period, share), None, other)
        found = prorate(succession, new)
        assert found.period == period
        assert found.charge - found.credit == found.difference
        total += found.difference
        succession = overlay(succession, new)
    assert total == cost(succession, period) == to_cents(oracle(succession, period))


@given(st.data(), anchors, rates, st.dictionaries(shares, rates, max_size=5))
def test_the_order_of_decisions_does_not_matter(data, anchor, rate, changes):
    first = Priced(anchor, None, rate)
    period = find_billing_period([first], anchor)
    by_day = {pick_day(period, share): other for share, other in changes.items()}
    days = sorted(by_day)
    assume(len(days) > 1)
    ends = [*days[1:], None]
    planned = [Priced(d, e, by_day[d]) for d, e in zip(days, ends, strict=True)]
    totals = []
    for order in (planned, data.draw(st.permutations(planned))):
        succession, total = (first,), cost([first], period)
        for new in order:
            total += prorate(succession, new).difference
            succession = overlay(succession, new)
        totals.append(total)
    assert totals[0] == totals[1] == to_cents(oracle(succession, period))
    assert weigh(reversed(succession), period) == weigh(succession, period)


@given(anchors, rates, shares, rates)
def test_a_change_and_back_on_the_same_day_costs_nothing(anchor, rate, share, other):
    first = Priced(anchor, None, rate)
    period = find_billing_period([first], anchor)
    new = Priced(pick_day(period, share), None, other)
    back = Priced(new.start, None, rate)
    there = prorate([first], new)
    again = prorate(overlay([first], new), back)
    assert there.difference + again.difference == 0
    # the difference is exact: what is rounded twice is the split into two amounts
    assert abs(there.credit - again.charge) <= CENT
