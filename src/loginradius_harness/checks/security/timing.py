"""Compare the response times of two kinds of request, and compute which difference would have been noticed."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from statistics import median, stdev

PERMUTATIONS = 2_000
SIGNIFICANT = 0.001  # chance of a false positive; a real difference is far below it
POWER = 0.8
_Z = 3.29 + 0.84  # normal quantiles of the two figures above
_MEDIAN_COST = 1.2533  # the median of a normal sample spreads wider than its mean by sqrt(pi / 2)


@dataclass(frozen=True)
class Comparison:
    """Seconds. `noticeable` is the difference that a run of this size and spread detects with a power of 80 %."""

    difference: float
    chance: float  # probability of such a difference by chance
    noticeable: float
    samples: int

    @property
    def differs(self) -> bool:
        """Return whether the difference is statistically significant."""
        return self.chance < SIGNIFICANT

    def __str__(self) -> str:
        return (
            f"medians differ by {1e6 * self.difference:+.0f} us (p = {self.chance:.4f}, n = 2 x {self.samples}; "
            f"{1e6 * self.noticeable:.0f} us are noticed with a power of {POWER:.0%})"
        )


def confirmed(first: Callable[[], object], second: Callable[[], object], samples: int) -> Comparison:
    """Compare twice: a difference counts only where the second comparison confirms it in the same direction."""
    found = compare(first, second, samples)
    if not found.differs:
        return found
    again = compare(first, second, samples)
    return again if again.difference * found.difference > 0 else replace(again, chance=1.0)


def compare(first: Callable[[], object], second: Callable[[], object], samples: int) -> Comparison:
    """Call both, in random order, and compare their times."""
    taken: tuple[list[float], list[float]] = ([], [])
    order = [0, 1] * samples
    random.Random(samples).shuffle(order)  # noqa: S311  # no secret: which goes first
    for kind in order:
        began = time.perf_counter()
        (first, second)[kind]()
        taken[kind].append(time.perf_counter() - began)
    return judge(*taken)


def judge(first: Sequence[float], second: Sequence[float]) -> Comparison:
    """Run a permutation test on the difference of the medians."""
    observed = median(first) - median(second)
    pool, size = [*first, *second], len(first)
    generate_cases = random.Random(size)  # noqa: S311  # no secret: a reproducible verdict
    hits = 0
    for _ in range(PERMUTATIONS):
        generate_cases.shuffle(pool)
        hits += abs(median(pool[:size]) - median(pool[size:])) >= abs(observed)
    return Comparison(observed, (hits + 1) / (PERMUTATIONS + 1), _noticeable(first, second), size)


def _noticeable(first: Sequence[float], second: Sequence[float]) -> float:
    spread: float = (_spread(first) ** 2 / len(first) + _spread(second) ** 2 / len(second)) ** 0.5
    return _Z * _MEDIAN_COST * spread


def _spread(sample: Sequence[float]) -> float:
    """Return the standard deviation without the slowest tenth, which garbage collection distorts."""
    return stdev(sorted(sample)[: max(2, len(sample) * 9 // 10)])
