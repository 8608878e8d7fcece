"""What a reporter sends, read and checked: sound windows are kept, others are named.

Times carry an offset. A reporter's clock may be wrong: see `read_skew`.
"""

import hashlib
import json
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from .clean import clean_text
from .health_errors import ErrorGroup, group_error, merge_groups, overflow_group

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_WINDOWS = 1000
MAX_DEPLOYMENTS = 50
# Kinds of error that one window tells apart; the rest of it counts as "other".
MAX_ERRORS = 25
# Entries of a window's list of errors that are read at all.
MAX_ERROR_ENTRIES = 1000
MAX_COUNT = 10**9
MAX_KEY = 200
MAX_NAME = 200
MAX_MESSAGE = 2000

MIN_WINDOW = timedelta(seconds=1)
MAX_WINDOW = timedelta(hours=1)
# Raw samples are kept longer than that: an hour is always recounted from all of them.
MAX_LATE = timedelta(days=30)
# A clock that is wrong by less is right; one that is wrong by more than the limit is
# told so, and nothing is kept.
SKEW_TOLERANCE = timedelta(minutes=5)
SKEW_LIMIT = timedelta(minutes=90)
SKEW_STEP = timedelta(minutes=5)


class ReportError(Exception):
    """A report that is refused as a whole.

    :param status: the HTTP status that says so.
    :param code: a word for programs.
    :param message: a sentence for people.
    """

    def __init__(self, status: int, code: str, message: str, **details) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.details = details


class BadField(Exception):
    """A field of a window that cannot be kept."""

    def __init__(self, name: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.name, self.reason, self.message = name, reason, message


@dataclass(frozen=True)
class Window:
    """How one flow did in one span of time."""

    index: int
    key: str
    name: str
    connector: str
    start: datetime
    end: datetime
    ok: int = 0
    failed: int = 0
    skipped: int = 0
    p50_ms: float | None = None
    p95_ms: float | None = None
    queue_depth: int | None = None
    oldest_pending_s: int | None = None
    errors: tuple[ErrorGroup, ...] = ()


@dataclass(frozen=True)
class Deployment:
    """That something new was put into use."""

    at: datetime
    text: str
    key: str = ""


@dataclass(frozen=True)
class Report:
    """A report that was read: facts, sound windows, and what was wrong with others."""

    sent_at: datetime
    skew: timedelta
    facts: dict[str, str]
    windows: list[Window] = field(default_factory=list)
    deployments: list[Deployment] = field(default_factory=list)
    rejected: list[dict] = field(default_factory=list)


# === BODY === #


def load_body(raw: bytes) -> dict:
    """Return the body as a dict.

    :raises ReportError: 400 for what is no JSON, 422 for JSON that is no object.
    """
    try:
        body = json.loads(raw.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ReportError(
            400, "bad_json", "The body is not valid JSON in UTF-8."
        ) from error
    if not isinstance(body, dict):
        raise ReportError(422, "bad_body", "The body has to be a JSON object.")
    return body


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def digest_body(body: dict) -> str:
    """Return a digest of what a body says, the same however it is written.

    The moment of sending is left out: a repeated report is sent at another one.
    """
    said = {key: value for key, value in body.items() if key != "sent_at"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read_report(body: dict, received: datetime) -> Report:
    """Return what a body says, its windows in the time of our clock.

    :param body: what `load_body` returned.
    :param received: when it arrived, by our clock.
    :raises ReportError: 422 when it cannot be kept at all.
    """
    rows = body.get("windows", [])
    if not isinstance(rows, list):
        raise ReportError(422, "bad_windows", "“windows” has to be a list.")
    if len(rows) > MAX_WINDOWS:
        raise ReportError(
            422,
            "too_many_windows",
            f"A report holds at most {MAX_WINDOWS} windows, this one has {len(rows)}: "
            "split it.",
            limit=MAX_WINDOWS,
        )
    sent_at = _read_sent_at(body)
    skew = read_skew(sent_at, received)
    report = Report(sent_at, skew, _read_facts(body))
    shift = correct_skew(skew)
    for index, row in enumerate(rows):
        try:
            window = _read_window(index, row, shift)
            check_times(window, received)
            report.windows.append(window)
        except BadField as bad:
            report.rejected.append(_word_rejected(index, bad))
    _read_deployments(body, report, shift, received)
    return report


def _word_rejected(index: int, bad: BadField) -> dict:
    return {
        "index": index,
        "field": bad.name,
        "reason": bad.reason,
        "message": bad.message,
    }


# === CLOCK === #


def read_skew(sent_at: datetime, received: datetime) -> timedelta:
    """Return how far a reporter's clock is behind ours (negative: ahead of it).

    :raises ReportError: 422 when it is wrong by more than `SKEW_LIMIT`.
    """
    skew = received - sent_at
    if abs(skew) > SKEW_LIMIT:
        raise ReportError(
            422,
            "clock_skew",
            f"The reporter's clock says {sent_at.isoformat()}, ours says "
            f"{received.isoformat()}: more than {SKEW_LIMIT} apart. Set the clock or "
            "its time zone right, and let “sent_at” be the moment of sending.",
            skew_seconds=round(skew.total_seconds()),
        )
    return skew


def correct_skew(skew: timedelta) -> timedelta:
    """Return what to add to a reporter's times: whole steps, nothing for small skews.

    Steps keep a repeated window at the same place although the way takes longer once.
    """
    if abs(skew) <= SKEW_TOLERANCE:
        return timedelta(0)
    return round(skew / SKEW_STEP) * SKEW_STEP


def check_times(window: Window, received: datetime) -> None:
    """Refuse a window of the future, too long ago, too short or too long.

    :raises BadField: saying which.
    """
    length = window.end - window.start
    if not MIN_WINDOW <= length <= MAX_WINDOW:
        raise BadField(
            "end", "bad_length", f"A window lasts from {MIN_WINDOW} to {MAX_WINDOW}."
        )
    if window.end > received + SKEW_TOLERANCE:
        raise BadField("end", "in_future", "The window ends in the future.")
    if window.start < received - MAX_LATE:
        raise BadField(
            "start", "too_old", f"Windows older than {MAX_LATE.days} days are too late."
        )


# === FIELDS === #


def read_time(values: dict, name: str) -> datetime:
    """Return a moment in UTC.

    :raises BadField: unless it is ISO 8601 with an offset.
    """
    text = values.get(name)
    if not isinstance(text, str):
        raise BadField(name, "missing", f"“{name}” is missing: give an ISO 8601 time.")
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise BadField(
                name,
                "no_offset",
                f"“{name}” has no offset: write Z or such as +02:00 behind the time.",
            )
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadField(
            name, "bad_time", f"“{name}” is no ISO 8601 time with an offset."
        ) from error
    if not 2000 <= moment.year <= 2200:
        raise BadField(name, "bad_time", f"“{name}” is out of range.")
    return moment.replace(microsecond=0)


def read_count(values: dict, name: str, default: int | None = 0) -> int | None:
    """Return a whole number from 0 to `MAX_COUNT`.

    :raises BadField: for anything else.
    """
    value = values.get(name)
    if value is None:
        return default
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(value, float) and value.is_integer():
        value, whole = int(value), True
    if not whole or not 0 <= value <= MAX_COUNT:
        raise BadField(
            name, "bad_count", f"“{name}” has to be a whole number, 0 to {MAX_COUNT}."
        )
    return value


def read_duration(values: dict, name: str) -> float | None:
    """Return a number of milliseconds.

    :raises BadField: for anything else.
    """
    value = values.get(name)
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= MAX_COUNT:
        raise BadField(
            name, "bad_duration", f"“{name}” has to be milliseconds, 0 to {MAX_COUNT}."
        )
    return float(value)


def read_text(values: dict, name: str, most: int, required: bool = False) -> str:
    """Return a text without what a database refuses.

    :raises BadField: when it is no text, too long, or missing but required.
    """
    value = values.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise BadField(name, "bad_text", f"“{name}” has to be text.")
    text = clean_text(value)
    if len(text) > most:
        raise BadField(name, "too_long", f"“{name}” is longer than {most} characters.")
    if required and not text:
        raise BadField(name, "missing", f"“{name}” is missing.")
    return text


# === PARTS === #


def _read_sent_at(body: dict) -> datetime:
    try:
        return read_time(body, "sent_at")
    except BadField as bad:
        raise ReportError(422, f"sent_at_{bad.reason}", bad.message) from bad


def _read_facts(body: dict) -> dict[str, str]:
    facts = body.get("environment")
    if facts is None:
        return {}
    if not isinstance(facts, dict):
        raise ReportError(422, "bad_environment", "“environment” has to be an object.")
    try:
        found = {
            name: read_text(facts, name, MAX_NAME)
            for name in ("code", "connecta_version", "odoo_version", "time_zone")
        }
    except BadField as bad:
        raise ReportError(422, "bad_environment", bad.message) from bad
    return {name: text for name, text in found.items() if text}


def _read_window(index: int, row: Any, shift: timedelta) -> Window:
    if not isinstance(row, dict):
        raise BadField("", "bad_window", "A window has to be an object.")
    name = read_text(row, "flow", MAX_NAME, required=True)
    connector = read_text(row, "connector", MAX_NAME)
    return Window(
        index=index,
        key=read_key(row, connector, name),
        name=name,
        connector=connector,
        start=read_time(row, "start") + shift,
        end=read_time(row, "end") + shift,
        **{part: read_count(row, part) for part in ("ok", "failed", "skipped")},
        **{part: read_duration(row, part) for part in ("p50_ms", "p95_ms")},
        **{
            part: read_count(row, part, None)
            for part in ("queue_depth", "oldest_pending_s")
        },
        errors=_read_errors(row),
    )


def read_key(row: dict, connector: str, name: str) -> str:
    """Return what a flow is known by: the reporter's key, else connector and name."""
    given = read_text(row, "key", MAX_KEY)
    return given or f"{connector}/{name}"[: 2 * MAX_NAME + 1]


def _read_errors(row: dict) -> tuple[ErrorGroup, ...]:
    entries = row.get("errors")
    if entries is None:
        return ()
    if not isinstance(entries, list):
        raise BadField("errors", "bad_errors", "“errors” has to be a list.")
    groups, spilt = [], 0
    for number, entry in enumerate(entries):
        if not isinstance(entry, dict):
            raise BadField("errors", "bad_errors", "An error has to be an object.")
        count = read_count(entry, "count", 1)
        if not count:
            continue
        if number >= MAX_ERROR_ENTRIES:
            spilt += count
            continue
        name = clean_text(str(entry.get("class") or "Error"))
        message = clean_text(str(entry.get("message") or ""))[:MAX_MESSAGE]
        groups.append(group_error(name, message, count))
    if spilt:
        groups.append(overflow_group(spilt))
    return tuple(
        ErrorGroup(g.fingerprint, g.name, g.pattern, g.example, min(g.count, MAX_COUNT))
        for g in merge_groups(groups, MAX_ERRORS)
    )


def _read_deployments(
    body: dict, report: Report, shift: timedelta, received: datetime
) -> None:
    rows = body.get("deployments", [])
    if not isinstance(rows, list) or len(rows) > MAX_DEPLOYMENTS:
        raise ReportError(
            422,
            "bad_deployments",
            f"“deployments” has to be a list of at most {MAX_DEPLOYMENTS}.",
        )
    for index, row in enumerate(rows):
        try:
            if not isinstance(row, dict):
                raise BadField("", "bad_deployment", "A deployment is an object.")
            at = read_time(row, "at") + shift
            if not received - MAX_LATE <= at <= received + SKEW_TOLERANCE:
                raise BadField("at", "out_of_range", "It is too old, or not yet.")
            text = read_text(row, "text", MAX_NAME, required=True)
            key = read_text(row, "key", MAX_KEY)
            report.deployments.append(Deployment(at, text, key))
        except BadField as bad:
            report.rejected.append(_word_rejected(index, bad) | {"list": "deployments"})


def naive(moment: datetime) -> datetime:
    """Return an aware moment as the database keeps it."""
    return moment.replace(tzinfo=None)
