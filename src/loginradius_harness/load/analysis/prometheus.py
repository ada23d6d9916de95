"""The engine's figures for Prometheus: on `/metrics` of the web UI, or on a port of their own.

They are read from the coordinator at each scrape, so that they cover all workers of a distributed run.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram, middle

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "loginradius_load"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
_STARTS = ("scheduled", "started", "throttled", "no_capacity")


class RunSource(Protocol):
    """What knows the current run, or the last one: a coordinator."""

    @property
    def run(self) -> Run | None:
        """Return the run; None before the first."""

    @property
    def is_running(self) -> bool:
        """Return whether a run is in progress."""


class RunCollector(Collector):
    """Yields the figures of a source's run."""

    def __init__(self, source: RunSource) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        """Yield all metric families; those of a run only once there is one."""
        running = GaugeMetricFamily(f"{_PREFIX}_running", "1 while a run is in progress.")
        running.add_metric([], float(self._source.is_running))
        yield running
        run = self._source.run
        if run:
            yield from _operations(run.metrics)
            yield from _generator(run.metrics)
            yield _lost_workers(run.lost_workers)


def application(source: RunSource) -> Callable[[], bytes]:
    """Return a function that renders the current figures in Prometheus's text format."""
    registry = CollectorRegistry()
    registry.register(RunCollector(source))
    return lambda: generate_latest(registry)


def serve(source: RunSource, port: int) -> None:
    """Serve the figures on 127.0.0.1:PORT/metrics for the life of the process; OSError when the port is taken."""
    registry = CollectorRegistry()
    registry.register(RunCollector(source))
    start_http_server(port, addr="127.0.0.1", registry=registry)


def _operations(metrics: RunMetrics) -> Iterator[Metric]:
    requests = CounterMetricFamily(
        f"{_PREFIX}_requests", "Measured requests by their outcome.", labels=["operation", "outcome"]
    )
    violations = CounterMetricFamily(
        f"{_PREFIX}_contract_violations", "Answers that violate their contract.", labels=["operation"]
    )
    latency = HistogramMetricFamily(
        f"{_PREFIX}_latency_seconds", "Latency from the intended start.", labels=["operation"]
    )
    for name, entry in metrics.operations.items():
        for outcome, number in entry.outcomes.items():
            requests.add_metric([name, outcome], number)
        violations.add_metric([name], entry.violations)
        latency.add_metric([name], _buckets(entry.corrected), entry.corrected.total / 1e6)
    yield from (requests, violations, latency)


def _generator(metrics: RunMetrics) -> Iterator[Metric]:
    starts = CounterMetricFamily(f"{_PREFIX}_starts", "Starts of the load model by their state.", labels=["state"])
    for state in _STARTS:
        starts.add_metric([state], getattr(metrics, state))
    yield starts
    sent = CounterMetricFamily(f"{_PREFIX}_requests_sent", "Requests written to a connection, warm-up included.")
    sent.add_metric([], metrics.requests_sent)
    yield sent
    delay = HistogramMetricFamily(f"{_PREFIX}_schedule_delay_seconds", "How late the generator itself started.")
    delay.add_metric([], _buckets(metrics.schedule_delay), metrics.schedule_delay.total / 1e6)
    yield delay
    busy = GaugeMetricFamily(f"{_PREFIX}_generator_utilisation", "Share of the time in which generators were busy.")
    busy.add_metric([], metrics.utilisation)
    yield busy


def _lost_workers(number: int) -> Metric:
    lost = GaugeMetricFamily(f"{_PREFIX}_lost_workers", "Workers that left without their last figures.")
    lost.add_metric([], number)
    return lost


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the cumulative counts at Prometheus's bounds."""
    counts = [
        (str(bound), float(sum(number for key, number in histogram.counts.items() if middle(key) / 1e6 <= bound)))
        for bound in _BOUNDS
    ]
    return [*counts, ("+Inf", float(histogram.count))]
