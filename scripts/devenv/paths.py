"""Where things are: the checkout, its ignored folders and the user's cache."""

import os
from pathlib import Path

ADDON = "connecta_cap"
ROOT = Path(__file__).resolve().parents[2]
ADDON_DIR = ROOT / ADDON
STATE = ROOT / ".odoo"
BIN = STATE / "bin"
LOGS = STATE / "log"
VENV = ROOT / ".venv"
VENV_BIN = VENV / "bin"


def cache_dir() -> Path:
    """Return the folder for large files that every checkout can share."""
    if given := os.environ.get("ODOO_DEV_CACHE"):
        return Path(given).expanduser().resolve()
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "odoo-dev"


def make_folders() -> None:
    """Create the folders that everything else writes to."""
    for folder in (BIN, LOGS, cache_dir()):
        folder.mkdir(parents=True, exist_ok=True)
