"""The one error of the set-up."""

import errno


class SetupError(Exception):
    """Something outside the program prevents it from going on.

    `what` says what happened, `mend` what the reader can do about it.
    """

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        return f"{_one_line(self.what)} -- mend: {_one_line(self.mend)}"


def disk_full(where: object) -> SetupError:
    """Return the error for a file system without space, met while using `where`."""
    return SetupError(
        f"the disk is full ({where})",
        "free about 4 GB, or put the cache elsewhere with ODOO_DEV_CACHE=/path",
    )


def from_os_error(error: OSError) -> SetupError:
    """Translate an error of the operating system that nobody expected."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return disk_full(error.filename or "writing")
    return SetupError(
        f"the operating system refused: {error}",
        "check the path's owner and permissions, then run the command again",
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
