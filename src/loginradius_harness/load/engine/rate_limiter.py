"""The tenant's allowance: so many requests in any second, over all workers together.

The allowance is cut into slots on a common time line and dealt out in turn, so that workers need not talk to each
other. Slots are 1.5 % longer than the allowance asks for: a request may then be up to 15 ms late on its way without a
second ever holding one too many.
"""

import math
import threading
from collections.abc import Callable

from loginradius_harness.load.workload.arrival_schedule import WHOLE, WorkerShare

_SLACK = 0.985
_FIRST_PAUSE = 1.0  # seconds after a 429 that does not say how long to wait; doubles up to:
_LONGEST_PAUSE = 30.0


class RateLimiter:
    """Hands out the moments at which requests may be sent, in seconds of one clock; slot 0 lies at `epoch`.

    `lock` must work between native threads: the engine and the users draw on one allowance.
    """

    def __init__(
        self, allowance: float, share: WorkerShare = WHOLE, epoch: float = 0.0,
        lock: Callable[[], threading.Lock] = threading.Lock,
    ) -> None:  # fmt: skip
        self._epoch = epoch
        self._period = 1 / (allowance * _SLACK)
        self._share = share
        self._slot = share.index
        self._pause = _FIRST_PAUSE
        self._resumes = 0.0
        self._lock = lock()

    def wait(self, now: float) -> float:
        """How long a request that wants to start now would have to wait for its slot."""
        return max(0.0, self._at(self._next(now)) - now)

    def reserve(self, now: float) -> float:
        """Take the next free slot; the request may start at the returned moment."""
        with self._lock:
            slot = self._next(now)
            self._slot = slot + self._share.count
        return self._at(slot)

    def deal(self, share: WorkerShare, now: float) -> None:
        """Take over another part of the slots, because a worker came or went."""
        with self._lock:
            self._share = share
            self._slot = self._own(self._after(now))

    def back_off(self, now: float, seconds: float | None) -> None:
        """Fall silent after a 429: as long as `Retry-After` asks for, else longer each time.

        Several 429 may answer what was already under way: they belong to the pause that has begun.
        """
        with self._lock:
            if seconds is None:
                if now < self._resumes:
                    return
                seconds, self._pause = self._pause, min(self._pause * 2, _LONGEST_PAUSE)
            self._resumes = max(self._resumes, now + seconds)
            self._slot = max(self._slot, self._own(self._after(self._resumes)))

    def silent(self, now: float) -> bool:
        """Whether a pause is in force."""
        return now < self._resumes

    def accepted(self) -> None:
        """An answer that was not limited: the next 429 starts with a short pause again."""
        self._pause = _FIRST_PAUSE

    def _next(self, now: float) -> int:
        return max(self._slot, self._own(self._after(now)))

    def _at(self, slot: int) -> float:
        return self._epoch + slot * self._period

    def _after(self, moment: float) -> int:
        return math.ceil((moment - self._epoch) / self._period - 1e-9)

    def _own(self, slot: int) -> int:
        """The first of this process's slots that is not before `slot`."""
        return slot + (self._share.index - slot) % self._share.count
