"""Counters of a load run: outcomes, latencies and contract violations per operation; starts and requests per run.

The structs are plain data. A worker sends what it counted since its last report; the coordinator adds it up.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from loginradius_harness.load.metrics.histogram import Histogram

Outcome = Literal["ok", "contract_violation", "api_error", "rate_limited", "server_error", "timeout", "connection"]
OUTCOMES: dict[Outcome, str] = {
    "ok": "the expected answer",
    "contract_violation": "the answer violates its contract",
    "api_error": "a documented error that the step did not expect",
    "rate_limited": "429: above the tenant's rate limit",
    "server_error": "5xx",
    "timeout": "no answer in time",
    "connection": "the connection could not be opened, or broke",
}
ERRORS: tuple[Outcome, ...] = ("contract_violation", "api_error", "server_error", "timeout", "connection")
_MAX_SAMPLES = 20  # exchanges kept per operation: enough to read, too few to fill a disk


class Sample(msgspec.Struct):
    """One kind of contract violation of an operation, how often it occurred, and one exchange that shows it."""

    kind: str
    pointer: str
    requirement: str
    expected: str
    actual: str
    exchange: str
    count: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """Identify the finding; samples with the same key are merged."""
        return (self.kind, self.requirement, self.pointer)


class OperationMetrics(msgspec.Struct):
    """The figures of an operation, or of a scenario as a whole.

    `corrected` latency counts from the scheduled start, `service` time from the moment of sending. A timeout enters
    both with the time waited; 429 answers and failed connections enter neither.
    """

    corrected: Histogram = msgspec.field(default_factory=Histogram)
    service: Histogram = msgspec.field(default_factory=Histogram)
    outcomes: dict[str, int] = {}
    answers: dict[str, int] = {}  # "403/966" -> count
    received: int = 0  # bytes of bodies
    samples: list[Sample] = []
    violations: int = 0  # answers that violate the contract, drift not included
    drifts: int = 0  # answers with members that the contract does not know

    @property
    def requests(self) -> int:
        """Count the exchanges that ended, whatever their outcome."""
        return sum(self.outcomes.values())

    @property
    def errors(self) -> int:
        """Count the exchanges that failed; a 429 is not an error of the operation."""
        return sum(self.outcomes.get(name, 0) for name in ERRORS)

    @property
    def error_ratio(self) -> float:
        """Return errors / exchanges (0..1), rate-limited exchanges left out."""
        counted = self.requests - self.outcomes.get("rate_limited", 0)
        return self.errors / counted if counted else 0.0

    def count(self, outcome: Outcome, corrected: int, service: int) -> None:
        """Add one exchange; durations in microseconds."""
        try:
            self.outcomes[outcome] += 1
        except KeyError:
            self.outcomes[outcome] = 1
        if outcome != "rate_limited" and outcome != "connection":  # noqa: PLR1714  # this line runs at every answer
            self.corrected.record(corrected)
            self.service.record(service)

    def keep(self, sample: Sample) -> None:
        """Store a sample of a violation; repetitions only increase its count."""
        for known in self.samples:
            if known.key == sample.key:
                known.count += sample.count
                return
        if len(self.samples) < _MAX_SAMPLES:
            self.samples.append(sample)

    def add(self, other: "OperationMetrics") -> None:
        """Merge the figures of another process or interval."""
        self.corrected.add(other.corrected)
        self.service.add(other.service)
        _add_counts(self.outcomes, other.outcomes)
        _add_counts(self.answers, other.answers)
        self.received += other.received
        self.violations += other.violations
        self.drifts += other.drifts
        for sample in other.samples:
            self.keep(msgspec.structs.replace(sample))


class RunMetrics(msgspec.Struct):
    """The figures of a run, or of a part of it.

    `scheduled` counts the starts that the load model planned, `started` those that were sent, `throttled` those that
    the rate limiter dropped, `no_capacity` those that found no free connection or account. `requests_sent` counts every
    request written to a connection, warm-up included, and `answered` every answer read: an emulator's own counter
    must agree with both. `schedule_delay` is how late the generator itself was, in microseconds. `busy` (thread CPU
    time) and `elapsed` (wall time) are seconds.
    """

    operations: dict[str, OperationMetrics] = {}
    scenarios: dict[str, OperationMetrics] = {}  # of more than one step, as a whole
    schedule_delay: Histogram = msgspec.field(default_factory=Histogram)
    scheduled: int = 0
    started: int = 0
    throttled: int = 0
    no_capacity: int = 0
    requests_sent: int = 0
    answered: int = 0
    busy: float = 0.0
    elapsed: float = 0.0

    def operation(self, name: str) -> OperationMetrics:
        """Return the figures of an operation, created on first use."""
        try:
            return self.operations[name]
        except KeyError:
            return self.operations.setdefault(name, OperationMetrics())

    def scenario(self, name: str) -> OperationMetrics:
        """Return the figures of a whole scenario, created on first use."""
        return self.scenarios.setdefault(name, OperationMetrics())

    def add(self, other: "RunMetrics") -> None:
        """Merge the figures of another process or interval."""
        for name, entry in other.operations.items():
            self.operation(name).add(entry)
        for name, entry in other.scenarios.items():
            self.scenario(name).add(entry)
        self.schedule_delay.add(other.schedule_delay)
        for name in (
            "scheduled", "started", "throttled", "no_capacity", "requests_sent", "answered", "busy", "elapsed",
        ):  # fmt: skip
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def total(self) -> OperationMetrics:
        """Return all operations as one, without scenarios and samples."""
        return merged(self.operations.values())

    @property
    def utilisation(self) -> float:
        """Return the share (0..1) of the measured time in which the generators' threads were busy."""
        return self.busy / self.elapsed if self.elapsed else 0.0


def merged(entries: Iterable[OperationMetrics]) -> OperationMetrics:
    """Return the sum of several operations, without samples."""
    total = OperationMetrics()
    for entry in entries:
        total.add(msgspec.structs.replace(entry, samples=[]))
    return total


def _add_counts(into: dict[str, int], other: dict[str, int]) -> None:
    for name, number in other.items():
        into[name] = into.get(name, 0) + number
