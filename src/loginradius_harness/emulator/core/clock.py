"""A tenant's time: one clock that moves every expiry, lock and TOTP step at once."""

import time
from datetime import UTC, datetime
from functools import lru_cache

SEVEN = 7  # fraction digits of most dates; the third last is a microsecond, the last always 0
SEEDED_START = datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC).timestamp()


class Clock:
    """Seconds since 1970 UTC. A seeded clock stands still but for `advance` and a millisecond a request.

    `ahead` is how far the tenant's present lies ahead of the wall clock; under a seed it is the present itself.
    """

    def __init__(self, *, seeded: bool = False) -> None:
        self.ahead = SEEDED_START if seeded else 0.0
        self._seeded = seeded

    def now(self) -> float:
        """Return the tenant's present, in seconds."""
        return self.ahead if self._seeded else time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Move the present; negative seconds move it back."""
        self.ahead += seconds

    def fork(self) -> "Clock":
        """Return a clock that shows the same time and moves on its own."""
        child = Clock(seeded=self._seeded)
        child.ahead = self.ahead
        return child

    def tick(self) -> None:
        """Count a request: with a seed, requests and not the wall clock make time pass."""
        if self._seeded:
            self.ahead += 0.001


@lru_cache(maxsize=10_000)  # most dates of a profile are formatted again and again
def iso(seconds: float, digits: int = 7) -> str:
    """ISO 8601 UTC with 3 or 7 fraction digits, as the product writes dates (product-facts.md#values)."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    return f"{text[:26]}0Z" if digits == SEVEN else f"{text[:23]}Z"


NO_DATE = "0001-01-01T00:00:00"
