"""Makes the pure tools importable without Odoo, as the package `cap_tools`."""

import importlib.util
import sys
from pathlib import Path

from hypothesis import settings

TOOLS = Path(__file__).resolve().parents[2] / "connecta_cap" / "tools"

spec = importlib.util.spec_from_file_location(
    "cap_tools", TOOLS / "__init__.py", submodule_search_locations=[str(TOOLS)]
)
package = importlib.util.module_from_spec(spec)
sys.modules["cap_tools"] = package
spec.loader.exec_module(package)

# a machine that is busy with other parts fails no test: speed is for `make bench`
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
