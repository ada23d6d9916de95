"""The rate limit of a tenant: so many requests in any second, over all workers together.

The limit is cut into slots on a common time line that are assigned to the workers in turn, so that they need not talk
to each other. Slots are 1.5 % longer than the limit asks for: a request may then be up to 15 ms late on its way without
any second holding one request too many.
"""

import math
import threading
from collections.abc import Callable

from loginradius_harness.load.workload.arrival_schedule import WHOLE, WorkerShare

_SLACK = 0.985
_HANDOVER = 1.0  # seconds after a change of shares in which no slot is used: the old shares reserve so far ahead
_FIRST_PAUSE = 1.0  # seconds after a 429 without Retry-After; doubles up to:
_LONGEST_PAUSE = 30.0


class RateLimiter:
    """Hands out the moments at which requests may be sent, in seconds of one clock; slot 0 lies at `epoch`.

    `rate` is requests a second. `lock` must work between native threads: the engine and locust's users share one limit.
    """

    def __init__(
        self, rate: float, share: WorkerShare = WHOLE, epoch: float = 0.0,
        lock: Callable[[], threading.Lock] = threading.Lock,
    ) -> None:  # fmt: skip
        self._epoch = epoch
        self._period = 1 / (rate * _SLACK)
        self._share = share
        self._slot = share.index
        self._pause = _FIRST_PAUSE
        self._resumes = 0.0
        self._lock = lock()

    def wait(self, now: float) -> float:
        """Return the seconds that a request which wants to start now would wait for its slot."""
        return max(0.0, self._at(self._next(now)) - now)

    def reserve(self, now: float) -> float:
        """Take the next free slot; return the moment at which the request may start."""
        with self._lock:
            slot = self._next(now)
            self._slot = slot + self._share.count
        return self._at(slot)

    def set_share(self, share: WorkerShare, now: float) -> None:
        """Change to another part of the slots, because a worker came or went."""
        with self._lock:
            begin = max(now + _HANDOVER, self._at(self._slot))
            self._share = share
            self._slot = self._own(self._after(begin))

    def align(self, epoch: float, now: float) -> None:
        """Move slot 0 to `epoch`, so that all workers share one time line."""
        with self._lock:
            begin = max(now, self._at(self._slot))
            self._epoch = epoch
            self._slot = self._own(self._after(begin))

    def back_off(self, now: float, seconds: float | None) -> None:
        """Pause after a 429: `seconds` (Retry-After), or without it longer each time.

        Further 429 may answer requests that were already in flight: they belong to the pause that has begun.
        """
        with self._lock:
            if seconds is None:
                if now < self._resumes:
                    return
                seconds, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
            self._resumes = max(self._resumes, now + seconds)
            self._slot = max(self._slot, self._own(self._after(self._resumes)))

    def is_paused(self, now: float) -> bool:
        """Return whether a pause is in force."""
        return now < self._resumes

    def accepted(self) -> None:
        """Reset the length of the next pause: an answer was not a 429."""
        self._pause = _FIRST_PAUSE

    def _next(self, now: float) -> int:
        return max(self._slot, self._own(self._after(now)))

    def _at(self, slot: int) -> float:
        return self._epoch + slot * self._period

    def _after(self, moment: float) -> int:
        return math.ceil((moment - self._epoch) / self._period - 1e-9)

    def _own(self, slot: int) -> int:
        """Return the first of this process's slots that is not before `slot`."""
        return slot + (self._share.index - slot) % self._share.count
