"""A run in progress, for the exporters of its figures."""

from dataclasses import dataclass
from datetime import UTC, datetime

from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.analysis.slo import Row
from loginradius_harness.load.analysis.validity import Validity, assess_validity
from loginradius_harness.load.metrics.counters import RunMetrics


@dataclass
class FixedSource:
    """Stands in for a coordinator."""

    run: Run | None
    rows: tuple[Row, ...]
    validity: Validity | None
    is_running: bool = True


def run_source(metrics: RunMetrics | None, rows: tuple[Row, ...] = (), lost_workers: int = 0) -> FixedSource:
    """Return the source of a run with these metrics and limits; of none if there are no metrics."""
    if metrics is None:
        return FixedSource(None, (), None)
    run = Run(
        profile="smoke", target="staging", environment="staging", model="open", peak=1, planned=1, warm_up=0,
        started=datetime(2030, 1, 1, tzinfo=UTC), interval=1, metrics=metrics, lost_workers=lost_workers,
    )  # fmt: skip
    return FixedSource(run, rows, assess_validity(metrics, "closed", 10, rows, lost_workers=lost_workers))
