"""The commands of the set-up; the Makefile and scripts/odoo call them."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

from .environment import open_environment, set_up
from .errors import SetupError, from_os_error
from .linting import NODE_MODULES, run_format, run_lint
from .paths import ROOT, STATE, VENV
from .postgres import Cluster
from .running import run_application
from .testing import PARTS, run_tests
from .ui import say, step


def main() -> None:
    """Run the command line and end with its exit code."""
    name, *args = sys.argv[1:] or ["help"]
    command = COMMANDS.get(name)
    try:
        if not command:
            raise SetupError(f"there is no command {name}", "see `make help`")
        sys.exit(command(args))
    except SetupError as error:
        say(str(error))
    except OSError as error:
        say(str(from_os_error(error)))
    except KeyboardInterrupt:
        say("interrupted; the same command goes on where it stopped")
    sys.exit(1)


def _setup(_args: list[str]) -> int:
    with step("set-up"):
        set_up()
    return 0


def _odoo(args: list[str]) -> int:
    environment = open_environment("dev")
    os.execve(environment.odoo, [environment.odoo, *args], environment.variables)


def _test(args: list[str]) -> int:
    parts = [part for part in args if part in PARTS]
    return run_tests(parts, [arg for arg in args if arg not in PARTS])


def _script(name: str) -> Callable[[list[str]], int]:
    def run_script(args: list[str]) -> int:
        environment = open_environment("test")
        try:
            return subprocess.run(
                [environment.python, ROOT / "scripts" / name, *args],
                env=environment.variables,
            ).returncode
        finally:
            environment.stop_postgres()

    return run_script


def _stop(_args: list[str]) -> int:
    for name in ("dev", "test"):
        if (STATE / f"pg-{name}").is_dir():
            Cluster(name).stop()
    return 0


def _clean(args: list[str]) -> int:
    if VENV.is_dir():
        _stop(args)
    for folder in (STATE, VENV, NODE_MODULES):
        shutil.rmtree(folder, ignore_errors=True)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "setup": _setup,
    "run": run_application,
    "test": _test,
    "lint": lambda _args: run_lint(),
    "format": lambda _args: run_format(),
    "odoo": _odoo,
    "i18n": _script("i18n.py"),
    "bench": _script("bench.py"),
    "screenshots": _script("screenshots.py"),
    "stop": _stop,
    "clean": _clean,
}
