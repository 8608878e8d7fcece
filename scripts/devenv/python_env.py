"""The project's Python: a virtual environment of pinned, hash-checked wheels."""

import hashlib
import os
import platform
import shutil
import sys
from pathlib import Path

from .apt import Apt, unpack
from .errors import SetupError
from .paths import ROOT, VENV, VENV_BIN, cache_dir
from .process import run, succeeds
from .ui import step

LOCKS = (ROOT / "requirements.txt", ROOT / "requirements-dev.txt")
EXTRA_LOCKS = ROOT / "requirements"
TOOL_SUITES = ("bookworm", "bookworm-security")
NETWORK_MEND = (
    "check the network (a package index of your own goes into UV_DEFAULT_INDEX or"
    " PIP_INDEX_URL), then run the command again: it goes on where it stopped"
)
LAUNCHER = """#!{python}
import odoo.cli

if __name__ == "__main__":
    odoo.cli.main()
"""


def ensure_venv(odoo_path: Path) -> None:
    """Make `.venv` hold what the lock files say, with `odoo_path` importable."""
    wanted = _fingerprint(odoo_path)
    stamp = VENV / ".stamp"
    if (
        stamp.is_file()
        and stamp.read_text() == wanted
        and (VENV_BIN / "python").exists()
    ):
        return
    with step("installing the Python packages"):
        uv = [uv_program(), "--no-config"]
        env = uv_env()
        make = [*uv, "venv", "-q", "--clear", "--no-managed-python"]
        run(
            [*make, "--python", sys.executable, VENV],
            what="making .venv failed",
            mend="delete the folder .venv and run the command again",
            env=env,
        )
        locks = [part for lock in LOCKS for part in ("-r", lock)]
        run(
            [*uv, "pip", "install", "-q", "--python", VENV_BIN / "python"]
            + ["--require-hashes", *_source_rules(), *locks],
            what="installing the Python packages failed",
            mend=NETWORK_MEND,
            env=env,
        )
        _link_odoo(odoo_path)
        stamp.write_text(wanted)


def uv_env() -> dict[str, str]:
    """Return the environment for uv: our cache, and the index that pip would use."""
    env = dict(os.environ)
    env.setdefault("UV_CACHE_DIR", str(cache_dir() / "uv-cache"))
    env.setdefault("UV_LINK_MODE", "copy")
    if index := env.get("PIP_INDEX_URL"):
        env.setdefault("UV_DEFAULT_INDEX", index)
    return env


def _fingerprint(odoo_path: Path) -> str:
    digest = hashlib.sha256()
    for lock in LOCKS:
        digest.update(lock.read_bytes())
    return f"{sys.version} {odoo_path} {digest.hexdigest()}"


def _source_rules() -> list[str]:
    """Return which packages may be built: docopt, which has no wheel, pure Python."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        return []  # some wheels exist for x86_64 Linux only
    build = EXTRA_LOCKS / "build.txt"
    return [
        "--only-binary",
        ":all:",
        "--no-binary",
        "docopt",
        "--build-constraints",
        str(build),
    ]


def _link_odoo(odoo_path: Path) -> None:
    # A script, not `python -m odoo`: with --workers Odoo starts its websocket process
    # by running argv[0] again, and __main__.py cannot be run that way.
    python = VENV_BIN / "python"
    find = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = run(
        [python, "-c", find], what="the new Python does not run", mend=NETWORK_MEND
    )
    Path(site.strip(), "odoo.pth").write_text(f"{odoo_path}\n")
    script = VENV_BIN / "odoo"
    script.write_text(LAUNCHER.format(python=python))
    script.chmod(0o755)
    run(
        [script, "--version"],
        what="Odoo does not start",
        mend="run `make clean`, then the command again",
    )


def uv_program() -> str:
    """Return the installer uv: the one on PATH, else one of our own in the cache."""
    if found := shutil.which("uv"):
        return found
    target = cache_dir() / "uv"
    program = target / "bin" / "uv"
    if succeeds([program, "--version"]):
        return str(program)
    shutil.rmtree(target, ignore_errors=True)
    options = ["-q", "--no-compile", "--disable-pip-version-check", "--target", target]
    run(
        [*_pip(), "install", *options, "--only-binary", ":all:"]
        + ["--require-hashes", "-r", EXTRA_LOCKS / "uv.txt"],
        what="installing the installer uv failed",
        mend=NETWORK_MEND,
    )
    return str(program)


def _pip() -> list[str | Path]:
    """Return how to run pip; Debian's Python comes without it, so use its wheel."""
    if succeeds([sys.executable, "-m", "pip", "--version"]):
        return [sys.executable, "-m", "pip"]
    folder = cache_dir() / "pip-whl"
    wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        apt = Apt("tools", TOOL_SUITES)
        apt.update()
        unpack(apt.fetch(["python3-pip-whl"])[0], folder)
        wheels = sorted(folder.glob("usr/share/python-wheels/pip-*.whl"))
    if not wheels:
        raise SetupError("Debian's pip wheel is empty", "apt-get install python3-pip")
    return [sys.executable, wheels[-1] / "pip"]
