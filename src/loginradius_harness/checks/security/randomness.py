"""Test whether generated texts are statistically random."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from math import log2

_Z = 4.753  # quantile of a normal distribution that is exceeded once in a million


def worst_spread(texts: Sequence[str], alphabet: str) -> float:
    """Return the largest chi-squared statistic of all positions, over the one-in-a-million critical value."""
    worst = max(_statistic(letters, alphabet) for letters in zip(*texts, strict=True))
    return worst / _critical(len(alphabet) - 1)


def _statistic(letters: Sequence[str], alphabet: str) -> float:
    counts, expected = Counter(letters), len(letters) / len(alphabet)
    unexpected = len(letters) - sum(counts[letter] for letter in alphabet)
    return sum((counts[letter] - expected) ** 2 for letter in alphabet) / expected + unexpected * len(letters)


def _critical(freedom: int) -> float:
    """Return the critical value of the chi-squared distribution (Wilson and Hilferty)."""
    spread = 2 / (9 * freedom)
    return float(freedom * (1 - spread + _Z * spread**0.5) ** 3)


def bits(texts: Sequence[str]) -> float:
    """Return the entropy of one text in bits, position by position; dependencies between positions do not show."""
    return sum(_entropy(letters) for letters in zip(*texts, strict=True))


def _entropy(letters: Sequence[str]) -> float:
    size, counts = len(letters), Counter(letters)
    observed = -sum(count / size * log2(count / size) for count in counts.values())
    return observed + (len(counts) - 1) / (2 * size * 0.6931)  # correct the bias of a sample (Miller, Madow)


def rises(texts: Sequence[str]) -> float:
    """Return how far the share of texts greater than their predecessor is from a half, in standard deviations."""
    steps = [later > earlier for earlier, later in pairwise(texts)]
    return float(abs(sum(steps) - len(steps) / 2) / (len(steps) / 12) ** 0.5)
