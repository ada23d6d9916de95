"""Is this run slower than that one, or is it chance? A block bootstrap over the intervals of both.

Answers of one moment resemble each other, so that resampling single answers would overstate the certainty: whole
intervals are resampled instead.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from loginradius_harness.load.analysis.run_result import Run
from loginradius_harness.load.metrics.histogram import Histogram

CANNOT_TELL = "cannot tell"
_RESAMPLES = 400
_CONFIDENCE = 0.99
_NOTICEABLE = 0.05  # smaller changes are reported as none, however certain
_FLOOR = 0.1  # milliseconds: so are these
_FEWEST = 5  # intervals without which nothing can be said
_PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class Change:
    """How one percentile (milliseconds) of one operation changed.

    `low` and `high` bound the relative change with 99 % confidence; `seconds` is the length of the shorter run.
    """

    operation: str
    percentile: str
    before: float
    after: float
    low: float
    high: float
    seconds: float

    @property
    def verdict(self) -> str:
        """Return `slower`, `faster`, `same`, or `cannot tell` when the bounds permit both a change and none."""
        noticeable = max(_NOTICEABLE, _FLOOR / self.before if self.before else 0.0)
        moved = self.after / self.before - 1 if self.before else 0.0
        if self.low > 0 and moved >= noticeable:
            return "slower"
        if self.high < 0 and moved <= -noticeable:
            return "faster"
        return "same" if -noticeable < self.low and self.high < noticeable else CANNOT_TELL

    @property
    def needed_seconds(self) -> float:
        """Return how long two runs must be to tell: the bounds narrow with the square root of the length."""
        return self.seconds * ((self.high - self.low) / 2 / _NOTICEABLE) ** 2

    def __str__(self) -> str:
        needed = f"; two runs of {self.needed_seconds:.0f} s would tell" if self.verdict == CANNOT_TELL else ""
        return (
            f"{self.verdict:<12}{self.operation} {self.percentile} {self.before:.2f} -> {self.after:.2f} ms "
            f"({self.low:+.1%} to {self.high:+.1%}{needed})"
        )


def compare(before: Run, after: Run, seed: int = 0) -> Iterator[Change]:
    """Yield the changes of all operations that both runs called in at least five intervals."""
    rng = random.Random(seed)  # noqa: S311  # a comparison that can be repeated, no secret
    for operation in before.metrics.operations:
        old, new = _blocks(before, operation), _blocks(after, operation)
        if min(len(old), len(new)) < _FEWEST:
            continue
        resamples = [(_resample(old, rng), _resample(new, rng)) for _ in range(_RESAMPLES)]
        whole = _merge(old), _merge(new)
        for name, share in _PERCENTILES.items():
            ratios = sorted(b.percentile(share) / max(1.0, a.percentile(share)) - 1 for a, b in resamples)
            cut = int(len(ratios) * (1 - _CONFIDENCE) / 2)
            was, now = (times.milliseconds(share) for times in whole)
            yield Change(operation, name, was, now, ratios[cut], ratios[-1 - cut], min(before.seconds, after.seconds))


def differences(before: Run, after: Run) -> str:
    """Return in which of profile and measured duration two runs differ; empty when in neither."""
    figures = {
        "profile": (before.profile, after.profile),
        "duration": (f"{before.seconds:.0f} s", f"{after.seconds:.0f} s"),
    }
    return ", ".join(f"{name} {was} -> {now}" for name, (was, now) in figures.items() if was != now)


def _blocks(run: Run, operation: str) -> list[Histogram]:
    entries = (part.operations.get(operation) for part in run.intervals.values())
    return [entry.corrected for entry in entries if entry and entry.corrected.count]


def _resample(blocks: Sequence[Histogram], rng: random.Random) -> Histogram:
    return _merge(rng.choices(blocks, k=len(blocks)))


def _merge(blocks: Sequence[Histogram]) -> Histogram:
    merged = Histogram()
    for block in blocks:
        merged.add(block)
    return merged
