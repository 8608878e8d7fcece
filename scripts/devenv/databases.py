"""Databases: templates that are made once, and throw-away copies of them."""

import ast
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import logs
from .environment import Environment
from .errors import SetupError
from .paths import ADDON, ADDON_DIR, LOGS, VENV
from .postgres import program, sql
from .process import run
from .ui import say, step

# The slow part of browser tests: made once, in the template.
BUNDLES = (
    "web.assets_web",
    "web.assets_web_print",
    "web.assets_frontend",
    "web.assets_frontend_minimal",
    "web.assets_frontend_lazy",
    "portal.assets_chatter",
)
MAKE_BUNDLES = f"""
for name in {BUNDLES!r}:
    bundle = env["ir.qweb"]._get_asset_bundle(name, js=True, css=True)
    bundle.js(), bundle.css()
env.cr.commit()
"""
MEND = "read the log, mend the addon, then run the command again"


def read_depends() -> list[str]:
    """Return the modules that the addon depends on, from its manifest."""
    manifest = (ADDON_DIR / "__manifest__.py").read_text(encoding="utf-8")
    return sorted(ast.literal_eval(manifest)["depends"])


def addon_fingerprint() -> str:
    """Return a digest of the addon's files but its tests."""
    digest = hashlib.sha256()
    for path in sorted(ADDON_DIR.rglob("*")):
        inside = path.relative_to(ADDON_DIR)
        if path.is_file() and path.suffix != ".pyc" and inside.parts[0] != "tests":
            digest.update(str(inside).encode() + path.read_bytes())
    return digest.hexdigest()[:10]


def deps_fingerprint() -> str:
    """Return a digest of Odoo, its packages and the addon's dependencies."""
    stamp = (VENV / ".stamp").read_text() + " ".join(read_depends())
    return hashlib.sha256(stamp.encode()).hexdigest()[:10]


class Databases:
    """The databases of one environment."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.env = environment.variables

    def exists(self, name: str) -> bool:
        return name in self.names()

    def names(self) -> list[str]:
        return sql("SELECT datname FROM pg_database", self.env)

    def drop(self, name: str) -> None:
        """Remove a database and its files; nothing happens without one."""
        if self.exists(name):
            sql(f'DROP DATABASE "{name}" WITH (FORCE)', self.env)
        shutil.rmtree(self._files(name), ignore_errors=True)

    def copy(self, source: str, target: str) -> str:
        """Copy a database and its files; return the new name."""
        self.drop(target)
        run(
            [program("createdb"), "-T", source, target],
            what=f"copying the database {source} failed",
            mend="close other programs that use it, then run the command again",
            env=self.env,
        )
        if self._files(source).is_dir():
            shutil.copytree(
                self._files(source), self._files(target), copy_function=os.link
            )
        return target

    @contextmanager
    def throw_away(self, source: str, purpose: str) -> Iterator[str]:
        """Yield the name of a copy that is dropped afterwards."""
        name = self.copy(source, f"t-{purpose}-{os.getpid()}")
        try:
            yield name
        finally:
            self.drop(name)

    def deps_template(self, demo: bool = True) -> str:
        """Return the template with the addon's dependencies, made if need be."""
        kind = "deps" if demo else "bare"
        name = f"{kind}-{deps_fingerprint()}"
        if not self.exists(name):
            self._prune(kind)
            modules = ",".join(read_depends())
            flags = ["--with-demo"] if demo else []
            with step("building the template database"):
                self.build(name, ["-i", modules, *flags])
        return name

    def addon_template(self) -> str:
        """Return the template with the addon and demo data, made if need be."""
        deps = self.deps_template()
        name = f"addon-{addon_fingerprint()}-{deps.removeprefix('deps-')}"
        if not self.exists(name):
            self._prune("addon")
            with step("installing the addon and making its bundles"):
                self.build(name, ["-i", ADDON, "--with-demo"], deps, MAKE_BUNDLES)
        return name

    def odoo(self, name: str, args: list[str], log_name: str) -> Path:
        """Run Odoo to its end on a database; any warning in its log is an error.

        :return: the log file.
        """
        log = LOGS / f"{log_name}.log"
        argv = [self.environment.odoo, "-d", name, "--no-http", "--stop-after-init"]
        with log.open("w") as output:
            done = subprocess.run(
                [*argv, *args],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        problems = logs.find_problems(log)
        if done.returncode or problems:
            problems = problems or [f"exit code {done.returncode}"]
            for line in problems:
                say(line)
            raise SetupError(f"Odoo warned or failed: {problems[0]} ({log})", MEND)
        return log

    def shell(self, name: str, code: str, args: tuple[str, ...] = ()) -> str:
        """Run Python code in `odoo shell` and return what it printed."""
        argv = [self.environment.odoo, "shell", "-d", name, "--no-http"]
        return run(
            [*argv, "--log-level=error", *args],
            what=f"running code in the database {name} failed",
            mend=MEND,
            env=self.env,
            stdin=code,
        )

    def build(self, name: str, args: list[str], source="", code: str = "") -> None:
        """Build under another name, so that half a database is never used."""
        new = f"{name}-new"
        if source:
            self.copy(source, new)
        else:
            self.drop(new)
        self.odoo(new, args, f"build-{name.split('-')[0]}")
        if code:
            self.shell(new, code)
        self.drop(name)
        sql(f'ALTER DATABASE "{new}" RENAME TO "{name}"', self.env)
        if self._files(new).is_dir():
            self._files(new).rename(self._files(name))

    def _prune(self, kind: str) -> None:
        for name in self.names():
            if name.startswith(f"{kind}-") or _is_left_over(name):
                self.drop(name)

    def _files(self, name: str) -> Path:
        return self.environment.data_dir / "filestore" / name


def _is_left_over(name: str) -> bool:
    """Return whether a throw-away database belongs to no process any more."""
    if not name.startswith("t-"):
        return False
    pid = name.rsplit("-", 1)[1]
    return not pid.isdigit() or not Path(f"/proc/{pid}").exists()
