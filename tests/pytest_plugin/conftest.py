"""Fixtures of a running emulator, and of a user's project."""

import subprocess
from pathlib import Path

import pytest

from tests.pytest_plugin import user_project
from tests.pytest_plugin.user_project import Run, Start
from tests.scripted_tenant import running

__all__ = ["running"]


@pytest.fixture
def run_pytest(tmp_path: Path) -> Run:
    """Return a function that runs pytest in the test's folder: `run_pytest(*options, start="pytest")`."""

    def run(*options: str, start: Start = "python -m pytest") -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            user_project.command(*options, start=start),
            cwd=tmp_path,
            env=user_project.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
