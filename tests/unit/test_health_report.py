"""Reports of any shape: sound rows are kept, all others are named, nothing breaks."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from cap_tools.clean import clean_text
from cap_tools.health_report import (
    MAX_COUNT,
    MAX_WINDOWS,
    SKEW_LIMIT,
    SKEW_TOLERANCE,
    ReportError,
    correct_skew,
    digest_body,
    load_body,
    read_report,
    read_skew,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=20,
)
NAMES = st.sampled_from(
    ["flow", "start", "end", "ok", "failed", "p95_ms", "errors", "key", "queue_depth"]
)


def window(minutes=10, **values):
    start = NOW - timedelta(minutes=minutes)
    return {
        "flow": "Orders",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=5)).isoformat(),
        "ok": 1,
    } | values


def body(*windows, **values):
    return {"sent_at": NOW.isoformat(), "windows": list(windows)} | values


def outcome(call):
    """Return the status and message that a call ends with."""
    try:
        call()
    except ReportError as error:
        return error.status, error.message
    return 200, "good"


@given(JSON)
def test_any_json_is_read_or_refused(value):
    try:
        raw = json.dumps(value, allow_nan=False).encode()
    except ValueError:
        return
    status, message = outcome(lambda: read_report(load_body(raw), NOW))
    assert status in (200, 400, 422)
    assert message


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw):
    assert outcome(lambda: load_body(raw))[0] in (200, 400, 422)


@given(st.lists(st.dictionaries(NAMES, JSON, max_size=4), max_size=6))
def test_every_row_is_kept_or_named_with_its_index(changes):
    rows = [window(**change) for change in changes]
    report = read_report(body(*rows), NOW)
    kept = [one.index for one in report.windows]
    named = [one["index"] for one in report.rejected]
    assert sorted(kept + named) == list(range(len(rows)))
    for one in report.windows:
        assert one.start < one.end
        assert 0 <= one.ok <= MAX_COUNT
        assert one.name
        text = one.name + one.connector + one.key
        assert "\0" not in text
        text.encode()
    assert all(one["reason"] and one["message"] for one in report.rejected)


@given(st.integers(0, 98), st.sampled_from([{"ok": -1}, {"start": "?"}, {"flow": ""}]))
def test_one_bad_row_does_not_lose_the_others(place, change):
    rows = [window(n + 6) for n in range(99)]
    rows[place] = rows[place] | change
    report = read_report(body(*rows), NOW)
    assert len(report.windows) == 98
    assert [one["index"] for one in report.rejected] == [place]


def test_a_time_without_an_offset_is_refused():
    report = read_report(body(window(start="2026-06-01T11:50:00")), NOW)
    assert report.rejected[0]["reason"] == "no_offset"
    with pytest.raises(ReportError) as caught:
        read_report({"sent_at": "2026-06-01T12:00:00"}, NOW)
    assert caught.value.code == "sent_at_no_offset"


@pytest.mark.parametrize(
    "text",
    [
        "2026-06-01T11:50:00Z",
        "2026-06-01T13:50:00+02:00",
        "2026-06-01T17:20:00+05:30",
        "2026-06-01T01:50:00-10:00",
    ],
)
def test_a_time_of_any_zone_is_the_same_moment(text):
    report = read_report(body(window(start=text, end="2026-06-01T11:55:00Z")), NOW)
    assert report.windows[0].start == NOW - timedelta(minutes=10)


@pytest.mark.parametrize(
    "text", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "x", "", 5, None]
)
def test_a_time_that_is_none_is_named(text):
    assert read_report(body(window(start=text)), NOW).rejected


@given(st.timedeltas(-SKEW_LIMIT, SKEW_LIMIT))
def test_a_clock_within_the_limit_is_corrected_to_nearly_ours(skew):
    sent = NOW - skew
    assert read_skew(sent, NOW) == skew
    left = skew - correct_skew(skew)
    assert abs(left) <= SKEW_TOLERANCE


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=400)), st.booleans())
def test_a_clock_beyond_the_limit_is_refused(more, ahead):
    sent = NOW + (SKEW_LIMIT + more) * (1 if ahead else -1)
    with pytest.raises(ReportError) as caught:
        read_skew(sent, NOW)
    assert caught.value.code == "clock_skew"


def test_an_hour_ahead_lands_where_it_happened():
    sent = NOW + timedelta(hours=1, seconds=7)
    shifted = {
        "start": (sent - timedelta(minutes=10, seconds=7)).isoformat(),
        "end": (sent - timedelta(minutes=5, seconds=7)).isoformat(),
    }
    report = read_report(body(window(**shifted), sent_at=sent.isoformat()), NOW)
    assert report.windows[0].start == NOW - timedelta(minutes=10)
    assert report.skew == timedelta(hours=-1, seconds=-7)


def test_too_many_windows_are_refused_with_the_limit():
    with pytest.raises(ReportError) as caught:
        read_report(body(*[window()] * (MAX_WINDOWS + 1)), NOW)
    assert caught.value.details == {"limit": MAX_WINDOWS}


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=5))
def test_the_digest_ignores_order_and_the_moment_of_sending(values):
    try:
        json.dumps(values, allow_nan=False)
    except ValueError:
        return
    turned = dict(reversed(values.items()))
    said = {"sent_at": "a"} | values
    assert digest_body(said) == digest_body(turned | {"sent_at": "b"})
    assert digest_body(said) != digest_body(said | {"more": 1})


@given(st.text())
def test_cleaned_text_can_be_stored_and_stays(text):
    clean = clean_text(text)
    clean.encode()
    assert not any(character < " " for character in clean)
    assert clean_text(clean) == clean


@given(st.lists(st.tuples(st.text(max_size=30), st.integers(0, 1000)), max_size=60))
def test_no_error_is_lost_in_groups(errors):
    entries = [{"message": message, "count": count} for message, count in errors]
    report = read_report(body(window(errors=entries)), NOW)
    groups = report.windows[0].errors
    assert sum(group.count for group in groups) == sum(count for _m, count in errors)
    assert len(groups) <= 26
