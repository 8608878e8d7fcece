"""Kinds of error: messages that differ only in their particulars are one group.

What varies from one occurrence to the next (numbers, ids, addresses, quoted names) is
taken out, so that ten thousand messages about ten thousand orders are one group.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass

# A message is looked at no further than this; what follows rarely tells more.
READ_CHARACTERS = 2000
PATTERN_CHARACTERS = 300
CLASS_CHARACTERS = 120
EXAMPLE_CHARACTERS = 500

# The group that takes what goes beyond the cap of groups.
OVERFLOW = "overflow"

_RULES = (
    (re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.I), "<id>"),
    (re.compile(r"[a-z]+://[^\s\"'<>]+", re.I), "<url>"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "<mail>"),
    (re.compile(r"\"[^\"]*\"|'[^']*'|“[^”]*”|«[^»]*»|`[^`]*`"), "<text>"),
    (re.compile(r"\b0x[0-9a-f]+\b", re.I), "<id>"),
    (re.compile(r"\b(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{12,}\b", re.I), "<id>"),
    (re.compile(r"\d+(?:[.,:\-/T]\d+)*"), "<n>"),
    (re.compile(r"\s+"), " "),
)


@dataclass(frozen=True)
class ErrorGroup:
    """One kind of error in a window: what it is called, and how often it came."""

    fingerprint: str
    name: str
    pattern: str
    example: str
    count: int


def normalise(message: str) -> str:
    """Return a message without its particulars, at most `PATTERN_CHARACTERS` long."""
    text = message[:READ_CHARACTERS]
    for rule, replacement in _RULES:
        text = rule.sub(replacement, text)
    return text.strip()[:PATTERN_CHARACTERS]


def group_error(name: str, message: str, count: int = 1) -> ErrorGroup:
    """Return the group that an error belongs to.

    :param name: class of the error, as the reporter calls it.
    :param message: what it said.
    :param count: how often it came.
    """
    name, pattern = name.strip()[:CLASS_CHARACTERS], normalise(message)
    digest = hashlib.sha256(f"{name}\n{pattern}".encode()).hexdigest()[:32]
    return ErrorGroup(digest, name, pattern, message[:EXAMPLE_CHARACTERS], count)


def overflow_group(count: int) -> ErrorGroup:
    """Return the group of what goes beyond the cap."""
    return ErrorGroup(OVERFLOW, "", "", "", count)


def merge_groups(groups: Iterable[ErrorGroup], most: int) -> tuple[ErrorGroup, ...]:
    """Return groups with equal ones summed; all beyond `most` are one overflow group.

    No occurrence is lost: the counts sum to the same.

    :param most: kinds of error that are told apart, the most frequent first.
    """
    summed: dict[str, ErrorGroup] = {}
    for group in groups:
        known = summed.get(group.fingerprint)
        count = group.count + (known.count if known else 0)
        base = known or group
        summed[group.fingerprint] = ErrorGroup(
            base.fingerprint, base.name, base.pattern, base.example, count
        )
    spilt = summed.pop(OVERFLOW, overflow_group(0)).count
    ordered = sorted(summed.values(), key=lambda g: (-g.count, g.fingerprint))
    spilt += sum(group.count for group in ordered[most:])
    kept = tuple(ordered[:most])
    return (*kept, overflow_group(spilt)) if spilt else kept
