import pytest
from cap_tools.health_chart import draw_bars, draw_line, place, round_top


@pytest.mark.parametrize(
    ("values", "least", "top"),
    [
        ([], 1, 1),
        ([None, 0], 1, 1),
        ([3], 1, 5),
        ([1.2], 1, 2),
        ([10], 1, 10),
        ([11], 1, 20),
        ([499, 700], 1, 1000),
        ([2], 10, 10),
        ([0.03], 0.01, 0.05),
    ],
)
def test_an_axis_ends_at_a_round_number(values, least, top):
    assert round_top(values, least) == pytest.approx(top)


def test_a_slot_is_placed_by_its_middle():
    assert [place(n, 2, 100) for n in (0, 1)] == [25, 75]
    assert place(0.5, 2, 100) == 50
    assert place(0, 0) == 0


def test_a_line_leaves_gaps():
    path = draw_line([0, 10, None, 5, 10], 10, width=100, height=100)
    assert path == "M10 100L30 0M70 50L90 0"


def test_a_lone_value_is_still_seen():
    assert draw_line([None, 5, None], 10, width=120, height=100) == "M50 50L70 50"


def test_a_line_without_values_is_empty():
    assert draw_line([], 10) == ""
    assert draw_line([None, None], 10) == ""


def test_what_is_more_than_the_axis_stays_in_the_picture():
    assert draw_line([20, -3], 10, width=100, height=100) == "M25 0L75 100"


def test_bars_stand_on_each_other_and_nothing_is_nothing():
    assert draw_bars([5, 0, None, 10], 10, width=100, height=100) == (
        "M2.5 100V50h20V100zM77.5 100V0h20V100z"
    )
    assert draw_bars([5], 10, base=[2], width=100, height=100) == "M10 80V30h80V80z"
    assert draw_bars([], 10) == ""
