"""Chromium and wkhtmltopdf: those on PATH, else unpacked builds behind wrappers."""

import os
import platform
import shutil
from pathlib import Path

from .apt import Apt, unpack
from .errors import SetupError
from .paths import BIN, STATE, VENV_BIN, cache_dir
from .process import run, succeeds
from .python_env import TOOL_SUITES
from .ui import step

# the names that Odoo's own test runner looks for
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
PDF_WHEEL = VENV_BIN / "wkhtmltopdf-pack"
PACKAGES = [
    "chromium-headless-shell",
    "fonts-dejavu-core",
    "libxrender1",
    "libfontconfig1",
]
# the machine's own, or of no use without a system around them
NOT_UNPACKED = set(
    [
        "libc6",
        "dpkg",
        "tar",
        "debconf",
        "sysvinit-utils",
        "lsb-base",
        "x11-common",
        "x11-utils",
        "xdg-utils",
        "libllvm15",
        "libz3-4",
        "libgl1-mesa-dri",
        "libsensors-config",
        "libsensors5",
        "libcap2-bin",
        "iso-codes",
    ]
)
BROWSER_MEND = "install one (apt-get install chromium) or put any Chromium on PATH"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{tree}/usr/share/fonts</dir><dir>/usr/share/fonts</dir><dir>~/.fonts</dir>
  <cachedir>{cache}/fontconfig</cachedir>
  <alias binding="same"><family>sans-serif</family>
    <prefer><family>DejaVu Sans</family></prefer></alias>
  <alias binding="same"><family>serif</family>
    <prefer><family>DejaVu Serif</family></prefer></alias>
  <alias binding="same"><family>monospace</family>
    <prefer><family>DejaVu Sans Mono</family></prefer></alias>
</fontconfig>
"""
WRAPPER = """#!/bin/sh
export LD_LIBRARY_PATH='{libraries}' FONTCONFIG_FILE='{tree}/fonts.conf' {more}
exec '{program}' "$@"
"""


def ensure_tools() -> None:
    """Make a browser and the PDF tool available on the environment's PATH."""
    stamp = STATE / "tools.stamp"
    browser, pdf = _on_path(BROWSERS), _on_path(("wkhtmltopdf",))
    wanted = f"{browser} {pdf} {cache_dir()}"
    if stamp.is_file() and stamp.read_text() == wanted and _wrappers_stand():
        return
    stamp.unlink(missing_ok=True)
    for name in ("google-chrome", "wkhtmltopdf", "wkhtmltoimage"):
        (BIN / name).unlink(missing_ok=True)
    if not (browser and pdf):
        tree = _unpacked()
        if not browser:
            _wrap(
                tree, "google-chrome", tree / "usr/lib/chromium/chromium-headless-shell"
            )
        if not pdf:
            _wrap_pdf(tree)
    elif not succeeds([browser, "--version"]):
        raise SetupError(f"the browser {browser} does not start", BROWSER_MEND)
    stamp.write_text(wanted)


def find_browser() -> str:
    """Return the path of a Chromium that can be started, else say how to get one."""
    found = shutil.which("google-chrome", path=str(BIN)) or _on_path(BROWSERS)
    if not found:
        raise SetupError("there is no Chromium for the browser tests", BROWSER_MEND)
    return found


def _on_path(names: tuple[str, ...]) -> str | None:
    """Return the first program found outside of our own folders."""
    if os.environ.get("ODOO_TOOLS") == "bundled":
        return None
    own = {str(BIN), str(VENV_BIN)}
    path = os.pathsep.join(
        folder
        for folder in os.environ.get("PATH", "").split(os.pathsep)
        if folder not in own
    )
    return next(
        (found for name in names if (found := shutil.which(name, path=path))), None
    )


def _wrappers_stand() -> bool:
    tree = cache_dir() / "tools-1" / ".complete"
    return tree.exists() or not any(BIN.glob("*"))


def _unpacked() -> Path:
    tree = cache_dir() / "tools-1"
    if (tree / ".complete").exists():
        return tree
    with step("fetching Chromium and its libraries (once per machine)"):
        apt = Apt("tools", TOOL_SUITES)
        apt.update()
        wanted = PACKAGES if _has_pdf_wheel() else [*PACKAGES, "wkhtmltopdf"]
        names = [n for n in apt.with_dependencies(wanted) if n not in NOT_UNPACKED]
        part = tree.with_name("tools-1.part")
        for old in (part, tree):
            shutil.rmtree(old, ignore_errors=True)
        part.mkdir(parents=True)
        for deb in apt.fetch(names):
            unpack(deb, part)
        (part / "fonts.conf").write_text(FONTS.format(tree=tree, cache=cache_dir()))
        (part / ".complete").touch()
        part.rename(tree)
    return tree


def _has_pdf_wheel() -> bool:
    return (platform.system(), platform.machine()) == ("Linux", "x86_64")


def _wrap_pdf(tree: Path) -> None:
    if PDF_WHEEL.exists():
        PDF_WHEEL.chmod(0o755)
        _wrap(tree, "wkhtmltopdf", PDF_WHEEL)
        return
    for name in ("wkhtmltopdf", "wkhtmltoimage"):
        _wrap(tree, name, tree / "usr/bin" / name, "QT_QPA_PLATFORM=offscreen")


def _wrap(tree: Path, name: str, program: Path, more: str = "") -> None:
    """Write a wrapper that runs `program` with the unpacked libraries and fonts."""
    triplet = next((tree / "usr/lib").glob("*-linux-gnu")).name
    folders = [f"usr/lib/{triplet}", f"lib/{triplet}", f"usr/lib/{triplet}/pulseaudio"]
    libraries = ":".join(str(tree / folder) for folder in folders)
    script = BIN / name
    script.write_text(
        WRAPPER.format(libraries=libraries, tree=tree, more=more, program=program)
    )
    script.chmod(0o755)
    run(
        [script, "--version"],
        what=f"the unpacked {name} does not start",
        mend=BROWSER_MEND,
    )
