"""A run as data: what was planned, what was counted when, what it amounts to. Written as JSON, read as a baseline."""

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
_PARTS = 120  # intervals, at most, into which a run is cut


class Interval(msgspec.Struct):
    """What ended within a part of the run; `at` and `seconds` are counted from the start of the load.

    Its ledgers have coarse latencies and no service times: there are many, and a run of hours must stay small.
    """

    at: float
    seconds: float
    ledgers: dict[str, OperationMetrics] = {}


class Run(msgspec.Struct, kw_only=True):
    """One load run. `seconds` is the measured time; `partial` says why the run ended early."""

    profile: str
    target: str
    environment: str
    model: str
    peak: float
    planned: float
    warm_up: float
    started: datetime
    part: float
    seconds: float = 0.0
    books: RunMetrics = msgspec.field(default_factory=RunMetrics)
    intervals: dict[int, Interval] = {}
    lost_workers: int = 0
    served: int | None = None
    partial: str = ""
    result: Result = Result.INVALID
    rows: tuple[Row, ...] = ()
    seen: Validity | None = None

    @property
    def limit_found(self) -> float | None:
        """Answers a second that the target let through while it refused others with 429: its rate limit."""
        limited = [part for part in self.intervals.values() if _count(part, "limited")]
        return max((_count(part, "ok") / part.seconds for part in limited), default=None)

    def add(self, books: RunMetrics, at: float) -> None:
        """Enter what a process counted until `at` seconds after the start of the load."""
        self.books.add(books)
        number = max(0, int((at - self.warm_up) / self.part))
        into = self.intervals.setdefault(number, Interval(number * self.part + self.warm_up, self.part))
        for name, ledger in books.ledgers.items():
            slim = msgspec.structs.replace(ledger, samples=[], corrected=ledger.corrected.coarse(), service=Histogram())
            into.ledgers.setdefault(name, OperationMetrics()).add(slim)

    def conclude(self, plan: Plan, seconds: float, partial: str, *, silent: bool) -> None:
        """Say what the run amounts to; `silent` when the target stopped answering."""
        self.seconds, self.partial = max(0.0, min(seconds - self.warm_up, self.planned)), partial
        self.rows = slo.judge(self.books, plan.profile.slo, self.seconds)
        self.seen = assess_validity(self.books, self.model, plan.profile.late, self.served, self.lost_workers)
        if silent or not self.books.answered:
            self.result = Result.UNREACHABLE
        elif self.seen.doubts:
            self.result = Result.INVALID
        else:
            self.result = Result.PASS if all(row.kept for row in self.rows) else Result.FAIL


def begun(plan: Plan, started: datetime) -> Run:
    """The record of a run that is about to start."""
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
        part=max(1.0, planned / _PARTS),
    )


def save(run: Run, folder: Path = FOLDER) -> Path:
    """Write a run; the file's name tells profile and time."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{run.started:%Y%m%dT%H%M%S}-{run.profile}.json"
    path.write_bytes(msgspec.json.encode(run))
    return path


def load(path: Path) -> Run:
    """Read a run; ConfigurationError when the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except (OSError, msgspec.DecodeError) as error:
        raise ConfigurationError(f"{path} is not a recorded load run: {error}") from error


def _count(part: Interval, outcome: str) -> int:
    return sum(ledger.outcomes.get(outcome, 0) for ledger in part.ledgers.values())
