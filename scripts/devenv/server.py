"""A running Odoo: started on a port, waited for, stopped by its process id."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from .environment import Environment
from .errors import SetupError

START_SECONDS = 90
STOP_SECONDS = 20


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def check_port(port: int) -> None:
    """Refuse a port that another program holds."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise SetupError(
                f"port {port} is taken by another program",
                "stop it, or choose another port: ODOO_HTTP_PORT=8070 make run",
            ) from error


class Server:
    """An Odoo server on one database."""

    def __init__(
        self,
        environment: Environment,
        database: str,
        log: Path,
        port: int | None = None,
        args: tuple[str, ...] = (),
    ) -> None:
        self.environment = environment
        self.database = database
        self.log = log
        self.port = port or free_port()
        self.args = args
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_error) -> None:
        self.stop()

    def start(self) -> None:
        """Start Odoo and wait until it answers."""
        argv = [self.environment.odoo, "-d", self.database]
        argv += ["--db-filter", f"^{self.database}$"]
        argv += ["--http-port", str(self.port), *self.args]
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                argv,
                env=self.environment.variables,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise SetupError(
                    f"Odoo did not start (see {self.log})", "read the log's last lines"
                )
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop Odoo, gently first."""
        if not self.process or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, 9)
            self.process.wait()

    def wait(self) -> None:
        """Wait until Odoo ends by itself."""
        if self.process:
            self.process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/web/health", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
