"""The validity of a run: what the generator measured about itself, and when the figures prove nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loginradius_harness.load.analysis.slo import PERCENTILES, Row
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.metrics.histogram import Histogram

_MAX_MISSED = 0.001  # share of the scheduled starts that may be missing
_MAX_UTILISATION = 0.95  # share of the time in which a closed generator's thread may be busy
_MAX_LOST = 0.05  # share of the planned starts that may be missing because workers left
_BURSTS_CHANGE = {"error_ratio", "throughput"}  # what late starts can worsen beside latency: they come in bursts
_MAX_NO_CAPACITY = 0.01  # share of the starts that may find no free connection or account


@dataclass(frozen=True, slots=True)
class Validity:
    """The generator's own figures; delays in milliseconds. `max_start_delay` is what their p99 may be.

    `distortion` says which limit a greater delay has distorted; empty when none. A late start only ever makes the
    corrected latency greater, so that a limit that was met is met in truth, if the delay itself is within that limit.

    `missing` are the planned starts that nobody made between the departure of a worker and its replacement by others.

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
    missing: int = 0
    distortion: str = ""

    @property
    def problems(self) -> tuple[str, ...]:
        """Return why the run proves nothing; empty when it is valid."""
        return tuple(_problems(self))


def assess_validity(  # noqa: PLR0913  # what a run has measured, by name
    metrics: RunMetrics, model: str, max_start_delay: float, rows: Sequence[Row] = (), *,
    served: int | None = None, lost_workers: int = 0, missing: float = 0.0,
) -> Validity:  # fmt: skip
    """Return the validity of a run; `max_start_delay` in milliseconds, `rows` are its limits as evaluated."""
    delay = metrics.schedule_delay
    return Validity(
        model, max_start_delay, metrics.scheduled, metrics.started, metrics.throttled, metrics.no_capacity,
        delay.milliseconds(0.5), delay.milliseconds(0.99), delay.milliseconds(1.0),
        metrics.utilisation, metrics.requests_sent, metrics.answered, served, lost_workers, round(missing),
        _distortion(delay, max_start_delay, rows) if model == "open" else "",
    )  # fmt: skip


def _distortion(delay: Histogram, max_start_delay: float, rows: Sequence[Row]) -> str:
    """Return the limit whose result a start delay whose p99 is above the tolerated milliseconds has made worthless.

    Each limit is compared with the delay at its own percentile: a few late starts say nothing about a median.
    """
    late = delay.milliseconds(0.99)
    limits = [row for row in rows if row.limit in PERCENTILES]
    if late <= max_start_delay:
        return ""
    for row in limits:
        if not row.met and row.measured - late <= row.allowed:
            return f"{row.operation} {row.limit} {row.measured:.6g} ms may be due to it"
    for row in limits:
        if (behind := delay.milliseconds(PERCENTILES[row.limit])) > row.allowed:
            return f"{behind:.1f} ms at {row.limit}, more than the limit {row.operation} {row.limit} {row.allowed:g} ms"
    if limits or (rows and all(row.met or row.limit not in _BURSTS_CHANGE for row in rows)):
        return ""
    return f"more than the tolerated {max_start_delay:g} ms"


def _problems(seen: Validity) -> Iterator[str]:
    if seen.model == "open":
        missed = seen.scheduled - seen.started
        if missed > max(1, seen.scheduled * _MAX_MISSED):
            yield f"{missed} of {seen.scheduled} scheduled starts were never sent"
        planned = seen.scheduled + seen.throttled + seen.missing
        if seen.missing > planned * _MAX_LOST:
            lost = f"{seen.missing} of {planned} planned starts are missing because workers left"
            yield f"{lost}: the planned rate was not carried; repeat the run"
        if seen.distortion:
            late = f"the generator started requests late, p99 {seen.delay_p99:.1f} ms behind schedule"
            yield f"{late}: {seen.distortion}; use more workers or a less busy machine"
        if seen.no_capacity > max(1, seen.scheduled * _MAX_NO_CAPACITY):
            fix = "raise `connections`, seed more accounts or lower the rate"
            yield f"{seen.no_capacity} starts found no free connection or account; {fix}"
    elif seen.utilisation > _MAX_UTILISATION:
        yield f"the generator was busy {seen.utilisation:.0%} of the time: its own queue is in the latency figures"
    if seen.served is not None and not seen.lost_workers and not seen.answered <= seen.served <= seen.requests_sent:
        sent, answered = seen.requests_sent, seen.answered
        counted = f"{sent} requests were sent and {answered} answered, but the target counted {seen.served}"
        other = "something else uses the same emulator; start one of your own: loginradius-harness emulator --port PORT"
        yield f"{counted}: {other}" if seen.served > sent else counted
