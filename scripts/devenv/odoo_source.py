"""Odoo itself: an existing checkout, a given package, or Debian's, unpacked."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from .apt import Apt, unpack
from .errors import SetupError, disk_full
from .paths import STATE, cache_dir
from .ui import say, step

PACKAGE = "odoo-19"
# 19.0.0+dfsg-1, the version that the project is tested with
PACKAGE_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"
# Debian's build links to these instead of bringing its own copies; all of them from
# one stable suite
LINKED_PACKAGES = [
    "fonts-font-awesome",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
]
LINKED_SUITE = "trixie"
PYTHON_PATH = "usr/lib/python3/dist-packages"
# Named in mail's manifest, left out of Debian's package: without it each backend page
# logs an error. It only blurs the background in video calls.
MISSING_FILES = {
    "mail/static/lib/selfie_segmentation/selfie_segmentation.js": (
        "/* stub: not part of the Debian package */\n"
    )
}
GONE_MEND = (
    "set ODOO_HOME to a checkout of Odoo 19.0, or ODOO_DEB to an odoo_19 .deb file, or"
    " ODOO_APT_SOURCE to a 'deb [...] URI SUITE main' line of an archive that has it"
)


def ensure_odoo() -> Path:
    """Return the folder that makes `import odoo` work, fetching Odoo if need be."""
    if home := os.environ.get("ODOO_HOME"):
        return _checkout(Path(home).expanduser().resolve())
    remembered = STATE / "odoo.deb"
    if not os.environ.get("ODOO_DEB") and remembered.is_file():
        folder = cache_dir() / remembered.read_text().strip()
        if (folder / ".complete").exists():
            return folder / PYTHON_PATH
    with step("fetching and unpacking Odoo 19 (once per machine)"):
        deb = _find_package()
        folder = cache_dir() / deb.name.removesuffix(".deb")
        if not (folder / ".complete").exists():
            _build(deb, folder)
    if not os.environ.get("ODOO_DEB"):
        remembered.write_text(folder.name)
    return folder / PYTHON_PATH


def _checkout(home: Path) -> Path:
    if not (home / "odoo" / "release.py").is_file():
        raise SetupError(
            f"ODOO_HOME={home} has no odoo/release.py",
            "point ODOO_HOME at the top folder of an Odoo 19.0 checkout, or unset it",
        )
    return home


def _apt() -> Apt:
    apt = Apt("odoo", [os.environ.get("ODOO_APT_SOURCE", "sid"), LINKED_SUITE])
    apt.update()
    return apt


def _find_package() -> Path:
    if given := os.environ.get("ODOO_DEB"):
        if not Path(given).is_file():
            raise SetupError(
                f"ODOO_DEB={given} is no file", "correct or unset ODOO_DEB"
            )
        return Path(given).resolve()
    cached = [
        deb
        for deb in sorted((cache_dir() / "debs").glob(f"{PACKAGE}_*.deb"))
        if _sha256(deb) == PACKAGE_SHA256
    ]
    if cached:
        return cached[-1]
    apt = _apt()
    if not apt.has(PACKAGE):
        raise SetupError(f"Debian has no package {PACKAGE} any more", GONE_MEND)
    deb = apt.fetch([PACKAGE])[0]
    if _sha256(deb) != PACKAGE_SHA256:
        say(f"note: {deb.name} (its signature is good) is not the tested version")
    return deb


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _build(deb: Path, folder: Path) -> None:
    """Unpack under another name and rename at the end: half a tree is never used."""
    part = folder.with_name(folder.name + ".part")
    for old in (part, folder):
        shutil.rmtree(old, ignore_errors=True)
    part.mkdir(parents=True)
    _unpack_odoo(deb, part)
    if dangling := _dangling_links(part):
        for linked in _apt().fetch(
            [f"{name}/{LINKED_SUITE}" for name in LINKED_PACKAGES]
        ):
            unpack(linked, part)
        dangling = _dangling_links(part)
    if dangling:
        raise SetupError(f"{deb.name} links to a missing {dangling[0]}", GONE_MEND)
    _mend_package(part / PYTHON_PATH / "odoo" / "addons")
    (part / ".complete").touch()
    part.rename(folder)


def _unpack_odoo(deb: Path, target: Path) -> None:
    # dist-packages/addons is a second copy of the addons' Python files
    tar = ["tar", "-x", "-C", str(target), f"--exclude=./{PYTHON_PATH}/addons"]
    reader = subprocess.Popen(
        ["dpkg-deb", "--fsys-tarfile", str(deb)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    writer = subprocess.run(tar, stdin=reader.stdout, stderr=subprocess.PIPE, text=True)
    if reader.stdout:
        reader.stdout.close()
    if writer.returncode and "No space left" in writer.stderr:
        raise disk_full(target)
    if reader.wait() or writer.returncode:
        raise SetupError(
            f"unpacking {deb.name} failed: {writer.stderr.strip()[-200:]}",
            f"delete {deb} and run the command again",
        )


def _dangling_links(tree: Path) -> list[Path]:
    return [
        path
        for folder, folders, files in os.walk(tree / "usr")
        for name in folders + files
        if (path := Path(folder, name)).is_symlink() and not path.exists()
    ]


def _mend_package(addons: Path) -> None:
    for name, content in MISSING_FILES.items():
        path = addons / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
