"""Figures of the pytest plug-in: what it adds to a run that does not use it, and to one whose only test does."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from evaluation.benchmarks.figure import Figure

ROUNDS = 7
OFF = ("-p", "no:loginradius_harness.pytest_plugin")
UNUSED = "def test_nothing():\n    pass\n"
USED = "def test_tenant(loginradius):\n    assert loginradius.tenant.api_url\n"


def figures() -> Iterator[Figure]:
    """Yield medians of rounds that alternate with an empty run without the plug-in."""
    with TemporaryDirectory() as folder:
        Path(folder, "test_unused.py").write_text(UNUSED, encoding="utf-8")
        Path(folder, "test_used.py").write_text(USED, encoding="utf-8")
        _seconds(folder, "test_used.py")  # compiles the modules, as an installation does
        unused, used = [], []
        for _ in range(ROUNDS):
            empty = _seconds(folder, "test_unused.py", *OFF)
            unused.append(_seconds(folder, "test_unused.py") - empty)
            used.append(_seconds(folder, "test_used.py") - empty)
    yield Figure("pytest: start with the plug-in unused, beyond an empty run", statistics.median(unused), "s", "<= 0.1")
    yield Figure("pytest: start with a tenant, beyond an empty run", statistics.median(used), "s", "<= 0.8")


def _seconds(folder: str, *arguments: str) -> float:
    """Return the time of a pytest run, modules compiled; raise CalledProcessError where it fails."""
    dropped = ("PYTEST_", "HARNESS_", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(dropped)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    began = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began
