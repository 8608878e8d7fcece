"""States that one bad window does not upset, and that looking again does not change."""

from datetime import UTC, datetime, timedelta

from cap_tools.health_state import (
    DEGRADED,
    DOWN,
    LEVELS,
    OK,
    Damping,
    Thresholds,
    environment_since,
    environment_state,
    find_gaps,
    flow_state,
    is_silent,
    judge_window,
    next_level,
    replay,
)
from hypothesis import assume, given
from hypothesis import strategies as st

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=5)
RANKS = st.sampled_from([OK, DEGRADED, DOWN])
WINDOWS = st.lists(st.none() | RANKS, max_size=40)
DAMPINGS = st.builds(
    lambda bad, more, good: Damping(bad, bad + more, good),
    st.integers(1, 6),
    st.integers(0, 6),
    st.integers(1, 8),
)
STATES = st.sampled_from(["ok", "degraded", "down", "no_data", "paused"])
WEIGHTS = st.sampled_from("1234")


def timed(levels):
    return [(NOW + WINDOW * n, level) for n, level in enumerate(levels)]


@given(RANKS, WINDOWS, DAMPINGS)
def test_judging_again_without_news_changes_nothing(level, windows, damping):
    recent = [one for one in windows if one is not None]
    once = next_level(level, recent, damping)
    assert next_level(once, recent, damping) == once


@given(WINDOWS, st.integers(0, 40), DAMPINGS)
def test_in_two_parts_it_comes_to_the_same(windows, cut, damping):
    whole, steps = replay(OK, [], timed(windows), damping)
    first, before = replay(OK, [], timed(windows)[:cut], damping)
    second, after = replay(first, windows[:cut], timed(windows)[cut:], damping)
    assert (second, before + after) == (whole, steps)


@given(WINDOWS)
def test_it_takes_three_bad_of_five(windows):
    _level, steps = replay(OK, [], timed(windows), Damping(3, 5, 3))
    said = [one for one in windows if one is not None]
    bad = [
        n
        for n in range(len(said))
        if sum(one >= DEGRADED for one in said[max(0, n - 4) : n + 1]) >= 3
    ]
    assert bool(steps) == bool(bad)


@given(st.integers(0, 40), RANKS, DAMPINGS)
def test_one_bad_window_among_many_good_ones_alarms_nobody(place, rank, damping):
    assume(damping.bad > 1)
    windows = [OK] * 41
    windows[place] = rank
    assert replay(OK, [], timed(windows), damping) == (OK, [])


@given(RANKS, DAMPINGS)
def test_enough_good_windows_always_end_it(level, damping):
    windows = [OK] * damping.needed
    assert replay(level, [], timed(windows), damping)[0] == OK


@given(RANKS, WINDOWS, DAMPINGS)
def test_windows_that_say_nothing_change_nothing(level, windows, damping):
    said = [one for one in windows if one is not None]
    whole = replay(level, [], timed(windows), damping)[0]
    assert whole == replay(level, [], timed(said), damping)[0]


@given(RANKS, WINDOWS, DAMPINGS)
def test_steps_change_the_level_each(level, windows, damping):
    after, steps = replay(level, [], timed(windows), damping)
    for step in steps:
        assert step.level != level
        level = step.level
    assert level == after


def test_what_a_window_says():
    limits = Thresholds(10, 50, 1000, 5, 60)
    assert judge_window(10, 0, None, None, None, limits) == OK
    assert judge_window(19, 1, None, None, None, limits) == OK
    assert judge_window(9, 1, None, None, None, limits) == DEGRADED
    assert judge_window(1, 1, None, None, None, limits) == DOWN
    assert judge_window(10, 0, 1001, None, None, limits) == DEGRADED
    assert judge_window(0, 0, None, 6, None, limits) == DEGRADED
    assert judge_window(0, 0, None, 5, 61, limits) == DEGRADED
    assert judge_window(0, 0, None, 5, 60, limits) is None
    never = Thresholds(0, 0)
    assert judge_window(0, 9, 9e9, 9**9, 9**9, never) == OK


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0, 100), st.floats(0, 100))
def test_more_failures_are_never_better(ok, failed, first, second):
    limits = Thresholds(min(first, second), max(first, second))
    assume(limits.degraded_percent)
    less = judge_window(ok + 1, failed, None, None, None, limits)
    more = judge_window(ok, failed + 1, None, None, None, limits)
    assert (less or OK) <= (more or OK)


def test_silence():
    interval, grace = timedelta(minutes=5), timedelta(minutes=10)
    assert is_silent(None, NOW, interval, grace)
    assert not is_silent(NOW - timedelta(minutes=15), NOW, interval, grace)
    assert is_silent(NOW - timedelta(minutes=15, seconds=1), NOW, interval, grace)


@given(RANKS, st.booleans(), st.booleans())
def test_a_pause_hides_silence_and_silence_hides_data(level, silent, paused):
    state = flow_state(level, silent, paused)
    wanted = "paused" if paused else "no_data" if silent else LEVELS[level]
    assert state == wanted


@given(st.lists(st.tuples(STATES, WEIGHTS), max_size=8))
def test_an_environment_is_green_only_when_nothing_is_wrong(flows):
    state = environment_state(flows, silent=False, paused=False)
    states = {one for one, _weight in flows}
    if state == "ok":
        assert "ok" in states
        assert not states & {"down", "degraded"}
    if state == "down":
        assert any(one == "down" and weight >= "3" for one, weight in flows)
    assert environment_state(flows, silent=True, paused=False) == "no_data"
    assert environment_state(flows, silent=True, paused=True) == "paused"


@given(
    st.dictionaries(st.integers(0, 5), st.tuples(STATES, WEIGHTS), min_size=1),
    st.lists(st.tuples(st.integers(0, 99), st.integers(0, 5), STATES), max_size=12),
)
def test_an_environment_has_its_state_since_the_change_that_brought_it(flows, moves):
    changes = sorted(
        (NOW + WINDOW * at, flow, state) for at, flow, state in moves if flow in flows
    )

    def state_at(moment):
        last = {flow: state for at, flow, state in changes if at <= moment}
        after = [(last.get(flow, old), weight) for flow, (old, weight) in flows.items()]
        return environment_state(after, silent=False, paused=False)

    state = state_at(NOW + WINDOW * 100)
    since = environment_since(flows, reversed(changes), state)
    if not changes:
        assert since is None
        return
    moments = [at for at, _flow, _state in changes]
    assert since in moments
    assert all(state_at(at) == state for at in moments if at >= since)


def test_an_environment_is_down_since_its_grave_flow_is():
    flows = {1: ("ok", "2"), 2: ("ok", "3"), 3: ("ok", "4")}
    changes = [
        (NOW, 1, "down"),
        (NOW + WINDOW, 2, "down"),
        (NOW + 2 * WINDOW, 3, "down"),
    ]
    assert environment_since(flows, changes, "down") == NOW + WINDOW
    assert environment_since(flows, changes, "paused") is None


@given(
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 30)), max_size=20),
    st.integers(1, 60),
)
def test_gaps_are_where_nothing_is(pairs, longest):
    minute = timedelta(minutes=1)
    spans = [(NOW + a * minute, NOW + (a + n) * minute) for a, n in pairs]
    gaps = find_gaps(spans, longest * minute)
    for start, end in gaps:
        assert end - start > longest * minute
        assert not any(first < end and last > start for first, last in spans)
    assert find_gaps(list(reversed(spans)), longest * minute) == gaps
