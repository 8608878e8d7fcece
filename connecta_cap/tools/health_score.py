"""The health score of an environment: 100 less what each shortcoming costs.

The same figures always give the same score, and each point that is lost has a line.
Where too little is known there is no score: grey, never a guess.

| line | costs | at most |
|---|---|---|
| failures | 4 points for each percent of runs that failed, flows weighted | 40 |
| down | 2 points for each percent of the time that something was down | 30 |
| degraded | half a point for each percent of the time with something degraded | 10 |
| silence | half a point for each percent of the expected time without data | 15 |
| slow | 10 points times the share of flows slower than their limit | 10 |
| backlog | 10 points times the share of flows with more waiting than their limit | 10 |
| open | 5 points for each flow that is down now | 15 |
"""

from dataclasses import dataclass

# A flow's failures count by its criticality.
WEIGHTS = {"1": 0.5, "2": 1.0, "3": 2.0, "4": 4.0}
# The part of the expected time that must be known for a score.
LEAST_COVERAGE = 0.5
SCORE_DAYS = 30


@dataclass(frozen=True)
class FlowFigures:
    """How a flow did in the days of the score."""

    criticality: str
    ok: int
    failed: int
    is_slow: bool = False
    is_behind: bool = False
    is_down: bool = False


@dataclass(frozen=True)
class Figures:
    """How an environment did; shares are parts of the time, 0 to 1."""

    flows: tuple[FlowFigures, ...]
    down_share: float
    degraded_share: float
    silent_share: float


@dataclass(frozen=True)
class Deduction:
    """Points that were lost, and the figure that cost them."""

    code: str
    points: float
    figure: float


@dataclass(frozen=True)
class Score:
    """The score with every deduction; `value` None when it cannot be determined."""

    value: int | None
    deductions: tuple[Deduction, ...] = ()
    reason: str = ""


def failed_share(flows: tuple[FlowFigures, ...]) -> float | None:
    """Return the part of runs that failed, 0 to 1, weighted by criticality.

    Each flow counts by its weight, however many runs it has: a flow that carries a
    thousand small things does not drown one that carries ten large ones.

    :return: None when nothing ran.
    """
    total = failed = 0.0
    for flow in flows:
        runs = flow.ok + flow.failed
        if runs:
            weight = WEIGHTS.get(flow.criticality, 1.0)
            total += weight
            failed += weight * flow.failed / runs
    return failed / total if total else None


def compute_score(figures: Figures) -> Score:
    """Return the score of some figures."""
    share = failed_share(figures.flows)
    if share is None:
        return Score(None, reason="no_runs")
    if 1 - figures.silent_share < LEAST_COVERAGE:
        return Score(None, reason="too_little_data")
    count = len(figures.flows)
    slow = sum(flow.is_slow for flow in figures.flows) / count
    behind = sum(flow.is_behind for flow in figures.flows) / count
    down = sum(flow.is_down for flow in figures.flows)
    costs = (
        ("failures", 400 * share, 40, share),
        ("down", 200 * figures.down_share, 30, figures.down_share),
        ("degraded", 50 * figures.degraded_share, 10, figures.degraded_share),
        ("silence", 50 * figures.silent_share, 15, figures.silent_share),
        ("slow", 10 * slow, 10, slow),
        ("backlog", 10 * behind, 10, behind),
        ("open", 5 * down, 15, down),
    )
    deductions = tuple(
        Deduction(code, round(min(points, most), 1), figure)
        for code, points, most, figure in costs
        if round(min(points, most), 1) > 0
    )
    lost = sum(deduction.points for deduction in deductions)
    return Score(max(0, round(100 - lost)), deductions)
