"""A run as data: what was planned, what was counted when, how it ended. Written as JSON, read as a baseline."""

from datetime import datetime
from pathlib import Path

import msgspec

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.load.analysis import slo
from loginradius_harness.load.analysis.slo import Result, Row
from loginradius_harness.load.analysis.validity import Validity, assess_validity
from loginradius_harness.load.config.plan import Plan
from loginradius_harness.load.metrics.counters import OperationMetrics, RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram

FOLDER = Path("reports/out/load")
_MAX_INTERVALS = 120


class Interval(msgspec.Struct):
    """What ended within a part of the run; `at` and `seconds` count from the start of the load.

    Its operations have coarse latencies and no service times: a run of hours must stay small.
    """

    at: float
    seconds: float
    operations: dict[str, OperationMetrics] = {}


class Run(msgspec.Struct, kw_only=True):
    """One load run. `seconds` is the measured time; `partial` says why the run ended early.

    `notes` are incidents that did not end the run.
    """

    profile: str
    target: str
    environment: str
    model: str
    peak: float
    planned: float
    warm_up: float
    started: datetime
    interval: float
    seconds: float = 0.0
    metrics: RunMetrics = msgspec.field(default_factory=RunMetrics)
    intervals: dict[int, Interval] = {}
    lost_workers: int = 0
    missing_starts: float = 0.0
    served: int | None = None
    partial: str = ""
    notes: tuple[str, ...] = ()
    result: Result = Result.INVALID
    rows: tuple[Row, ...] = ()
    validity: Validity | None = None

    @property
    def limit_found(self) -> float | None:
        """Return the answers a second that were accepted while others got 429: the target's rate limit."""
        limited = [part for part in self.intervals.values() if _count(part, "rate_limited")]
        seconds = sum(part.seconds for part in limited)
        return sum(_count(part, "ok") for part in limited) / seconds if limited else None

    def add(self, metrics: RunMetrics, at: float) -> None:
        """Add what a process counted until `at` seconds after the start of the load."""
        self.metrics.add(metrics)
        number = max(0, int((at - self.warm_up) / self.interval))
        into = self.intervals.setdefault(number, Interval(number * self.interval + self.warm_up, self.interval))
        for name, entry in metrics.operations.items():
            slim = msgspec.structs.replace(entry, samples=[], corrected=entry.corrected.coarse(), service=Histogram())
            into.operations.setdefault(name, OperationMetrics()).add(slim)

    def assess(self, plan: Plan, rows: tuple[Row, ...]) -> Validity:
        """Return the validity of what was counted so far; `rows` are the limits as evaluated."""
        return assess_validity(
            self.metrics, self.model, plan.profile.max_start_delay_ms, rows,
            served=self.served, lost_workers=self.lost_workers, missing=self.missing_starts,
        )  # fmt: skip

    def conclude(self, plan: Plan, seconds: float, partial: str, *, silent: bool) -> None:
        """Set the result; `silent` when the target stopped answering."""
        self.seconds, self.partial = max(0.0, min(seconds - self.warm_up, self.planned)), partial
        self.rows = slo.evaluate(self.metrics, plan.profile.slo, self.seconds)
        self.validity = self.assess(plan, self.rows)
        if silent or not (self.metrics.answered or partial):
            self.result = Result.UNREACHABLE
        elif self.validity.problems:
            self.result = Result.INVALID
        elif any(not row.met and (not partial or slo.is_measured(self.metrics, row)) for row in self.rows):
            self.result = Result.FAIL
        else:
            self.result = Result.PARTIAL if partial else Result.PASS


def new_run(plan: Plan, started: datetime) -> Run:
    """Return the record of a run that is about to start."""
    profile = plan.profile
    planned = plan.curve.seconds - profile.warm_up
    return Run(
        profile=profile.name,
        target=plan.target.name,
        environment=plan.target.environment,
        model=profile.model,
        peak=plan.curve.peak,
        planned=planned,
        warm_up=profile.warm_up,
        started=started,
        interval=max(1.0, planned / _MAX_INTERVALS),
    )


def save(run: Run, folder: Path = FOLDER) -> Path:
    """Write a run; the file's name consists of time and profile."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.started:%Y%m%dT%H%M%S}-{run.profile}.json"
    path.write_bytes(msgspec.json.encode(run))
    return path


def load(path: Path) -> Run:
    """Read a run; ConfigurationError when the file is not one."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(f"{path} is not a recorded load run: {error}.") from error


def load_valid(path: Path) -> Run:
    """Read a run that can be compared; ConfigurationError when the file is not a run, or its result is INVALID."""
    run = load(path)
    if run.result is Result.INVALID:
        raise ConfigurationError(f"{path} is an INVALID run, which proves nothing about the target: repeat it.")
    return run


def _count(part: Interval, outcome: str) -> int:
    return sum(entry.outcomes.get(outcome, 0) for entry in part.operations.values())
