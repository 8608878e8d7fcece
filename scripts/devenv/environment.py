"""One call that makes everything ready, and the environment Odoo runs in."""

import os
from dataclasses import dataclass
from pathlib import Path

from .odoo_source import ensure_odoo
from .paths import BIN, ROOT, STATE, VENV_BIN, cache_dir, make_folders
from .postgres import Cluster, program, uses_given_server
from .process import locked
from .python_env import ensure_venv
from .tools import ensure_tools


@dataclass(frozen=True)
class Environment:
    """Where Odoo, its data and its database server are.

    `started_postgres` says that this process started the server, and so stops it.
    """

    cluster: str
    variables: dict[str, str]
    started_postgres: bool = False

    @property
    def data_dir(self) -> Path:
        return Path(self.variables["ODOO_DATA_DIR"])

    @property
    def odoo(self) -> str:
        return str(VENV_BIN / "odoo")

    @property
    def python(self) -> str:
        return str(VENV_BIN / "python")

    def stop_postgres(self) -> None:
        """Stop the database server if this environment started it."""
        if self.started_postgres:
            Cluster(self.cluster).stop()


def set_up() -> None:
    """Make Odoo, its Python, browser and PDF tool available; quick when they are."""
    make_folders()
    with locked(cache_dir() / ".lock", "setting up"):
        odoo_path = ensure_odoo()
        ensure_venv(odoo_path)
        ensure_tools()


def open_environment(cluster: str) -> Environment:
    """Set up what is missing, start PostgreSQL and return Odoo's environment.

    :param cluster: 'dev' keeps data between runs, 'test' is thrown away freely.
    """
    set_up()
    variables = dict(os.environ)
    for name in ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "ODOO_RC"):
        variables.pop(name, None)
    started = False
    if not uses_given_server():
        server = Cluster(cluster)
        started = server.start()
        for name in ("PGDATABASE", "PGPASSWORD", "PGSERVICE"):
            variables.pop(name, None)
        variables |= server.env()
    data_dir = STATE / f"data-{cluster}"
    (data_dir / "filestore").mkdir(parents=True, exist_ok=True)
    path = [str(BIN), str(VENV_BIN), str(Path(program("psql")).parent)]
    variables |= {
        "PATH": os.pathsep.join([*path, variables.get("PATH", "")]),
        "ODOO_DATA_DIR": str(data_dir),
        "ODOO_ADDONS_PATH": str(ROOT),
        "ODOO_HTTP_INTERFACE": "127.0.0.1",
    }
    return Environment(cluster, variables, started)
