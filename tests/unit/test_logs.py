"""Which lines of Odoo's log are a problem."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from devenv.logs import find_problems

START = "2026-06-01 12:00:00,000 41 {} db odoo."
FAILED = START.format("ERROR") + "sql_db: bad query: b'UPDATE cap_ticket'"
COLLIDED = "ERROR: could not serialize access due to concurrent update"


def problems(tmp_path, *lines):
    log = tmp_path / "odoo.log"
    log.write_text("\n".join(lines), encoding="utf-8")
    return find_problems(log)


def test_warnings_and_errors_are_problems(tmp_path):
    warning = START.format("WARNING") + "fields: no such field"
    calm = START.format("INFO") + "service: all is well"
    assert problems(tmp_path, calm, warning, FAILED, calm) == [warning, FAILED]
    assert problems(tmp_path, calm) == []


def test_a_collision_is_one_only_when_odoo_gave_up(tmp_path):
    again = START.format("INFO") + "service.model: SERIALIZATION_FAILURE, 4 tries left"
    over = START.format("INFO") + (
        "service.model: SERIALIZATION_FAILURE, maximum number of tries reached!"
    )
    assert problems(tmp_path, FAILED, COLLIDED, again) == []
    assert problems(tmp_path, FAILED, COLLIDED, over) == [over]


def test_what_else_the_database_refuses_is_a_problem(tmp_path):
    refused = "ERROR: duplicate key value violates unique constraint"
    assert problems(tmp_path, FAILED, refused) == [FAILED]
    assert problems(tmp_path, FAILED) == [FAILED]


def test_an_empty_log_has_no_problem(tmp_path):
    assert problems(tmp_path) == []


def test_a_traceback_alone_is_a_problem(tmp_path):
    assert problems(tmp_path, "Traceback (most recent call last):")
