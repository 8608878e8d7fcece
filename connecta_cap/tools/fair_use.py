"""Fair use: what counts in a rolling window, what is above, and which tier would fit.

Nothing here blocks anything: the figures are shown to the client, and a person decides
whether to suggest another tier.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that counts: how much of a measure, on which day, of which ticket."""

    measure: str
    day: date
    ticket: int
    amount: float = 1.0
    # the entitlement that was asked for, where that matters
    code: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """A tier: the thresholds of its fair use by measure, and what it gives."""

    key: int
    thresholds: Mapping[str, float] = field(default_factory=dict)
    gives: frozenset[str] = frozenset()

    def bears(self, figures: Mapping[str, float]) -> bool:
        """Return whether no figure is above; what has no threshold has no limit."""
        return not list_exceeded(figures, self.thresholds)


def first_day(today: date, days: int) -> date:
    """Return the first day of a window of `days` that ends with today.

    :raises ValueError: for a window of less than a day.
    """
    if days < 1:
        raise ValueError("a window has at least one day")
    return today - timedelta(days=days - 1)


def select_counted(
    uses: Iterable[Use],
    today: date,
    days: int,
    excused: Iterable[tuple[int, str]] = (),
) -> list[Use]:
    """Return what counts, the latest first: in the window, and not excused.

    :param excused: pairs of ticket and measure whose contest was accepted.
    """
    start, excused = first_day(today, days), frozenset(excused)
    counted = [
        use
        for use in uses
        if start <= use.day <= today and (use.ticket, use.measure) not in excused
    ]
    return sorted(counted, key=lambda use: (use.day, use.ticket), reverse=True)


def merge_by_ticket(counted: Iterable[Use]) -> list[Use]:
    """Return one use per measure and ticket: the sum, on the latest day of it."""
    merged: dict[tuple[str, int], Use] = {}
    for use in counted:
        key = (use.measure, use.ticket)
        known = merged.get(key)
        if known:
            day, amount = max(known.day, use.day), round(known.amount + use.amount, 2)
            use = Use(use.measure, day, use.ticket, amount, use.code)
        merged[key] = use
    return list(merged.values())


def tally(counted: Iterable[Use]) -> dict[str, float]:
    """Return the sum by measure, to the hundredth; what has no use is absent."""
    sums: dict[str, float] = {}
    for use in counted:
        sums[use.measure] = sums.get(use.measure, 0) + use.amount
    return {measure: round(total, 2) for measure, total in sums.items()}


def list_exceeded(
    figures: Mapping[str, float], thresholds: Mapping[str, float]
) -> list[str]:
    """Return the measures above their threshold; at it is still fair."""
    return [
        measure
        for measure, threshold in thresholds.items()
        if figures.get(measure, 0) > threshold
    ]


def suggest_offer(
    above: Iterable[Offer],
    figures: Mapping[str, float],
    exceeded: Iterable[str],
    wanted: Iterable[str],
) -> int | None:
    """Return the key of the tier that fits best, None when no larger one helps.

    The next larger tier that bears the figures and gives all that was asked for; when
    there is none, the next one that does one of the two, as far as it was a problem.

    :param above: the larger tiers, the next one first.
    :param exceeded: measures that are above the threshold of the present tier.
    :param wanted: codes of entitlements that were asked for in vain.
    """
    above, wanted = list(above), frozenset(wanted)
    pressing = {measure: figures.get(measure, 0) for measure in exceeded}
    if not pressing and not wanted:
        return None
    for offer in above:
        if offer.bears(figures) and wanted <= offer.gives:
            return offer.key
    for offer in above:
        if pressing and offer.bears(pressing):
            return offer.key
        if wanted and wanted <= offer.gives:
            return offer.key
    return None
