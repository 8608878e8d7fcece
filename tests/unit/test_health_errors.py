"""Kinds of error: particulars taken out, nothing lost beyond the cap."""

import pytest
from cap_tools.health_errors import OVERFLOW, group_error, merge_groups, normalise
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Order 123 failed", "Order 99817 failed"),
        ("No answer from 10.0.0.7:8080", "No answer from 192.168.1.20:443"),
        ("Partner 'Acme' is unknown", "Partner 'Zeta & Sons' is unknown"),
        ('Field "a" missing', 'Field "street2" missing'),
        (
            "Job 7f0e1c9a-1111-4222-8333-0123456789ab died",
            "Job 00000000-aaaa-4bbb-8ccc-ba9876543210 died",
        ),
        ("At 2026-06-01T10:00:00", "At 2026-12-24T23:59:59"),
        ("GET https://a.example/x?id=1 said 500", "GET https://b.example/y said 502"),
        ("To anna@a.example: refused", "To bo.b+x@b.example: refused"),
        ("Object at 0x7f33aa", "Object at 0x1"),
        ("too   many\nspaces", "too many spaces"),
    ],
)
def test_messages_that_differ_in_particulars_are_one(one, other):
    assert normalise(one) == normalise(other)


def test_messages_that_differ_in_words_are_two():
    assert group_error("E", "No answer") != group_error("E", "No access")
    assert group_error("A", "x").fingerprint != group_error("B", "x").fingerprint


@given(st.text(max_size=400))
def test_normalising_twice_changes_nothing_more_of_note(text):
    once = normalise(text)
    assert len(once) <= 300
    assert group_error("E", text).fingerprint == group_error("E", text).fingerprint


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_numbers_never_make_another_group(one, other):
    assert normalise(f"Order {one} failed") == normalise(f"Order {other} failed")


@given(
    st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 50)), max_size=40),
    st.integers(0, 8),
)
def test_merging_loses_no_occurrence_and_keeps_the_most_frequent(pairs, most):
    groups = [group_error("E", name, count) for name, count in pairs]
    merged = merge_groups(groups, most)
    assert sum(group.count for group in merged) == sum(count for _n, count in pairs)
    told = [group for group in merged if group.fingerprint != OVERFLOW]
    assert len(told) <= most
    assert len({group.fingerprint for group in merged}) == len(merged)
    assert merge_groups(merged, most) == merged
