"""The Priority Line goes first, and nobody's promise is broken for it."""

from itertools import permutations

import pytest
from cap_tools.triage import (
    QueueItem,
    find_conflicts,
    find_met,
    list_finishes,
    order_by_deadline,
    order_queue,
)
from hypothesis import given
from hypothesis import strategies as st

HANDLING = 10


@st.composite
def queues(draw, most=12):
    dues = draw(
        st.lists(st.one_of(st.none(), st.integers(-30, 130)), min_size=0, max_size=most)
    )
    return [
        QueueItem(number, due, draw(st.booleans()), draw(st.integers(0, 9)) == 0)
        for number, due in enumerate(dues)
    ]


def ids(items):
    return [item.id for item in items]


@given(queues(), st.integers(1, 3))
def test_whoever_is_met_by_deadline_is_met_with_the_priority_line(items, people):
    plain = find_met(order_by_deadline(items), HANDLING, people)
    assert plain <= find_met(order_queue(items, HANDLING, people), HANDLING, people)


@given(queues(most=6))
def test_if_any_order_meets_all_this_one_does(items):
    # the order of deadlines is the yardstick; here every order there is, is tried
    calm = [item for item in items if not item.emergency]
    everybody = {item.id for item in calm}
    possible = any(
        find_met(order, HANDLING) == everybody for order in permutations(calm)
    )
    assert (find_met(order_queue(calm, HANDLING), HANDLING) == everybody) == possible


@given(queues(), st.integers(1, 3))
def test_a_priority_line_ticket_never_comes_later(items, people):
    before = ids(order_by_deadline(items))
    after = ids(order_queue(items, HANDLING, people))
    assert sorted(before) == sorted(after)
    for item in items:
        if item.priority_line:
            assert after.index(item.id) <= before.index(item.id)


@given(queues(), st.integers(1, 3))
def test_it_moves_ahead_as_far_as_it_may(items, people):
    order = order_queue(items, HANDLING, people)
    met = find_met(order_by_deadline(items), HANDLING, people)
    for place, (first, second) in enumerate(zip(order, order[1:], strict=False)):
        usual = not first.priority_line and not first.emergency
        if usual and second.priority_line and not second.emergency:
            swapped = [*order]
            swapped[place : place + 2] = [second, first]
            lost = met - find_met(swapped, HANDLING, people)
            assert first.id in lost


@given(queues(), st.integers(1, 3))
def test_emergencies_come_first_and_equal_kinds_by_deadline(items, people):
    order = order_queue(items, HANDLING, people)
    marks = [item.emergency for item in order]
    assert marks == sorted(marks, reverse=True)
    for line in (True, False):
        dues = [
            item.due
            for item in order
            if item.priority_line == line and not item.emergency
        ]
        assert dues == sorted(dues)


@given(queues())
def test_the_order_of_the_input_does_not_matter(items):
    assert order_queue(items, HANDLING) == order_queue(reversed(items), HANDLING)


def test_it_waits_for_the_ticket_that_would_be_missed():
    line = QueueItem(1, 100, priority_line=True)
    tight, loose = QueueItem(2, 11), QueueItem(3, 60)
    assert ids(order_queue([line, tight, loose], HANDLING)) == [2, 1, 3]


def test_equal_deadlines_serve_the_line_first_even_if_one_is_missed():
    items = [QueueItem(1, 11), QueueItem(2, 11, priority_line=True)]
    assert ids(order_queue(items, HANDLING)) == [2, 1]
    assert ids(find_conflicts(items, HANDLING)) == [1]
    assert not find_conflicts(items, HANDLING, people=2)


def test_what_is_late_already_is_no_conflict():
    late = [QueueItem(1, -5), QueueItem(2, 0), QueueItem(3, 10)]
    assert not find_conflicts(late, HANDLING)


def test_a_look_that_ends_at_the_deadline_is_too_late():
    assert not find_met([QueueItem(1, HANDLING)], HANDLING)
    assert find_met([QueueItem(1, HANDLING + 1)], HANDLING) == {1}


@pytest.mark.parametrize(("handling", "people"), [(0, 1), (-1, 1), (10, 0)])
def test_nobody_or_no_time_is_refused(handling, people):
    with pytest.raises(ValueError, match="look at nothing"):
        list_finishes(1, handling, people)


def test_a_long_queue_is_quick_to_order():
    items = [QueueItem(n, 1000 + n, n % 2 == 0) for n in range(2000)]
    assert len(order_queue(items, HANDLING, 3)) == 2000
