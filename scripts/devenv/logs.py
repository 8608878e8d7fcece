"""What Odoo's log says: problems, and how many tests ran."""

import re
from itertools import pairwise
from pathlib import Path

PROBLEM = re.compile(r"^\d{4}-\d\d-\d\d \S+ \d+ (WARNING|ERROR|CRITICAL) ")
# Said by Odoo or its packages, whatever the addon does.
EXPECTED = (
    # the sandboxed network of a test machine refuses Odoo's own services
    "odoo.addons.iap",
    "partner_autocomplete",
    # the bundled PDF tool has no SSL library, and needs none for its own pages
    "wkhtmltopdf: QSslSocket",
)
# Two people at the same record: the second request is made again, by Odoo itself.
COLLISION = "ERROR: could not serialize access"
GIVEN_UP = "maximum number of tries reached"
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
HOOT_PASSED = re.compile(r"\[HOOT\] Passed (\d+) tests")
SKIPPED = re.compile(r"(?:^|\s)(?:skipped|Skipping) ", re.IGNORECASE)


def find_problems(log: Path) -> list[str]:
    """Return the lines of a log that warn or fail.

    A request that collided with another one is none as long as a later try went well.
    """
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    problems = [
        line
        for line, after in pairwise([*lines, ""])
        if GIVEN_UP in line
        or (
            PROBLEM.match(line)
            and not after.startswith(COLLISION)
            and not any(text in line for text in EXPECTED)
        )
    ]
    crashed = [line for line in lines if line.startswith("Traceback ")]
    return problems or crashed


def count_tests(log: Path) -> tuple[int, int]:
    """Return (passed, failed) of a run of Odoo's own test runner."""
    text = log.read_text(encoding="utf-8", errors="replace")
    passed = failed = 0
    for match in RESULT.finditer(text):
        bad = int(match[1]) + int(match[2])
        failed += bad
        passed += max(0, int(match[3]) - bad)
    return passed, failed


def find_skips(log: Path) -> list[str]:
    """Return the lines of a log that say that a test was skipped."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    return [line for line in lines if " skipped " in line and "odoo.addons" in line]
