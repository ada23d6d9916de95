"""A tenant's time: one clock that moves every expiry, lock and TOTP step at once."""

import time
from datetime import UTC, datetime
from functools import lru_cache

SEVEN = 7  # fraction digits of most dates; the third last is a microsecond, the last always 0


class Clock:
    """Seconds since 1970 UTC: `ahead` seconds ahead of the wall clock or, while it stands still, `frozen_at`."""

    def __init__(self, frozen_at: float | None = None) -> None:
        self.ahead = 0.0
        self.frozen_at = frozen_at

    def now(self) -> float:
        """Return the tenant's present, in seconds."""
        return time.time() + self.ahead if self.frozen_at is None else self.frozen_at

    def advance(self, seconds: float) -> None:
        """Move the present; negative seconds move it back."""
        if self.frozen_at is None:
            self.ahead += seconds
        else:
            self.frozen_at += seconds

    def set(self, now: float) -> None:
        """Move the present to a moment, in seconds since 1970 UTC."""
        if self.frozen_at is None:
            self.ahead = now - time.time()
        else:
            self.frozen_at = now

    def freeze(self) -> None:
        """Let the clock stand still."""
        self.frozen_at = self.now()

    def resume(self) -> None:
        """Let the clock run again, from where it stands."""
        self.ahead, self.frozen_at = self.now() - time.time(), None

    def fork(self) -> "Clock":
        """Return a clock that shows the same time and moves on its own."""
        child = Clock(self.frozen_at)
        child.ahead = self.ahead
        return child


@lru_cache(maxsize=10_000)  # most dates of a profile are formatted again and again
def iso(seconds: float, digits: int = 7) -> str:
    """ISO 8601 UTC with 3 or 7 fraction digits, as the product writes dates (product-facts.md#values)."""
    text = datetime.fromtimestamp(seconds, UTC).isoformat(timespec="microseconds")
    return f"{text[:26]}0Z" if digits == SEVEN else f"{text[:23]}Z"


def seconds(text: str) -> float:
    """Read an ISO 8601 date, with or without a time, in UTC unless it names another zone. Raise ValueError."""
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


NO_DATE = "0001-01-01T00:00:00"
