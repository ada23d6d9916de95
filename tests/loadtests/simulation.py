"""An event loop in simulated time, with a server on it that freezes when the test says so. Nothing here waits."""

import asyncio
import selectors
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from .servers import reply

LOOK = 100e-6  # seconds that pass each time when the loop looks for something to do
SERVICE = 100e-6  # seconds that an answer takes


@dataclass
class Clock:
    """Seconds since the start of the simulation."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class Leap(selectors.SelectSelector):
    """Waiting takes no time: the clock leaps to when the wait is over."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.now += max(timeout or 0.0, LOOK)
        return super().select(0)


class Wire(asyncio.Transport):
    """A connection to a server that answers `SERVICE` after a request, or after the freeze in which it came."""

    def __init__(self, loop: "Loop", protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._loop, self._protocol = loop, protocol
        loop.call_soon(protocol.connection_made, self)

    def write(self, _: Any) -> None:
        self._loop.call_at(self._loop.thaw(self._loop.time()) + SERVICE, self._protocol.data_received, reply())

    def abort(self) -> None:
        self._loop.call_soon(self._protocol.connection_lost, None)


class Loop(asyncio.SelectorEventLoop):
    """`freezes` are pairs of begin and end, in order."""

    def __init__(self, freezes: Sequence[tuple[float, float]]) -> None:
        self.clock = Clock()
        self._freezes = freezes
        super().__init__(Leap(self.clock))

    def time(self) -> float:
        """Simulated seconds."""
        return self.clock()

    def thaw(self, at: float) -> float:
        """When a server that is asked at a moment begins to work on the answer."""
        return next((end for begin, end in self._freezes if begin <= at < end), at)

    async def create_connection(  # type: ignore[override]  # the one form that the engine uses
        self, protocol_factory: Callable[[], asyncio.Protocol], *_: Any
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """A connection that stands at once."""
        protocol = protocol_factory()
        return Wire(self, protocol), protocol
