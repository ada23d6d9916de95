"""Sample the most common passwords."""

from functools import cache

from zxcvbn.frequency_lists import FREQUENCY_LISTS

TOP = 3_000
SHORTEST = 8  # shorter ones are refused for their length
ASKED = 40  # size of the sample, spread over all ranks


@cache
def common_passwords() -> tuple[str, ...]:
    """Return a sample of the 3,000 most common passwords long enough to be refused for being common."""
    ranked = [word for word in FREQUENCY_LISTS["passwords"][:TOP] if len(word) >= SHORTEST]
    return tuple(ranked[:: max(1, len(ranked) // ASKED)])
