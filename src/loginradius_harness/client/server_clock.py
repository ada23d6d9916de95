"""Time as the tenant tells it: SOTT and TOTP are judged by its clock, not by ours."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_NEGLIGIBLE = timedelta(seconds=2)


class ServerClock:
    """The tenant's present: our own clock, moved by a difference that is asked for once, when it is first needed.

    A tenant tells whole seconds that have begun, and the answer takes its way: this clock is up to a second late, and
    never early. A TOTP code of the step just over is taken; one of a step that has not begun at the tenant, once the
    next one has been shown too, is not.
    """

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
            difference = told - self._local()
            self._difference = difference if abs(difference) > _NEGLIGIBLE else timedelta()
        return self._difference

    def forget(self) -> None:
        """Ask again when the time is next needed: the tenant's clock was moved."""
        self._difference = None
