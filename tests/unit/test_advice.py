"""The order of recommendations, and the verdict on a flow's figures."""

from itertools import product

import pytest
from cap_tools.advice import compare_figures, rank, word_worth
from hypothesis import given
from hypothesis import strategies as st

SCALE = (1, 2, 3)


def flow(error_share, duration_ms=None, runs=100):
    figures = {"runs": runs, "error_share": error_share}
    return figures | ({"duration_ms": duration_ms} if duration_ms is not None else {})


def test_much_effect_for_little_work_goes_first():
    order = sorted(product(SCALE, SCALE), key=lambda pair: -rank(*pair))
    assert order[0] == (3, 1)
    assert order[-1] == (1, 3)
    assert len({rank(*pair) for pair in order}) == 9


@pytest.mark.parametrize("effort", SCALE)
def test_more_effect_never_ranks_lower(effort):
    assert rank(1, effort) < rank(2, effort) < rank(3, effort)


def test_words_follow_the_ratio():
    assert word_worth(3, 1) == "quick"
    assert word_worth(2, 2) == "worth"
    assert word_worth(1, 3) == "later"


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (flow(0.2), flow(0.05), "better"),
        (flow(0.05), flow(0.2), "worse"),
        (flow(0.2), flow(0.19), "same"),
        (flow(0.0, 900), flow(0.0, 300), "better"),
        (flow(0.0, 300), flow(0.0, 900), "worse"),
        (flow(0.1, 300), flow(0.01, 900), "better"),
        (flow(0.1, 300), flow(0.1), "same"),
        ({}, flow(0.1), "no_figures"),
        (flow(0.1), flow(0.0, runs=0), "no_figures"),
        (None, None, "no_figures"),
    ],
)
def test_verdicts(before, after, verdict):
    assert compare_figures(before, after) == verdict


shares = st.floats(min_value=0, max_value=1, allow_nan=False)


@given(shares, shares)
def test_the_verdict_turns_round_with_the_figures(one, other):
    turned = {"better": "worse", "worse": "better", "same": "same"}
    there = compare_figures(flow(one), flow(other))
    assert compare_figures(flow(other), flow(one)) == turned[there]
