"""Debian packages without root: an apt of our own, set up beside the system's.

apt checks the archive's signatures and the packages' checksums; nothing is installed,
the packages are only unpacked into the cache. The mirror is the one that the machine's
own apt uses, so no host is named here.
"""

import os
import re
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import SetupError
from .paths import cache_dir
from .process import run

LISTS_MAX_AGE_SECONDS = 24 * 3600
APT_SETTINGS = Path("/etc/apt")
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
NETWORK_MEND = (
    "check the network and the machine's apt mirror (or set DEBIAN_MIRROR to another),"
    " then run the command again: it goes on where it stopped"
)
MIRROR_URI = re.compile(r"^\S+?(?:/debian/?|debian\.list)$")


@dataclass(frozen=True)
class Mirror:
    """The two archives that packages come from."""

    main: str
    security: str

    @classmethod
    def beside(cls, main: str) -> "Mirror":
        """Return the mirror whose security archive lies next to `main`."""
        head, _, tail = main.rstrip("/").rpartition("debian")
        return cls(f"{head}debian{tail}", f"{head}debian-security{tail}")


def read_uris(settings: Path) -> Iterator[str]:
    """Yield the archive addresses of apt's settings, in both of its file formats."""
    parts = settings / "sources.list.d"
    for file in sorted(parts.glob("*.sources")):
        for line in file.read_text(encoding="utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip().lower() == "uris":
                yield from value.split()
    for file in [settings / "sources.list", *sorted(parts.glob("*.list"))]:
        if not file.is_file():
            continue
        for line in file.read_text(encoding="utf-8").splitlines():
            if found := re.match(r"\s*deb\s+(?:\[[^]]*\]\s*)?(\S+)", line):
                yield found[1]


def find_mirror(settings: Path = APT_SETTINGS) -> Mirror:
    """Return the Debian mirror: DEBIAN_MIRROR, else the one in apt's settings."""
    if given := os.environ.get("DEBIAN_MIRROR", "").rstrip("/"):
        return Mirror.beside(given if given.endswith("debian") else f"{given}/debian")
    for uri in read_uris(settings):
        if MIRROR_URI.match(uri):
            return Mirror.beside(uri)
    raise SetupError(
        f"no Debian mirror is named in {settings}",
        "set DEBIAN_MIRROR to the address of one (it ends in /debian)",
    )


def _require_apt() -> str:
    missing = [name for name in ("apt-get", "dpkg-deb") if not shutil.which(name)]
    if missing:
        raise SetupError(
            f"this machine has no {' and no '.join(missing)}",
            "set ODOO_HOME to an Odoo 19.0 checkout, and put chromium and wkhtmltopdf"
            " on PATH",
        )
    keyring = os.environ.get("DEBIAN_KEYRING", KEYRING)
    if not os.access(keyring, os.R_OK):
        raise SetupError(
            f"there is no keyring {keyring} to check Debian's signatures with",
            "install the package debian-archive-keyring, or set DEBIAN_KEYRING",
        )
    return keyring


class Apt:
    """A private apt over a few suites, kept in the cache under `name`."""

    def __init__(self, name: str, suites: Sequence[str]) -> None:
        self.suites = suites
        self.folder = cache_dir() / "apt" / name
        self.debs = cache_dir() / "debs"
        self.sources = self.folder / "sources.list"
        self.stamp = self.folder / "stamp"

    def _argv(self, program: str, *args: str) -> list[str]:
        options = {
            "Dir::Etc::sourcelist": self.sources,
            "Dir::Etc::sourceparts": "/dev/null",
            "Dir::State::lists": self.folder / "lists",
            "Dir::State::status": "/dev/null",
            "Dir::Cache": self.folder / "cache",
            "Dir::Log": self.folder,
            "APT::Sandbox::User": "",
            "APT::Get::AllowUnauthenticated": "false",
            "APT::Update::Error-Mode": "any",
            "Acquire::Languages": "none",
            "Acquire::Retries": "3",
            "Acquire::http::Timeout": "30",
        }
        settings = [
            part
            for item in options.items()
            for part in ("-o", "=".join(map(str, item)))
        ]
        return [program, "-q", *settings, *args]

    def _source_lines(self, keyring: str) -> str:
        mirror = find_mirror()
        lines = []
        for suite in self.suites:
            if suite.startswith("deb "):
                lines.append(suite)
                continue
            # sid's release file expires within a week, mirrors may be older; what is
            # taken from sid is pinned by its checksum
            option = " check-valid-until=no" if suite == "sid" else ""
            archive = mirror.security if suite.endswith("-security") else mirror.main
            lines.append(f"deb [signed-by={keyring}{option}] {archive} {suite} main")
        return "\n".join(lines) + "\n"

    def update(self, force: bool = False) -> None:
        """Fetch the package lists, unless those at hand are of today."""
        keyring = _require_apt()
        lines = self._source_lines(keyring)
        for folder in ("lists/partial", "cache/archives/partial"):
            (self.folder / folder).mkdir(parents=True, exist_ok=True)
        self.debs.mkdir(parents=True, exist_ok=True)
        same = self.sources.is_file() and self.sources.read_text() == lines
        fresh = self.stamp.exists() and (
            time.time() - self.stamp.stat().st_mtime < LISTS_MAX_AGE_SECONDS
        )
        if same and fresh and not force:
            return
        self.stamp.unlink(missing_ok=True)
        self.sources.write_text(lines)
        run(
            self._argv("apt-get", "update"),
            what="fetching Debian's package lists failed",
            mend=NETWORK_MEND,
            log=self.folder / "update.log",
        )
        self.stamp.touch()

    def with_dependencies(self, packages: Iterable[str]) -> list[str]:
        """Return the names of `packages` and of all that they depend on."""
        plan = run(
            self._argv(
                "apt-get", "install", "-s", "--no-install-recommends", *packages
            ),
            what="Debian's packages do not fit together",
            mend=NETWORK_MEND,
        )
        return re.findall(r"^Inst (\S+)", plan, flags=re.MULTILINE)

    def has(self, package: str) -> bool:
        """Tell whether the lists know `package`."""
        try:
            found = run(self._argv("apt-cache", "show", package), what="-", mend="-")
        except SetupError:
            return False
        return bool(found.strip())

    def fetch(self, packages: Sequence[str]) -> list[Path]:
        """Download packages (NAME or NAME/SUITE) and return their verified files."""
        try:
            self._download(packages)
        except SetupError:
            self.update(force=True)  # lists out of date name files that are gone
            self._download(packages)
        uris = run(
            self._argv("apt-get", "download", "--print-uris", *packages),
            what="listing the packages' files failed",
            mend=NETWORK_MEND,
        )
        names = re.findall(r"^'[^']+' (\S+)", uris, flags=re.MULTILINE)
        return [self.debs / name for name in names]

    def _download(self, packages: Sequence[str]) -> None:
        run(
            self._argv("apt-get", "download", *packages),
            what=f"fetching {len(packages)} Debian package(s) failed",
            mend=NETWORK_MEND,
            cwd=self.debs,
            log=self.folder / "download.log",
        )


def unpack(deb: Path, target: Path) -> None:
    """Unpack a package's files below `target`."""
    run(
        ["dpkg-deb", "-x", deb, target],
        what=f"unpacking {deb.name} failed",
        mend=f"delete {deb} and run the command again",
    )
