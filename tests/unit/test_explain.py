"""A deadline in words, the same for every reader."""

from datetime import datetime

import pytest
import pytz
from cap_tools.explain import (
    PHRASES,
    Closure,
    explain_deadline,
    list_steps,
    word_duration,
)
from cap_tools.worktime import Span, to_epoch

BRUSSELS = pytz.timezone("Europe/Brussels")


def local(text):
    return BRUSSELS.localize(datetime.fromisoformat(text))


def span(start, end):
    return Span(to_epoch(local(start)), to_epoch(local(end)))


EASTER = Closure(
    to_epoch(local("2026-04-06 00:00")),
    to_epoch(local("2026-04-07 00:00")),
    "Easter Monday",
)


def test_a_closed_day_is_named():
    steps = list_steps(
        [
            span("2026-04-03 16:00", "2026-04-03 17:00"),
            span("2026-04-07 09:00", "2026-04-07 12:00"),
        ],
        [EASTER],
        BRUSSELS,
    )
    text = explain_deadline(local("2026-04-03 16:00"), local("2026-04-07 12:00"), steps)
    assert text == (
        "received Fri 3 Apr 16:00: 1 h on Friday, Easter Monday closed, "
        "3 h on Tuesday, due Tue 7 Apr 12:00 CEST"
    )


def test_seconds_are_said_when_they_matter():
    steps = list_steps(
        [
            span("2026-03-30 13:00:01", "2026-03-30 17:00"),
            span("2026-03-31 09:00", "2026-03-31 09:00:01"),
        ],
        [],
        BRUSSELS,
    )
    text = explain_deadline(
        local("2026-03-30 13:00:01"), local("2026-03-31 09:00:01"), steps
    )
    assert text == (
        "received Mon 30 Mar 13:00:01: 3 h 59 min 59 s on Monday, 1 s on Tuesday, "
        "due Tue 31 Mar 09:00:01 CEST"
    )


def test_after_a_week_the_date_is_said():
    steps = list_steps([span("2026-04-13 09:00", "2026-04-13 13:00")], [], BRUSSELS)
    text = explain_deadline(local("2026-04-03 17:00"), local("2026-04-13 13:00"), steps)
    assert "4 h on Monday 13 Apr" in text


def test_another_language_is_another_set_of_phrases():
    phrases = dict(PHRASES) | {
        "received": "ontvangen %(day)s %(time)s",
        "worked_weekday": "%(duration)s op %(weekday)s",
        "due": "uiterlijk %(day)s %(time)s %(zone)s",
        "hours": "%(count)s u",
    }
    steps = list_steps([span("2026-04-07 09:00", "2026-04-07 13:00")], [], BRUSSELS)
    text = explain_deadline(
        local("2026-04-07 08:00"), local("2026-04-07 13:00"), steps, phrases, "nl_BE"
    )
    assert text == (
        "ontvangen di 7 apr 08:00: 4 u op dinsdag, uiterlijk di 7 apr 13:00 CEST"
    )


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 min"), (59, "59 s"), (5400, "1 h 30 min"), (14400, "4 h")],
)
def test_durations(seconds, words):
    assert word_duration(seconds) == words
