"""The figures of the current run as named series: what Prometheus and OpenTelemetry are given while it lasts.

They are read from the coordinator, so that they cover all workers of a distributed run.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.analysis.validity import Validity
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram

_STARTS = ("scheduled", "started", "throttled", "no_capacity")
_QUANTILES = (0.5, 0.95, 0.99)


class RunSource(Protocol):
    """What knows the current run, or the last one: a coordinator."""

    @property
    def run(self) -> Run | None:
        """Return the run; None before the first."""

    @property
    def is_running(self) -> bool:
        """Return whether a run is in progress."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Return the limits as evaluated now."""

    @property
    def validity(self) -> Validity | None:
        """Return the validity as assessed now; None before the first run."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is exported: `name` in words joined by `_`, its labels in the order of `Point.labels`."""

    name: str
    kind: Literal["counter", "gauge"]
    unit: str
    description: str
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """The value of a figure for these labels."""

    figure: Figure
    labels: tuple[str, ...]
    value: float


RUNNING = Figure("running", "gauge", "1", "1 while a run is in progress.")
REQUESTS = Figure("requests", "counter", "1", "Measured requests by their outcome.", ("operation", "outcome"))
VIOLATIONS = Figure("contract_violations", "counter", "1", "Answers that violate their contract.", ("operation",))
LATENCY = Figure(
    "latency_quantile_seconds", "gauge", "s", "Latency from the intended start, whole run.", ("operation", "quantile")
)
STARTS = Figure("starts", "counter", "1", "Starts of the load model by their state.", ("state",))
SENT = Figure("requests_sent", "counter", "1", "Requests written to a connection, warm-up included.")
DELAY = Figure(
    "schedule_delay_quantile_seconds", "gauge", "s", "How late the generator itself started, whole run.", ("quantile",)
)
UTILISATION = Figure("generator_utilisation", "gauge", "1", "Share of the time in which generators were busy.")
LOST_WORKERS = Figure("lost_workers", "gauge", "1", "Workers that left without their last figures.")
LIMIT_MET = Figure("limit_met", "gauge", "1", "1 while a limit of the profile is met.", ("operation", "limit"))
VALID = Figure("valid", "gauge", "1", "1 while the generator's own figures let the run count.")
FIGURES = (
    RUNNING, REQUESTS, VIOLATIONS, LATENCY, STARTS, SENT, DELAY, UTILISATION, LOST_WORKERS, LIMIT_MET, VALID,
)  # fmt: skip


def points(source: RunSource) -> Iterator[Point]:
    """Yield all figures as they are now; those of a run only once there is one."""
    yield Point(RUNNING, (), float(source.is_running))
    run, validity = source.run, source.validity
    if not run:
        return
    yield from _operations(run.metrics)
    yield from _generator(run.metrics)
    yield Point(LOST_WORKERS, (), run.lost_workers)
    for row in source.rows:
        yield Point(LIMIT_MET, (row.operation, row.limit), float(row.met))
    if validity:
        yield Point(VALID, (), float(not validity.problems))


def _operations(metrics: RunMetrics) -> Iterator[Point]:
    for name, entry in metrics.operations.items():
        for outcome, number in entry.outcomes.items():
            yield Point(REQUESTS, (name, outcome), number)
        yield Point(VIOLATIONS, (name,), entry.violations)
        yield from _quantiles(LATENCY, (name,), entry.corrected)


def _generator(metrics: RunMetrics) -> Iterator[Point]:
    for state in _STARTS:
        yield Point(STARTS, (state,), getattr(metrics, state))
    yield Point(SENT, (), metrics.requests_sent)
    yield from _quantiles(DELAY, (), metrics.schedule_delay)
    yield Point(UTILISATION, (), metrics.utilisation)


def _quantiles(figure: Figure, labels: tuple[str, ...], histogram: Histogram) -> Iterator[Point]:
    for share in _QUANTILES:
        yield Point(figure, (*labels, str(share)), histogram.percentile(share) / 1e6)
