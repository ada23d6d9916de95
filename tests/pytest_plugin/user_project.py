"""Run pytest in the project of a user who has the package installed."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Literal

SOURCES = Path(__file__).parents[2] / "src"
SCRIPT = "import pytest; raise SystemExit(pytest.console_main())"  # `pytest`; the working folder is not on its path

Start = Literal["python -m pytest", "pytest"]
Run = Callable[..., "subprocess.CompletedProcess[str]"]


def environment() -> dict[str, str]:
    """Return the environment of a user whose Python finds the package, and who has no other pytest plug-in."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    return clean | {"PYTHONPATH": str(SOURCES), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}


def command(*options: str, start: Start = "python -m pytest") -> list[str]:
    """Return the command that starts pytest, as a module or as the script."""
    how = ["-m", "pytest"] if start == "python -m pytest" else ["-P", "-c", SCRIPT]
    plugins = [option for name in ("loginradius_harness.pytest_plugin", "xdist") for option in ("-p", name)]
    return [sys.executable, *how, *plugins, "-p", "no:cacheprovider", *options]
