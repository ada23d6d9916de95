"""How many requests a tenant got in the present second."""

from loginradius_harness.emulator.core.clock import Clock


class RequestRate:
    """Counts requests by whole seconds of a tenant's clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._second = 0
        self._count = 0

    def exceeds(self, limit: int) -> bool:
        """Count a request; return whether the second has had more than `limit`. No limit (0) counts nothing."""
        if not limit:
            return False
        second = int(self._clock.now())
        if second != self._second:
            self._second, self._count = second, 0
        self._count += 1
        return self._count > limit
