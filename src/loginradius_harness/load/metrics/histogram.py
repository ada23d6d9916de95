"""A log-linear histogram of durations: percentiles accurate to 0.05 %, mergeable without loss."""

import math

import msgspec

_BITS = 11  # values below 2**11 microseconds are exact; above, a bucket is at most 1/1024 of its value wide
_FIRST_ROUNDED = 1 << _BITS
_COARSE_BITS = 8
_SHARED_KEYS: dict[int, int] = {}  # hundreds of coarse copies hold the same keys: one object for each


def middle(lower: int) -> float:
    """Return the midpoint of the bucket with this lower bound: at most half a bucket from any duration in it."""
    shift = lower.bit_length() - _BITS
    return float(lower) if shift <= 0 else lower + ((1 << shift) - 1) / 2


class Histogram(msgspec.Struct):
    """Durations in microseconds. `counts` maps the lower bound of a bucket to its count; `largest` is exact."""

    counts: dict[int, int] = {}
    largest: int = 0

    def record(self, micros: int) -> None:
        """Add one duration in microseconds; a negative one counts as zero. Called twice per answer, hence inlined."""
        if micros > self.largest:  # noqa: PLR1730  # max() would cost more than all the rest
            self.largest = micros
        if micros >= _FIRST_ROUNDED:
            shift = micros.bit_length() - _BITS
            micros = micros >> shift << shift
        elif micros < 0:
            micros = 0
        try:
            self.counts[micros] += 1
        except KeyError:
            self.counts[micros] = 1

    def coarse(self) -> "Histogram":
        """Return a copy of an eighth of the size, accurate to 0.4 %, for series of hundreds of intervals."""
        copy = Histogram(largest=self.largest)
        for key, number in self.counts.items():
            shift = max(0, key.bit_length() - _COARSE_BITS)
            centre = (key >> shift << shift) + (1 << shift >> 1)
            centre = _SHARED_KEYS.setdefault(centre, centre)
            copy.counts[centre] = copy.counts.get(centre, 0) + number
        return copy

    def add(self, other: "Histogram") -> None:
        """Merge another histogram into this one."""
        for key, number in other.counts.items():
            self.counts[key] = self.counts.get(key, 0) + number
        self.largest = max(self.largest, other.largest)

    @property
    def count(self) -> int:
        """Return the number of durations recorded."""
        return sum(self.counts.values())

    @property
    def total(self) -> float:
        """Return the sum of all durations in microseconds, accurate to 0.05 %."""
        return sum(middle(key) * number for key, number in self.counts.items())

    @property
    def smallest(self) -> float:
        """Return the smallest duration in microseconds, accurate to 0.05 %; 0 when empty."""
        return middle(min(self.counts)) if self.counts else 0.0

    def percentile(self, share: float) -> float:
        """Return the duration in microseconds that `share` (0..1) of all durations do not exceed; 0 when empty."""
        count = self.count
        rank = max(1, math.ceil(share * count - 1e-9))
        if rank >= count:
            return float(self.largest)
        seen = 0
        for key in sorted(self.counts):
            seen += self.counts[key]
            if seen >= rank:
                return min(middle(key), float(self.largest))
        raise AssertionError("the rank lies within the count")  # pragma: no cover

    def milliseconds(self, share: float) -> float:
        """Return `percentile(share)` in milliseconds."""
        return self.percentile(share) / 1000
