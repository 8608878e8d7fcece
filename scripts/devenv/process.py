"""Running other programs, and waiting for other copies of this one."""

import fcntl
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from .errors import SetupError, disk_full
from .ui import say


def run(
    argv: Sequence[str | Path],
    *,
    what: str,
    mend: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    log: Path | None = None,
    stdin: str | None = None,
) -> str:
    """Run a program to its end and return what it wrote to standard output.

    `what` is the sentence to fail with ("fetching X failed"), `mend` its way out. With
    `log`, all output is kept in that file.
    """
    try:
        done = subprocess.run(
            [str(part) for part in argv],
            input=stdin,
            stdin=None if stdin is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            env=env,
            cwd=cwd,
        )
    except FileNotFoundError as error:
        raise SetupError(f"{what}: there is no program {argv[0]}", mend) from error
    if log:
        log.write_text(done.stdout + done.stderr, encoding="utf-8")
    if done.returncode == 0:
        return done.stdout
    raise _failure(what, mend, done.stdout + "\n" + done.stderr, log)


def _failure(what: str, mend: str, output: str, log: Path | None) -> SetupError:
    if "No space left on device" in output or "Disk quota exceeded" in output:
        return disk_full(what)
    lines = [line for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if line.lower().startswith(("e:", "error"))]
    reason = (telling or lines or ["it said nothing"])[-1].strip()
    where = f" (all of it: {log})" if log else ""
    return SetupError(f"{what}: {reason[:300]}{where}", mend)


def succeeds(argv: Sequence[str | Path], env: Mapping[str, str] | None = None) -> bool:
    """Tell whether a program exists and ends well; its output is dropped."""
    try:
        done = subprocess.run(
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=env,
        )
    except OSError:
        return False
    return done.returncode == 0


@contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold an exclusive lock on `path`; the system drops it when this process ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that is {what} ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
