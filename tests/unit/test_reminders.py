import pytest
from cap_tools.reminders import parse_days, split_due
from hypothesis import given
from hypothesis import strategies as st

MARKS = (60, 30, 7)


@pytest.mark.parametrize(
    ("text", "days"),
    [("60, 30, 7", (60, 30, 7)), ("7;30", (30, 7)), ("7, 7,", (7,)), ("", ())],
)
def test_what_people_write_becomes_marks(text, days):
    assert parse_days(text) == days


@pytest.mark.parametrize("text", ["soon", "30, -1", "0", "1.5"])
def test_what_is_no_list_of_days_is_refused(text):
    with pytest.raises(ValueError, match="day before|invalid literal"):
        parse_days(text)


@pytest.mark.parametrize(
    ("left", "known", "expected"),
    [
        (61, set(), (None, ())),
        (60, set(), (60, ())),
        (59, {60}, (None, ())),
        (30, {60}, (30, ())),
        (5, {60}, (7, (30,))),  # the job was down for a while
        (5, set(), (7, (30, 60))),
        (0, {60, 30}, (7, ())),
        (-1, {60}, (None, ())),
        (20, {7}, (None, (30, 60))),  # a nearer one is on record
    ],
)
def test_the_nearest_goes_out_and_the_others_are_passed_over(left, known, expected):
    assert split_due(MARKS, left, known) == expected


def test_a_date_that_was_set_late_is_not_reminded_of_from_before():
    assert split_due(MARKS, 45, set(), span=45) == (None, (60,))
    assert split_due(MARKS, 30, {60}, span=45) == (30, ())
    assert split_due(MARKS, 5, set(), span=6) == (None, (7, 30, 60))


@given(
    st.sets(st.integers(1, 90), max_size=5),
    st.lists(st.integers(-5, 100), min_size=1, max_size=40),
)
def test_each_mark_is_on_record_once_and_sent_at_most_once(marks, days):
    known, sent = set(), []
    for left in sorted(days, reverse=True):
        mark, skipped = split_due(marks, left, known)
        assert not known & {*skipped, *([mark] if mark else [])}
        known |= {*skipped, *([mark] if mark else [])}
        sent += [mark] if mark else []
    assert sent == sorted(set(sent), reverse=True)
    reached = {mark for mark in marks for left in days if 0 <= left <= mark}
    assert known == reached
