"""How a flow and an environment are doing: a state machine that one bad minute does
not upset.

A flow goes up a level when `bad` of its last `of` windows are at that level or worse,
and comes down when its last `good` windows are all better. `good` is at least
`of - bad + 1`, so that a level which was just left is not entered again by the same
windows: judging twice gives what judging once gave.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

OK, DEGRADED, DOWN = 0, 1, 2
LEVELS = ("ok", "degraded", "down")
HIGH = "3"  # criticality from which a flow that is down takes its environment along


@dataclass(frozen=True)
class Thresholds:
    """From when on a window is bad; 0 for "never mind"."""

    degraded_percent: float = 10.0
    down_percent: float = 50.0
    slow_ms: float = 0.0
    queue_depth: int = 0
    oldest_pending_s: int = 0


@dataclass(frozen=True)
class Damping:
    """How much it takes to change a state."""

    bad: int = 3
    of: int = 5
    good: int = 3

    @property
    def memory(self) -> int:
        """The number of windows that a judgement looks at."""
        return max(self.of, self.needed)

    @property
    def needed(self) -> int:
        """The good windows that it takes to come down."""
        return max(self.good, self.of - self.bad + 1)


def judge_window(
    ok: int,
    failed: int,
    p95_ms: float | None,
    queue_depth: int | None,
    oldest_pending_s: int | None,
    limits: Thresholds,
) -> int | None:
    """Return how bad a window is: OK, DEGRADED or DOWN; None when it says nothing.

    A window in which nothing ran says nothing, unless work is waiting in it.
    """
    runs = ok + failed
    percent = 100 * failed / runs if runs else 0.0
    if failed and limits.down_percent and percent >= limits.down_percent:
        return DOWN
    late = (
        _over(p95_ms, limits.slow_ms)
        or _over(queue_depth, limits.queue_depth)
        or _over(oldest_pending_s, limits.oldest_pending_s)
    )
    failing = failed and limits.degraded_percent and percent >= limits.degraded_percent
    if late or failing:
        return DEGRADED
    return OK if runs else None


def _over(value: float | None, limit: float) -> bool:
    return bool(limit) and value is not None and value > limit


def next_level(level: int, recent: Sequence[int], damping: Damping) -> int:
    """Return the level after the latest windows.

    :param level: the level until now.
    :param recent: levels of the last windows that say something, the oldest first.
    """
    last = list(recent)[-damping.of :]
    for higher in range(DOWN, level, -1):
        if sum(one >= higher for one in last) >= damping.bad:
            return higher
    tail = list(recent)[-damping.needed :]
    if len(tail) == damping.needed and max(tail) < level:
        return max(tail)
    return level


@dataclass(frozen=True)
class Step:
    """That the level changed at a moment."""

    at: datetime
    level: int


def replay(
    level: int,
    before: Iterable[int | None],
    windows: Iterable[tuple[datetime, int | None]],
    damping: Damping,
) -> tuple[int, list[Step]]:
    """Follow the level through new windows, one after the other.

    :param level: before them.
    :param before: levels of the windows that were looked at before, oldest first.
    :param windows: (end of the window, its level), oldest first.
    :return: (level after them, the changes on the way).
    """
    recent = [one for one in before if one is not None][-damping.memory :]
    steps = []
    for at, one in windows:
        if one is None:
            continue
        recent = [*recent, one][-damping.memory :]
        after = next_level(level, recent, damping)
        if after != level:
            steps.append(Step(at, after))
            level = after
    return level, steps


def is_silent(
    last: datetime | None, now: datetime, interval: timedelta, grace: timedelta
) -> bool:
    """Return whether data should have come by now. What never came is silent."""
    return not last or now > last + interval + grace


def flow_state(level: int, silent: bool, paused: bool) -> str:
    """Return a flow's state: a pause says more than silence, silence more than data."""
    if paused:
        return "paused"
    return "no_data" if silent else LEVELS[level]


def environment_state(
    flows: Iterable[tuple[str, str]], silent: bool, paused: bool
) -> str:
    """Return an environment's state from those of its flows.

    It is down when a flow of high criticality is, degraded when any flow is not well,
    and has no data when a flow of high criticality, or every flow, has none.

    :param flows: (state, criticality '1' to '4') of each flow.
    """
    if paused:
        return "paused"
    known = [(state, weight) for state, weight in flows if state != "paused"]
    if silent or not known:
        return "no_data"
    states = {state for state, _weight in known}
    grave = {state for state, weight in known if weight >= HIGH}
    if "down" in grave:
        return "down"
    if states & {"down", "degraded"}:
        return "degraded"
    return "no_data" if "no_data" in grave or states == {"no_data"} else "ok"


def environment_since(
    before: Mapping[int, tuple[str, str]],
    changes: Iterable[tuple[datetime, int, str]],
    state: str,
) -> datetime | None:
    """Return when the changes of its flows brought an environment into a state.

    :param before: {flow: (state, criticality)} of each flow before the changes.
    :param changes: (moment, flow, state from then on).
    :param state: the environment's state after them.
    :return: moment from which it held; None when something else brought it about.
    """
    flows, held, at = dict(before), None, None
    for moment, flow, after in sorted(changes):
        flows[flow] = (after, flows[flow][1])
        reached = environment_state(flows.values(), silent=False, paused=False)
        if reached != held:
            held, at = reached, moment
    return at if held == state else None


def find_gaps(
    spans: Iterable[tuple[datetime, datetime]], longest: timedelta
) -> list[tuple[datetime, datetime]]:
    """Return the gaps between some spans that last longer than `longest`.

    :param spans: (start, end) in any order; they may overlap.
    :return: list of (end of what came before, start of what came after).
    """
    gaps, reached = [], None
    for start, end in sorted(spans):
        if reached is not None and start - reached > longest:
            gaps.append((reached, start))
        reached = end if reached is None else max(reached, end)
    return gaps
