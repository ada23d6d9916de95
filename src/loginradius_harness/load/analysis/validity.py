"""Can the figures be trusted? What the generator says about itself, and when it refuses a verdict."""

from collections.abc import Iterator
from dataclasses import dataclass

from loginradius_harness.load.metrics.counters import RunMetrics

_MISSED = 0.001  # share of the offered starts that may go unsent
_SATURATED = 0.95  # share of the time in which a closed generator's thread may be busy
_LOST = 0.01  # share of the starts that may find every connection busy


@dataclass(frozen=True, slots=True)
class Validity:
    """The generator's own figures. Lateness in milliseconds; `late` is what its p99 may be.

    `served` is an emulator's own count: at least every answer that was read, at most every request that was sent.
    """

    model: str
    late: float
    offered: int
    delivered: int
    withheld: int
    starved: int
    lateness_p50: float
    lateness_p99: float
    lateness_max: float
    utilisation: float
    wired: int
    answered: int
    served: int | None
    lost_workers: int = 0

    @property
    def doubts(self) -> tuple[str, ...]:
        """Why the run proves nothing; empty when it can be believed."""
        return tuple(_doubts(self))


def assess_validity(
    books: RunMetrics, model: str, late: float, served: int | None = None, lost_workers: int = 0
) -> Validity:
    """The trust header of a run; `late` in milliseconds."""
    seen = books.lateness
    return Validity(
        model, late, books.offered, books.delivered, books.withheld, books.starved,
        seen.milliseconds(0.5), seen.milliseconds(0.99), seen.milliseconds(1.0),
        books.utilisation, books.wired, books.answered, served, lost_workers,
    )  # fmt: skip


def _doubts(seen: Validity) -> Iterator[str]:
    if seen.model == "open":
        missed = seen.offered - seen.delivered
        if missed > max(1, seen.offered * _MISSED):
            yield f"{missed} of {seen.offered} offered starts were never sent"
        if seen.lateness_p99 > seen.late:
            yield f"the generator sent late: p99 {seen.lateness_p99:.1f} ms after the intended start; use more workers"
        if seen.starved > max(1, seen.offered * _LOST):
            cure = "raise `connections`, seed more accounts or lower the rate"
            yield f"{seen.starved} starts found no free connection or account; {cure}"
    elif seen.utilisation > _SATURATED:
        yield f"the generator was busy {seen.utilisation:.0%} of the time: its own queue is in the latency figures"
    if seen.served is not None and not seen.lost_workers and not seen.answered <= seen.served <= seen.wired:
        yield f"{seen.wired} requests were sent and {seen.answered} answered, but the target counted {seen.served}"
