"""Time as the tenant tells it: SOTT and TOTP are judged by its clock, not by ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_ROUNDING = timedelta(seconds=0.5)  # the tenant tells whole seconds
_NEGLIGIBLE = timedelta(seconds=2)


class ServerClock:
    """The tenant's present: our own clock, moved by a difference that is asked for once, when it is first needed."""

    def __init__(
        self, ask: Callable[[], datetime | None], local: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._ask = ask
        self._local = local
        self._difference: timedelta | None = None

    def now(self) -> datetime:
        """The tenant's present, in UTC."""
        return self._local() + self.difference

    @property
    def difference(self) -> timedelta:
        """How far the tenant's clock is ahead of ours; zero where it does not tell."""
        if self._difference is None:
            told = self._ask()
            if told is None:
                return timedelta()
            difference = told + _ROUNDING - self._local()
            self._difference = difference if abs(difference) > _NEGLIGIBLE else timedelta()
        return self._difference

    def forget(self) -> None:
        """Ask again when the time is next needed: the tenant's clock was moved."""
        self._difference = None
