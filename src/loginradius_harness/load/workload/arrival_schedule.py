"""When requests are intended to start: a load level over time, and the open arrivals that follow it."""

import math
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

Spacing = Literal["even", "poisson"]


@dataclass(frozen=True, slots=True)
class WorkerShare:
    """The part of the load that this process generates: number `index` (from 0) of `count`."""

    index: int = 0
    count: int = 1


WHOLE = WorkerShare()


@dataclass(frozen=True, slots=True)
class Stage:
    """`seconds` at `level`; a ramp changes linearly from the level before."""

    seconds: float
    level: float
    ramp: bool = False


class LoadCurve:
    """A level over time, piecewise linear. The level is arrivals a second (open) or users (closed)."""

    def __init__(self, stages: tuple[Stage, ...]) -> None:
        self.stages = stages
        self._pieces: list[tuple[float, float, float, float, float]] = []  # start, end, level at both, area before
        start, last, area = 0.0, 0.0, 0.0
        for stage in stages:
            end, first = start + stage.seconds, last if stage.ramp else stage.level
            self._pieces.append((start, end, first, stage.level, area))
            area += (first + stage.level) / 2 * stage.seconds
            start, last = end, stage.level
        self.seconds, self.area = start, area

    @property
    def peak(self) -> float:
        """Return the highest level."""
        return max(stage.level for stage in self.stages)

    def level(self, at: float) -> float:
        """Return the level at a moment (seconds); 0 before the start and after the end."""
        for start, end, first, last, _ in self._pieces:
            if start <= at < end:
                return first + (last - first) * (at - start) / (end - start)
        return 0.0

    def area_at(self, at: float) -> float:
        """Return the number of arrivals due until a moment (seconds)."""
        for start, end, first, last, before in self._pieces:
            if start <= at < end:
                slope = (last - first) / (end - start)
                return before + first * (at - start) + slope * (at - start) ** 2 / 2
        return self.area if at >= self.seconds else 0.0

    def time_at(self, area: float) -> float | None:
        """Return the moment (seconds) at which `area` arrivals are due; None when the curve has fewer."""
        for start, end, first, last, before in self._pieces:
            if area <= before + (first + last) / 2 * (end - start) + 1e-9:
                return min(end, start + _reach(area - before, first, (last - first) / (end - start)))
        return None

    def scaled(self, peak: float) -> "LoadCurve":
        """Return the same shape with another highest level."""
        factor = peak / self.peak
        return LoadCurve(tuple(Stage(stage.seconds, stage.level * factor, stage.ramp) for stage in self.stages))


def stretched(stages: Iterable[Stage], seconds: float) -> tuple[Stage, ...]:
    """Return the same stages, in the same proportions, in a total of `seconds`."""
    stages = tuple(stages)
    factor = seconds / sum(stage.seconds for stage in stages)
    return tuple(Stage(stage.seconds * factor, stage.level, stage.ramp) for stage in stages)


def _reach(area: float, level: float, slope: float) -> float:
    """Return the seconds after which a level that changes by `slope` per second has covered `area`."""
    if area <= 0:
        return 0.0
    if not slope:
        return area / level
    return 2 * area / (level + math.sqrt(max(0.0, level * level + 2 * slope * area)))


def arrivals(
    curve: LoadCurve, share: WorkerShare = WHOLE, spacing: Spacing = "poisson", seed: int = 0, begin: float = 0.0
) -> Iterator[float]:
    """Yield the intended start times of one process, in seconds since the start of the run.

    `even` spaces the whole load evenly and assigns the starts to the processes in turn; `poisson` draws independent
    arrivals. `begin` (seconds) resumes in the middle of a run.
    """
    rng = random.Random(f"{seed}/{share.index}/{share.count}")  # noqa: S311  # a schedule that can be repeated, no secret
    due = curve.area_at(begin)
    if spacing == "even":
        due = math.ceil((due - share.index) / share.count) * share.count + share.index
    else:
        due += rng.expovariate(1) * share.count
    while (at := curve.time_at(due)) is not None and due < curve.area:
        yield at
        due += share.count if spacing == "even" else rng.expovariate(1) * share.count
