"""What a change of tier costs within one billing period, by the day, to the cent.

Costs are exact fractions up to the one rounding of a period's total. A change costs the
difference of two such totals, so that any number of changes in a period adds up to
exactly the day-weighted price of that period.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from .months import add_months


@dataclass(frozen=True, slots=True)
class Rate:
    """A price for a number of calendar months."""

    price: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class Priced:
    """Half-open days at one rate; no end means open."""

    start: date
    end: date | None
    rate: Rate

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class BillingPeriod:
    """Half-open days that are invoiced at once, `months` long."""

    start: date
    end: date
    months: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days


@dataclass(frozen=True, slots=True)
class Proration:
    """What a change costs in its billing period.

    :param day: the first day of the new tier.
    :param days_left: days of the billing period from `day` on.
    :param credit: what was paid for the days that the old tier is not used.
    :param charge: what the new tier costs for them.
    :param difference: `charge` less `credit`; negative for a downgrade.
    """

    period: BillingPeriod
    day: date
    days_left: int
    credit: Decimal
    charge: Decimal
    difference: Decimal


def overlay(stretches: Iterable[Priced], new: Priced) -> tuple[Priced, ...]:
    """Return the stretches in date order with `new` in place of what it covers."""
    kept = [new]
    for old in stretches:
        if old.start < new.start:
            end = new.start if old.end is None else min(old.end, new.start)
            kept.append(replace(old, end=end))
        if new.end is not None and (old.end is None or old.end > new.end):
            kept.append(replace(old, start=max(old.start, new.end)))
    return tuple(sorted(kept, key=lambda stretch: stretch.start))


def find_billing_period(stretches: Iterable[Priced], day: date) -> BillingPeriod:
    """Return the billing period that `day` lies in.

    Periods are counted in calendar months from the first day of all; each is as long
    as the rate of its own first day says.

    :param stretches: at least one, in any order.
    :raises ValueError: for a day before the first one.
    """
    ordered = sorted(stretches, key=lambda stretch: stretch.start)
    anchor = ordered[0].start
    if day < anchor:
        raise ValueError(f"{day} is before the first day {anchor}")
    offset, start = 0, anchor
    while True:
        months = [s for s in ordered if s.start <= start][-1].rate.months
        offset += months
        end = add_months(anchor, offset)
        if day < end:
            return BillingPeriod(start, end, months)
        start = end


def weigh(
    stretches: Iterable[Priced], period: BillingPeriod, since: date | None = None
) -> Fraction:
    """Return the exact day-weighted cost of the period.

    A rate for another number of months is first converted to the period's length.

    :param stretches: disjoint, in any order.
    :param since: count the days from this one on only.
    """
    first = max(period.start, since or period.start)
    total = Fraction(0)
    for stretch in stretches:
        start = max(stretch.start, first)
        end = period.end if stretch.end is None else min(stretch.end, period.end)
        days = max((end - start).days, 0)
        whole = Fraction(stretch.rate.price) * period.months / stretch.rate.months
        total += whole * days / period.days
    return total


def round_half_up(amount: Fraction, step: Decimal) -> Decimal:
    """Return the multiple of `step` that is nearest to an amount of at least zero."""
    steps = int(amount / Fraction(step) + Fraction(1, 2))
    return steps * step


def cost(
    stretches: Iterable[Priced], period: BillingPeriod, step: Decimal = Decimal("0.01")
) -> Decimal:
    """Return the day-weighted price of a period, rounded once.

    :param step: the smallest amount of the currency.
    """
    return round_half_up(weigh(stretches, period), step)


def prorate(
    before: Iterable[Priced], new: Priced, step: Decimal = Decimal("0.01")
) -> Proration:
    """Return what it costs to let `new` hold from its first day on.

    The charge is the difference plus the credit, so that the three always agree.

    :param before: the succession so far; empty for a first tier.
    :param step: the smallest amount of the currency.
    """
    before = tuple(before)
    after = overlay(before, new)
    period = find_billing_period(after, new.start)
    difference = cost(after, period, step) - cost(before, period, step)
    credit = round_half_up(weigh(before, period, since=new.start), step)
    return Proration(
        period=period,
        day=new.start,
        days_left=(period.end - new.start).days,
        credit=credit,
        charge=credit + difference,
        difference=difference,
    )
