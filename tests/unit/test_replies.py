"""Gaps are filled once, by name, and nothing else in a text means anything."""

from cap_tools.replies import fill, find_unknown


def test_gaps_are_filled_and_other_braces_are_left():
    values = {"client": "Acme {number}", "number": "CAP-1"}
    assert fill("Dear {client}, {number}", values) == "Dear Acme {number}, CAP-1"
    assert fill('{"a": 1} {0} {} {x.y} {Client}', values) == (
        '{"a": 1} {0} {} {x.y} {Client}'
    )
    assert fill("{other}", values) == "{other}"
    assert fill(None, values) == ""


def test_unknown_gaps_are_named_once():
    text = "{client} {pirority} {number} {pirority} {x}"
    assert find_unknown(text, {"client", "number"}) == ["pirority", "x"]
    assert find_unknown("", {"client"}) == []
