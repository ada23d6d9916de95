"""Figures of the suites: first run, which generates cases, later runs, all cases, and steps of the state model."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import get_state_machine_test

from evaluation.benchmarks.figure import Figure
from loginradius_harness import contracts, emulator
from loginradius_harness.checks.generation.case_cache import cases
from loginradius_harness.checks.state_model.runner import PRESET, SETTINGS
from loginradius_harness.target.target import load_target
from loginradius_harness.tenants import TenantProvider
from suites.contract.test_state_model import STEPS_PER_RUN, AccountMachine, SeveralAccountsMachine

ROOT = Path(__file__).parents[2]
SUITES = ROOT / "suites"
GENERATED = (  # tests that send generated cases
    "test_invalid_requests.py::test_invalid_request_returns_the_documented_code",
    "test_valid_requests.py::test_optional_members_are_accepted",
)
NIGHTLY = 30_000  # cases
STEPS = 20_000  # of each state machine


@dataclass(frozen=True, slots=True)
class Run:
    """Elapsed seconds, CPU seconds of all its processes, and whether every test passed."""

    seconds: float
    cpu: float
    passed: bool


def figures() -> Iterator[Figure]:
    """Yield figures for two free cores; on a busy machine, half the CPU time is the better estimate."""
    with TemporaryDirectory() as home:
        yield from _figures("first run, which generates the cases", _run(home, SUITES), "<= 480")
        yield from _figures(f"default run over {len(contracts.operations())} operations", _run(home, SUITES), "<= 90")
        replay = _run(home, "--exhaustive", *(f"{SUITES}/contract/{test}" for test in GENERATED))
    total = sum(len(cases(operation)) for operation in contracts.operations())
    scaled = Run(replay.seconds * NIGHTLY / total, replay.cpu * NIGHTLY / total, replay.passed)
    yield from _figures(f"{NIGHTLY:,} generated cases, at the rate of all {total:,}", scaled, "<= 60")
    yield Figure("suites: steps of the state model", _steps_per_second(), "1/s", ">= 300")


def _figures(name: str, run: Run, target: str) -> Iterator[Figure]:
    yield Figure(f"suites: {name}", run.seconds, "s", target)
    yield Figure(f"suites: {name}, CPU time", run.cpu, "s")
    yield Figure(f"suites: {name}, runs that failed", 0 if run.passed else 1, "", "== 0")


def _run(home: str, *arguments: str | Path) -> Run:
    """Run tests as `tox -e verify` does, with the generated cases stored in `home`."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "logical", "-c", str(ROOT / "pyproject.toml")]
    command += ["-p", "no:cacheprovider", "--report", str(Path(home, "report")), *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT)}
    began, before = time.perf_counter(), _cpu()
    done = subprocess.run(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, check=False)
    return Run(time.perf_counter() - began, _cpu() - before, done.returncode == 0)


def _cpu() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _steps_per_second() -> float:
    steps = 0

    def covered(_criterion: str, *_items: str) -> None:
        nonlocal steps
        steps += 1

    with emulator.running() as running:
        provider = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        context = provider.create(PRESET, **SETTINGS)
        began = time.perf_counter()
        for machine in (AccountMachine, SeveralAccountsMachine):
            here = type(machine.__name__, (machine,), {"tenant": context, "covered": staticmethod(covered)})
            seed(0)(get_state_machine_test(here, settings=_settings()))()
        duration = time.perf_counter() - began
        context.close()
        provider.close()
    return steps / duration


def _settings() -> settings:
    return settings(
        max_examples=STEPS // STEPS_PER_RUN,
        stateful_step_count=STEPS_PER_RUN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
