"""The score: the same figures the same score, a line for each point that is lost."""

import pytest
from cap_tools.health_score import Figures, FlowFigures, compute_score, failed_share
from hypothesis import given
from hypothesis import strategies as st

FLOWS = st.lists(
    st.builds(
        FlowFigures,
        st.sampled_from("1234"),
        st.integers(0, 1000),
        st.integers(0, 1000),
        st.booleans(),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
).map(tuple)
SHARES = st.floats(0, 1)
FIGURES = st.builds(Figures, FLOWS, SHARES, SHARES, SHARES)


@given(FIGURES)
def test_it_is_from_0_to_100_and_every_point_has_a_line(figures):
    score = compute_score(figures)
    assert compute_score(figures) == score
    if score.value is None:
        assert score.reason
        assert not score.deductions
        return
    lost = sum(line.points for line in score.deductions)
    assert score.value == max(0, round(100 - lost))
    assert all(line.points > 0 for line in score.deductions)


@given(FLOWS, SHARES, SHARES)
def test_little_data_is_grey(flows, down, degraded):
    assert compute_score(Figures(flows, down, degraded, 0.51)).value is None


def test_nothing_ran_is_grey():
    assert compute_score(Figures((FlowFigures("4", 0, 0),), 0, 0, 0)).value is None
    assert compute_score(Figures((), 0, 0, 0)).value is None


def test_all_well_is_100():
    score = compute_score(Figures((FlowFigures("2", 5, 0),), 0, 0, 0))
    assert (score.value, score.deductions) == (100, ())


@pytest.mark.parametrize(
    ("figures", "lines"),
    [
        (Figures((FlowFigures("2", 95, 5),), 0, 0, 0), {"failures": 20}),
        (Figures((FlowFigures("2", 0, 5),), 0, 0, 0), {"failures": 40}),
        (Figures((FlowFigures("2", 5, 0),), 0.05, 0.1, 0), {"down": 10, "degraded": 5}),
        (Figures((FlowFigures("2", 5, 0),), 0, 0, 0.2), {"silence": 10}),
        (
            Figures((FlowFigures("2", 5, 0, True, True, True),), 0, 0, 0),
            {"slow": 10, "backlog": 10, "open": 5},
        ),
    ],
)
def test_the_published_formula(figures, lines):
    score = compute_score(figures)
    assert {line.code: line.points for line in score.deductions} == lines
    assert score.value == 100 - sum(lines.values())


@given(FIGURES, st.integers(1, 500))
def test_more_failures_never_score_higher(figures, more):
    if not figures.flows or failed_share(figures.flows) is None:
        return
    first, *rest = figures.flows
    if not first.ok + first.failed:
        return
    worse = FlowFigures(
        first.criticality,
        first.ok,
        first.failed + more,
        first.is_slow,
        first.is_behind,
        first.is_down,
    )
    after = compute_score(
        Figures(
            (worse, *rest),
            figures.down_share,
            figures.degraded_share,
            figures.silent_share,
        )
    )
    before = compute_score(figures)
    if before.value is not None:
        assert after.value <= before.value


def test_a_critical_flow_weighs_more():
    flows = (FlowFigures("4", 0, 10), FlowFigures("1", 10, 0))
    assert failed_share(flows) == pytest.approx(4 / 4.5)
