"""Run the suites as a user starts them."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from loginradius_harness import emulator
from loginradius_harness.target.target import EMULATOR_KEY, EMULATOR_SECRET, load_target
from loginradius_harness.tenants import TenantProvider

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """A run that has ended: its exit code, what it printed, and where its report is."""

    code: int
    output: str
    report: Path


Suite = Callable[..., Run]


@pytest.fixture(scope="module")
def environment() -> dict[str, str]:
    """Return a clean environment: the emulator's key and secret, no options of this run, no CI (it shortens output)."""
    own = ("PYTEST_", "HARNESS_", "CI")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    return clean | {"HARNESS_API_KEY": EMULATOR_KEY, "HARNESS_API_SECRET": EMULATOR_SECRET}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Suite:
    """Return `suite(*arguments, timeout=SECONDS)`, which runs pytest on the suites with a report of its own."""

    def run(*arguments: str, timeout: float = 120) -> Run:
        report = tmp_path_factory.mktemp("run") / "report"
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--report", str(report), *arguments]
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=timeout, check=False
        )
        return Run(ended.returncode, ended.stdout + ended.stderr, report)

    return run


@pytest.fixture(scope="module")
def tenants() -> Iterator[TenantProvider]:
    """Provide tenants by preset, on an emulator within this process."""
    with emulator.running() as running:
        provider = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        yield provider
        provider.close()


@pytest.fixture
def emulator_url(environment: dict[str, str]) -> Iterator[str]:
    """Start an emulator in a process of its own."""
    command = [sys.executable, "-P", "-m", "loginradius_harness", "emulator", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = next(match for line in process.stdout if (match := re.match(r"ready (http\S+)", line)))
        yield found[1]
        process.terminate()
