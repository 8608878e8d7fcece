"""`make run`: the application with demo data, until Ctrl-C."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from .databases import MAKE_BUNDLES, Databases, addon_fingerprint
from .environment import Environment, open_environment
from .errors import SetupError
from .paths import ADDON, LOGS, ROOT, STATE
from .server import Server, check_port
from .ui import step

DATABASE = "demo"
DEFAULT_PORT = 8069
LOGINS = (
    ("agent", "support agent: the triage queue"),
    ("lead", "support lead"),
    ("manager", "account manager: subscriptions and tiers"),
    ("consultant", "consultant"),
    ("capadmin", "administrator of the program"),
    ("essential", "client with the tier Essential (portal)"),
    ("advisor", "client with the tier Advisor (portal)"),
    ("alliance", "client with the tier Alliance (portal)"),
    ("admin", "administrator of Odoo"),
)


def run_application(args: list[str]) -> int:
    """Start PostgreSQL and Odoo, print where and who, and stop both at the end."""
    port = _read_port()
    check_port(port)
    environment = open_environment("dev")
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _prepare_database(environment)
        server = Server(environment, DATABASE, LOGS / "run.log", port, tuple(args))
        with server, _play_clients(environment, server):
            _print_welcome(server)
            server.wait()
    except KeyboardInterrupt:
        print("\nstopped.")
    finally:
        environment.stop_postgres()
    return 0


def _interrupt(_signal, _frame) -> None:
    raise KeyboardInterrupt


def _read_port() -> int:
    given = os.environ.get("ODOO_HTTP_PORT", str(DEFAULT_PORT))
    if not given.isdigit() or not 0 < int(given) < 65536:
        raise SetupError(
            f"ODOO_HTTP_PORT={given} is no port", "give a number from 1 to 65535"
        )
    return int(given)


def _prepare_database(environment: Environment) -> None:
    """Make the demo database, or update the addon in it when its files changed."""
    databases = Databases(environment)
    stamp = STATE / "run.stamp"
    current = addon_fingerprint()
    if not databases.exists(DATABASE):
        with step("making the demo database (once)"):
            args = ["-i", ADDON, "--with-demo"]
            databases.build(DATABASE, args, code=MAKE_BUNDLES)
    elif not stamp.exists() or stamp.read_text() != current:
        with step("updating the addon in the demo database"):
            databases.odoo(DATABASE, ["-u", ADDON], "run-update")
    stamp.write_text(current)


@contextmanager
def _play_clients(environment: Environment, server: Server) -> Iterator[None]:
    """Let two clients' Connecta report to the server for as long as it runs."""
    script = ROOT / "scripts" / "demo_health.py"
    with (LOGS / "demo-health.log").open("w") as output:
        player = subprocess.Popen(
            [environment.python, script, server.url, "--follow"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield
    finally:
        player.terminate()
        player.wait()


def _print_welcome(server: Server) -> None:
    print(f"\nConnecta CAP runs.  Log: {server.log}")
    print(f"  staff    {server.url}/odoo/cap-triage")
    print(f"  clients  {server.url}/my/cap\n")
    print("  login (the password is the same)")
    for login, role in LOGINS:
        print(f"    {login:<12} {role}")
    print("\nCtrl-C stops everything.", flush=True)
