"""What the suites cost: a run that draws its corpus, the runs after it, every case of the corpus, the model's steps."""

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
GENERATED = (  # tests that send the corpus
    "test_invalid_requests.py::test_invalid_request_returns_the_documented_code",
    "test_valid_requests.py::test_optional_members_are_accepted",
)
NIGHTLY = 30_000  # cases
STEPS = 20_000  # of each machine


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds on the wall, CPU seconds of all its processes, and whether it was green."""

    seconds: float
    cpu: float
    green: bool


def figures() -> Iterator[Figure]:
    """On two free cores; where they are not free, half the CPU time says what they would take."""
    with TemporaryDirectory() as home:
        yield from _told("first run, which draws the corpus", _run(home, SUITES), "<= 480")
        yield from _told(f"default run over {len(contracts.operations())} operations", _run(home, SUITES), "<= 90")
        replay = _run(home, "--exhaustive", *(f"{SUITES}/contract/{test}" for test in GENERATED))
    asked = sum(len(cases(operation)) for operation in contracts.operations())
    scaled = Run(replay.seconds * NIGHTLY / asked, replay.cpu * NIGHTLY / asked, replay.green)
    yield from _told(f"{NIGHTLY:,} cases of the corpus, at the rate of its {asked:,}", scaled, "<= 60")
    yield Figure("suites: steps of the model's machines", _steps_a_second(), "1/s", ">= 300")


def _told(name: str, run: Run, target: str) -> Iterator[Figure]:
    yield Figure(f"suites: {name}", run.seconds, "s", target)
    yield Figure(f"suites: {name}, CPU time", run.cpu, "s")
    yield Figure(f"suites: {name}, runs that failed", 0 if run.green else 1, "", "== 0")


def _run(home: str, *arguments: str | Path) -> Run:
    """The suites, as `tox -e verify` starts it, with the corpus that is kept in `home`."""
    command = [sys.executable, "-m", "pytest", "-q", "-n", "logical", "-c", str(ROOT / "pyproject.toml")]
    command += ["-p", "no:cacheprovider", "--report", str(Path(home, "report")), *map(str, arguments)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "HARNESS_"))}
    environment = {**clean, "PYTHONPATH": str(ROOT)}
    began, before = time.perf_counter(), _cpu()
    ended = subprocess.run(command, cwd=home, env=environment, stdout=subprocess.DEVNULL, check=False)
    return Run(time.perf_counter() - began, _cpu() - before, ended.returncode == 0)


def _cpu() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _steps_a_second() -> float:
    taken = 0

    def covered(_criterion: str, *_items: str) -> None:
        nonlocal taken
        taken += 1

    with emulator.running() as running:
        stage = TenantProvider(load_target(running.url, environ={}), lambda _exchange: None)
        scene = stage.create(PRESET, **SETTINGS)
        began = time.perf_counter()
        for machine in (AccountMachine, SeveralAccountsMachine):
            here = type(machine.__name__, (machine,), {"tenant": scene, "covered": staticmethod(covered)})
            seed(0)(get_state_machine_test(here, settings=_walking()))()
        took = time.perf_counter() - began
        scene.close()
        stage.close()
    return taken / took


def _walking() -> settings:
    return settings(
        max_examples=STEPS // STEPS_PER_RUN,
        stateful_step_count=STEPS_PER_RUN,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
