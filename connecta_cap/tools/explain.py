"""A deadline in words: what was counted on which day, and what was closed.

One function words it for the backend, the portal and the mails; only the phrases, which
carry the translation, are handed in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from types import MappingProxyType

from babel.dates import format_date, format_time

from .worktime import Span, from_epoch

PHRASES = MappingProxyType(
    {
        "received": "received %(day)s %(time)s",
        "worked_weekday": "%(duration)s on %(weekday)s",
        "worked_date": "%(duration)s on %(weekday)s %(date)s",
        "closed": "%(name)s closed",
        "closed_unnamed": "%(weekday)s closed",
        "due": "due %(day)s %(time)s %(zone)s",
        "sentence": "%(received)s: %(steps)s, %(due)s",
        "separator": ", ",
        "hours": "%(count)s h",
        "minutes": "%(count)s min",
        "seconds": "%(count)s s",
    }
)


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed stretch (epoch seconds) that took working time away, with its name."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One counted or closed stretch of the way to a deadline, on a local day."""

    kind: str  # 'worked' or 'closed'
    day: date
    seconds: int = 0
    name: str = ""


def list_steps(
    spans: Iterable[Span], closures: Iterable[Closure], zone: tzinfo
) -> tuple[Step, ...]:
    """Return what happened on each local day between receipt and deadline, in order.

    :param spans: the working spans that were counted.
    :param closures: closed stretches that would have been working time.
    :param zone: the zone in which days are told apart.
    """
    worked: dict[date, int] = {}
    for span in spans:
        day = from_epoch(span.start).astimezone(zone).date()
        worked[day] = worked.get(day, 0) + span.seconds
    steps = [Step("worked", day, seconds) for day, seconds in worked.items()]
    steps += [
        Step(
            "closed",
            from_epoch(closure.start).astimezone(zone).date(),
            name=closure.name,
        )
        for closure in closures
    ]
    return tuple(sorted(steps, key=lambda step: (step.day, step.kind == "worked")))


def word_duration(seconds: int, phrases: Mapping[str, str] = PHRASES) -> str:
    """Return `seconds` as '1 h 30 min', leaving out what is zero."""
    hours, rest = divmod(seconds, 3600)
    minutes, rest = divmod(rest, 60)
    parts = (("hours", hours), ("minutes", minutes), ("seconds", rest))
    worded = [phrases[key] % {"count": count} for key, count in parts if count]
    return " ".join(worded) or phrases["minutes"] % {"count": 0}


def _word_step(step: Step, received: date, phrases, locale: str) -> str:
    values = {
        "duration": word_duration(step.seconds, phrases),
        "name": step.name,
        "weekday": format_date(step.day, "EEEE", locale=locale),
        "date": format_date(step.day, "d MMM", locale=locale),
    }
    if step.kind == "closed":
        return phrases["closed" if step.name else "closed_unnamed"] % values
    # after a week, a weekday's name alone could mean another day
    near = (step.day - received).days < 7
    return phrases["worked_weekday" if near else "worked_date"] % values


def explain_deadline(
    received: datetime,
    deadline: datetime,
    steps: Iterable[Step],
    phrases: Mapping[str, str] = PHRASES,
    locale: str = "en_US",
) -> str:
    """Return the way from receipt to deadline as one sentence.

    "received Fri 3 Apr 16:00: 1 h on Friday, Easter Monday closed, 3 h on Tuesday,
    due Tue 7 Apr 12:00 CEST"

    :param received: aware, in the zone of the program, which names the clock times.
    :param deadline: aware, in the same zone.
    :param steps: as `list_steps` returns them.
    :param phrases: translated `PHRASES`.
    :param locale: how days are named.
    """

    def moment(value: datetime) -> dict[str, str]:
        pattern = "HH:mm:ss" if value.second else "HH:mm"
        return {
            "day": format_date(value, "EEE d MMM", locale=locale),
            "time": format_time(value, pattern, locale=locale),
            "zone": value.tzname() or "",
        }

    return phrases["sentence"] % {
        "received": phrases["received"] % moment(received),
        "steps": phrases["separator"].join(
            _word_step(step, received.date(), phrases, locale) for step in steps
        ),
        "due": phrases["due"] % moment(deadline),
    }
