"""The tenant's clock, by which it checks SOTT and TOTP."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_NEGLIGIBLE = timedelta(seconds=2)


class ServerClock:
    """The local clock, moved by its difference from the tenant's. The difference is requested once, when first needed.

    A tenant reports whole seconds, rounded down, and the response takes time: this clock is up to a second late and
    never early. The product accepts a TOTP code of the previous step, but none of a step that is two steps ahead.
    """

    def __init__(
        self, ask: Callable[[], datetime | None], local: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._ask = ask
        self._local = local
        self._difference: timedelta | None = None

    def now(self) -> datetime:
        """Return the tenant's current time in UTC."""
        return self._local() + self.difference

    @property
    def difference(self) -> timedelta:
        """How far the tenant's clock is ahead of the local one; zero where the tenant does not report its time."""
        if self._difference is None:
            reported = self._ask()
            if reported is None:
                return timedelta()
            difference = reported - self._local()
            self._difference = difference if abs(difference) > _NEGLIGIBLE else timedelta()
        return self._difference

    def forget(self) -> None:
        """Request the time again when it is next needed, because the tenant's clock was changed."""
        self._difference = None
