"""The validity of a run: what the generator measured about itself, and when the figures prove nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from loginradius_harness.load.metrics.counters import RunMetrics

_MAX_MISSED = 0.001  # share of the scheduled starts that may be missing
_MAX_UTILISATION = 0.95  # share of the time in which a closed generator's thread may be busy
_MAX_NO_CAPACITY = 0.01  # share of the starts that may find no free connection or account


@dataclass(frozen=True, slots=True)
class Validity:
    """The generator's own figures; delays in milliseconds. `max_start_delay` is what their p99 may be.

    `served` is an emulator's own count: at least every answer that was read, at most every request that was sent.
    """

    model: str
    max_start_delay: float
    scheduled: int
    started: int
    throttled: int
    no_capacity: int
    delay_p50: float
    delay_p99: float
    delay_max: float
    utilisation: float
    requests_sent: int
    answered: int
    served: int | None
    lost_workers: int = 0

    @property
    def problems(self) -> tuple[str, ...]:
        """Return why the run proves nothing; empty when it is valid."""
        return tuple(_problems(self))


def assess_validity(
    metrics: RunMetrics, model: str, max_start_delay: float, served: int | None = None, lost_workers: int = 0
) -> Validity:
    """Return the validity of a run; `max_start_delay` in milliseconds."""
    delay = metrics.schedule_delay
    return Validity(
        model, max_start_delay, metrics.scheduled, metrics.started, metrics.throttled, metrics.no_capacity,
        delay.milliseconds(0.5), delay.milliseconds(0.99), delay.milliseconds(1.0),
        metrics.utilisation, metrics.requests_sent, metrics.answered, served, lost_workers,
    )  # fmt: skip


def _problems(seen: Validity) -> Iterator[str]:
    if seen.model == "open":
        missed = seen.scheduled - seen.started
        if missed > max(1, seen.scheduled * _MAX_MISSED):
            yield f"{missed} of {seen.scheduled} scheduled starts were never sent"
        if seen.delay_p99 > seen.max_start_delay:
            yield f"the generator started requests late: p99 {seen.delay_p99:.1f} ms behind schedule; use more workers"
        if seen.no_capacity > max(1, seen.scheduled * _MAX_NO_CAPACITY):
            fix = "raise `connections`, seed more accounts or lower the rate"
            yield f"{seen.no_capacity} starts found no free connection or account; {fix}"
    elif seen.utilisation > _MAX_UTILISATION:
        yield f"the generator was busy {seen.utilisation:.0%} of the time: its own queue is in the latency figures"
    if seen.served is not None and not seen.lost_workers and not seen.answered <= seen.served <= seen.requests_sent:
        sent, answered = seen.requests_sent, seen.answered
        yield f"{sent} requests were sent and {answered} answered, but the target counted {seen.served}"
