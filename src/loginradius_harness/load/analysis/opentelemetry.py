"""The engine's figures for OpenTelemetry: `locust --otel` sends them to the collector of the standard variables."""

from collections.abc import Callable, Iterable

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from loginradius_harness.load.analysis.live_figures import FIGURES, Figure, RunSource, points

_PREFIX = "loginradius.load"


def export(source: RunSource) -> None:
    """Observe the source from now on, with the meter provider of the process."""
    meter = metrics.get_meter("loginradius_harness.load")
    for figure in FIGURES:
        create = meter.create_observable_counter if figure.kind == "counter" else meter.create_observable_gauge
        create(f"{_PREFIX}.{figure.name}", [_observe(source, figure)], figure.unit, figure.description)


def flush() -> None:
    """Send the figures now, at the end of a run; the exporter's interval may be a minute."""
    send = getattr(metrics.get_meter_provider(), "force_flush", None)  # only the SDK's provider has something to send
    if send:
        send()


def _observe(source: RunSource, figure: Figure) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def observe(_: CallbackOptions) -> Iterable[Observation]:
        for point in points(source):
            if point.figure is figure:
                yield Observation(point.value, dict(zip(figure.labels, point.labels, strict=True)))

    return observe
