"""What a run counted: per operation the outcomes, latencies and broken promises; per run what was offered and sent.

RunMetrics are plain data. A worker sends what it counted since its last report; the master adds it up.
"""

from collections.abc import Iterable
from typing import Literal

import msgspec

from loginradius_harness.load.metrics.histogram import Histogram

Outcome = Literal["ok", "contract", "refused", "limited", "server_error", "timeout", "connection"]
OUTCOMES: dict[Outcome, str] = {
    "ok": "answered as promised",
    "contract": "the answer breaks its contract",
    "refused": "a documented refusal that the step did not expect",
    "limited": "429: over the tenant's rate limit",
    "server_error": "5xx",
    "timeout": "no answer in time",
    "connection": "no connection, or it broke",
}
ERRORS: tuple[Outcome, ...] = ("contract", "refused", "server_error", "timeout", "connection")
_SAMPLES = 20  # exchanges kept per operation: enough to read, too few to fill a disk


class Sample(msgspec.Struct):
    """One way in which an operation broke its promise, how often, and one exchange that shows it."""

    kind: str
    pointer: str
    requirement: str
    expected: str
    actual: str
    exchange: str
    count: int = 1

    @property
    def key(self) -> tuple[str, str, str]:
        """Samples with one key are one finding."""
        return (self.kind, self.requirement, self.pointer)


class OperationMetrics(msgspec.Struct):
    """One row: an operation, a step of a journey, or a whole journey.

    `corrected` runs from the intended start, `service` from the moment of sending. Timeouts are in both with the time
    that was waited; answers of a rate limiter and connections that failed are in neither.
    """

    corrected: Histogram = msgspec.field(default_factory=Histogram)
    service: Histogram = msgspec.field(default_factory=Histogram)
    outcomes: dict[str, int] = {}
    answers: dict[str, int] = {}  # "403/966" -> how often
    received: int = 0  # bytes of bodies
    samples: list[Sample] = []
    violations: int = 0  # answers that break the contract, drift not included
    drifts: int = 0  # answers with members that the contract does not know

    @property
    def requests(self) -> int:
        """How many exchanges ended, in whatever way."""
        return sum(self.outcomes.values())

    @property
    def errors(self) -> int:
        """Exchanges that ended badly; a rate limiter's answer is not an error of the operation."""
        return sum(self.outcomes.get(name, 0) for name in ERRORS)

    @property
    def error_ratio(self) -> float:
        """Errors among the exchanges that a rate limiter let through."""
        judged = self.requests - self.outcomes.get("limited", 0)
        return self.errors / judged if judged else 0.0

    def count(self, outcome: Outcome, corrected: int, service: int) -> None:
        """Enter one exchange; durations in microseconds."""
        try:
            self.outcomes[outcome] += 1
        except KeyError:
            self.outcomes[outcome] = 1
        if outcome != "limited" and outcome != "connection":  # noqa: PLR1714  # this line runs at every answer
            self.corrected.record(corrected)
            self.service.record(service)

    def keep(self, sample: Sample) -> None:
        """Remember how a promise was broken; repetitions are only counted."""
        for known in self.samples:
            if known.key == sample.key:
                known.count += sample.count
                return
        if len(self.samples) < _SAMPLES:
            self.samples.append(sample)

    def add(self, other: "OperationMetrics") -> None:
        """Merge another ledger of the same row."""
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
    """All rows of a run, or of a part of it.

    `offered` are the starts that the load model intended, `delivered` those that were sent, `withheld` those that the
    governor kept back; `wired` counts every request written to a connection, warm-up included, and `answered` every
    answer read: against an emulator these agree with its own counter. `lateness` is how late the generator itself was,
    in microseconds; `starved` counts starts that found all connections busy; `busy` and `elapsed` are seconds.
    """

    ledgers: dict[str, OperationMetrics] = {}
    journeys: dict[str, OperationMetrics] = {}
    lateness: Histogram = msgspec.field(default_factory=Histogram)
    offered: int = 0
    delivered: int = 0
    withheld: int = 0
    starved: int = 0
    wired: int = 0
    answered: int = 0
    busy: float = 0.0
    elapsed: float = 0.0

    def ledger(self, operation: str) -> OperationMetrics:
        """The row of an operation, opened on first use."""
        try:
            return self.ledgers[operation]
        except KeyError:
            return self.ledgers.setdefault(operation, OperationMetrics())

    def journey(self, name: str) -> OperationMetrics:
        """The row of a whole journey."""
        return self.journeys.setdefault(name, OperationMetrics())

    def add(self, other: "RunMetrics") -> None:
        """Merge what somebody else counted."""
        for name, ledger in other.ledgers.items():
            self.ledger(name).add(ledger)
        for name, ledger in other.journeys.items():
            self.journey(name).add(ledger)
        self.lateness.add(other.lateness)
        for name in ("offered", "delivered", "withheld", "starved", "wired", "answered", "busy", "elapsed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def total(self) -> OperationMetrics:
        """All operations as one row, without journeys and samples."""
        return merged(self.ledgers.values())

    @property
    def utilisation(self) -> float:
        """Share of the measured time in which the generators' threads ran."""
        return self.busy / self.elapsed if self.elapsed else 0.0


def merged(ledgers: Iterable[OperationMetrics]) -> OperationMetrics:
    """The sum of several rows."""
    total = OperationMetrics()
    for ledger in ledgers:
        total.add(msgspec.structs.replace(ledger, samples=[]))
    return total


def _add_counts(into: dict[str, int], other: dict[str, int]) -> None:
    for name, number in other.items():
        into[name] = into.get(name, 0) + number
