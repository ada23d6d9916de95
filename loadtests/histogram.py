"""A log-linear histogram of durations: every percentile right to 0.05 %, merged without loss."""

import math

import msgspec

_BITS = 11  # values below 2**11 microseconds are exact; above, a bucket is at most 1/1024 of its value wide


def bucket(micros: int) -> int:
    """The lower bound of the bucket that a duration falls into."""
    shift = micros.bit_length() - _BITS
    return micros if shift <= 0 else micros >> shift << shift


def middle(lower: int) -> float:
    """The value that stands for all durations of a bucket: half a bucket away from the truth at most."""
    shift = lower.bit_length() - _BITS
    return float(lower) if shift <= 0 else lower + ((1 << shift) - 1) / 2


class Histogram(msgspec.Struct):
    """Durations in microseconds. `counts` holds bucket -> number; `smallest` and `largest` are exact."""

    counts: dict[int, int] = {}
    count: int = 0
    total: int = 0
    smallest: int = 0
    largest: int = 0

    def record(self, micros: int) -> None:
        """Add one duration; the clock's rare step back counts as zero."""
        micros = max(micros, 0)
        shift = micros.bit_length() - _BITS  # `bucket`, written out: this line runs at every answer
        key = micros if shift <= 0 else micros >> shift << shift
        self.counts[key] = self.counts.get(key, 0) + 1
        self.largest = max(self.largest, micros)
        if not self.count or micros < self.smallest:
            self.smallest = micros
        self.count += 1
        self.total += micros

    def add(self, other: "Histogram") -> None:
        """Merge another histogram into this one."""
        if not other.count:
            return
        for key, number in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + number
        self.smallest = min(self.smallest, other.smallest) if self.count else other.smallest
        self.largest = max(self.largest, other.largest)
        self.count += other.count
        self.total += other.total

    def percentile(self, share: float) -> float:
        """The duration that `share` (0..1) of all durations do not exceed, in microseconds; 0 when empty."""
        rank = max(1, math.ceil(share * self.count - 1e-9))
        if rank >= self.count:
            return float(self.largest)
        seen = 0
        for key in sorted(self.counts):
            seen += self.counts[key]
            if seen >= rank:
                return max(float(self.smallest), min(middle(key), float(self.largest)))
        return 0.0

    def milliseconds(self, share: float) -> float:
        """`percentile`, in milliseconds."""
        return self.percentile(share) / 1000

    @property
    def mean(self) -> float:
        """Arithmetic mean in microseconds; 0 when empty."""
        return self.total / self.count if self.count else 0.0
