"""`make test`: every part of the tests, one count at the end."""

import os
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import logs
from .databases import Databases
from .environment import Environment, open_environment
from .paths import ADDON, ADDON_DIR, LOGS, ROOT, STATE
from .server import free_port
from .tools import find_browser
from .ui import say, step

HOOT = f"/web:WebSuite.test_unit_desktop[@{ADDON}]"
Count = tuple[int, int]


def run_tests(parts: list[str], arguments: list[str]) -> int:
    """Run the parts (all by default), print the sum and return the exit code."""
    environment = open_environment("test")
    environment.variables["PATH"] += os.pathsep + str(Path(find_browser()).parent)
    chosen = parts or list(PARTS)
    lanes = [lane for lane in _split(chosen) if lane]
    try:
        if len(lanes) > 1:
            Databases(environment).addon_template()
        with ThreadPoolExecutor(len(lanes)) as pool:
            runs = [
                pool.submit(_run_lane, environment, lane, arguments) for lane in lanes
            ]
            counts = [run.result() for run in runs]
    finally:
        environment.stop_postgres()
    passed, failed = (sum(column) for column in zip(*counts, strict=True))
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _split(parts: list[str]) -> list[list[str]]:
    """Return what runs side by side: browsers and races wait more than they count."""
    lanes = (("odoo",), ("unit", "repo", "system"), ("lifecycle", "processes"))
    return [[part for part in parts if part in lane] for lane in lanes]


def _run_lane(
    environment: Environment, parts: list[str], arguments: list[str]
) -> Count:
    """Run some parts one after the other, each on databases of its own."""
    passed = failed = 0
    for part in parts:
        with step(f"tests: {part}"):
            good, bad = PARTS[part](environment, arguments)
        if not good and not bad:
            say(f"part {part} ran no test: that counts as a failure")
            bad = 1
        say(f"part {part}: {good} passed, {bad} failed")
        passed, failed = passed + good, failed + bad
    return passed, failed


def _run_pytest(
    environment: Environment, folders: list[str], more: list[str], part: str
) -> Count:
    """Run pytest; a skipped test counts as failed."""
    report = STATE / f"pytest-{part}.xml"
    report.unlink(missing_ok=True)
    argv = [environment.python, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*argv, f"--junit-xml={report}", *folders, *more],
        cwd=ROOT,
        env=environment.variables,
        stdin=subprocess.DEVNULL,
    )
    if not report.exists():
        return 0, 1
    suite = ElementTree.parse(report).getroot().find("testsuite")
    counts = {key: int(suite.get(key)) for key in ("tests", "errors", "failures")}
    skipped = int(suite.get("skipped"))
    if skipped:
        say(f"{skipped} skipped test(s): a skipped test is a failure")
    bad = counts["errors"] + counts["failures"] + skipped
    return max(0, counts["tests"] - bad), bad or int(done.returncode not in (0, 5))


def _test_unit(environment: Environment, more: list[str]) -> Count:
    return _run_pytest(environment, ["tests/unit"], more, "unit")


def _test_repo(environment: Environment, more: list[str]) -> Count:
    return _run_pytest(environment, ["tests/repo"], more, "repo")


def _test_odoo(environment: Environment, more: list[str]) -> Count:
    """Run Odoo's own runner, and the browser's unit tests, on a fresh copy."""
    databases = Databases(environment)
    template = databases.addon_template()
    tags = [f"/{ADDON}"]
    if list(ADDON_DIR.glob("static/tests/**/*.test.js")):
        tags.append(HOOT)
    log = LOGS / "test-odoo.log"
    with databases.throw_away(template, "odoo") as name:
        argv = [environment.odoo, "-d", name, "--stop-after-init"]
        argv += ["--test-tags", ",".join(tags), "--http-port", str(free_port())]
        argv += ["--screenshots", str(STATE / "screenshots"), *more]
        with log.open("w") as output:
            done = subprocess.run(
                argv,
                env=environment.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
    passed, failed = logs.count_tests(log)
    problems = logs.find_problems(log) + logs.find_skips(log)
    for line in problems:
        say(line)
    if problems or failed or done.returncode:
        say(f"the whole log: {log}")
        failed = failed or 1
    return passed, failed


def _test_lifecycle(environment: Environment, _more: list[str]) -> Count:
    """Install without demo, update and uninstall: each without a warning."""
    databases = Databases(environment)
    bare = databases.deps_template(demo=False)
    uninstall = (
        f"env['ir.module.module'].search([('name', '=', '{ADDON}')])"
        ".button_immediate_uninstall()\nenv.cr.commit()\n"
    )
    with databases.throw_away(bare, "life") as name:
        databases.odoo(name, ["-i", ADDON], "life-install")
        databases.odoo(name, ["-u", ADDON], "life-update")
        databases.shell(name, uninstall, (f"--logfile={LOGS / 'life-uninstall.log'}",))
    problems = logs.find_problems(LOGS / "life-uninstall.log")
    for line in problems:
        say(line)
    return 3 - bool(problems), int(bool(problems))


def _test_system(environment: Environment, more: list[str]) -> Count:
    """Run the browser tests against a real server on a fresh copy."""
    return _run_system(environment, "system", ["-m", "not processes", *more])


def _test_processes(environment: Environment, more: list[str]) -> Count:
    """Run what needs several processes and no browser: races, kills, mail."""
    return _run_system(environment, "processes", ["-m", "processes", *more])


def _run_system(environment: Environment, part: str, more: list[str]) -> Count:
    databases = Databases(environment)
    with databases.throw_away(databases.addon_template(), part) as name:
        variables = environment.variables | {
            "CAP_TEST_PART": part,
            "CAP_TEST_DATABASE": name,
            "CAP_TEST_BROWSER": find_browser(),
        }
        inner = Environment(environment.cluster, variables)
        return _run_pytest(inner, ["tests/system"], more, part)


PARTS: dict[str, Callable[[Environment, list[str]], Count]] = {
    "unit": _test_unit,
    "repo": _test_repo,
    "odoo": _test_odoo,
    "lifecycle": _test_lifecycle,
    "system": _test_system,
    "processes": _test_processes,
}
