"""The engine's figures for Prometheus: on `/metrics` of the web UI, or on a port of their own."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from loginradius_harness.load.analysis.live_figures import Figure, RunSource, points
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram, middle

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_PREFIX = "loginradius_load"
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


class RunCollector(Collector):
    """Yields the figures of a source's run."""

    def __init__(self, source: RunSource) -> None:
        self._source = source

    def collect(self) -> Iterator[Metric]:
        """Yield all metric families; those of a run only once there is one."""
        families: dict[Figure, CounterMetricFamily | GaugeMetricFamily] = {}
        for point in points(self._source):
            family = families.setdefault(point.figure, _family(point.figure))
            family.add_metric(point.labels, point.value)
        yield from families.values()
        if self._source.run:
            yield from _histograms(self._source.run.metrics)


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


def _family(figure: Figure) -> CounterMetricFamily | GaugeMetricFamily:
    kind = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    return kind(f"{_PREFIX}_{figure.name}", figure.description, labels=figure.labels)


def _histograms(metrics: RunMetrics) -> Iterator[Metric]:
    latency = HistogramMetricFamily(
        f"{_PREFIX}_latency_seconds", "Latency from the intended start.", labels=["operation"]
    )
    for name, entry in metrics.operations.items():
        latency.add_metric([name], _buckets(entry.corrected), entry.corrected.total / 1e6)
    yield latency
    delay = HistogramMetricFamily(f"{_PREFIX}_schedule_delay_seconds", "How late the generator itself started.")
    delay.add_metric([], _buckets(metrics.schedule_delay), metrics.schedule_delay.total / 1e6)
    yield delay


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    """Return the cumulative counts at Prometheus's bounds."""
    counts = [
        (str(bound), float(sum(number for key, number in histogram.counts.items() if middle(key) / 1e6 <= bound)))
        for bound in _BOUNDS
    ]
    return [*counts, ("+Inf", float(histogram.count))]
