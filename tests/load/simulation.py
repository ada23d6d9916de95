"""An event loop in simulated time, with a server that behaves as the test says. Nothing here waits."""

import asyncio
import selectors
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from loginradius_harness.client.redaction import Redactor
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.load.engine.connection_pool import Endpoint
from loginradius_harness.load.engine.engine import Engine
from loginradius_harness.load.engine.rate_limiter import RateLimiter
from loginradius_harness.load.metrics.counters import RunMetrics
from loginradius_harness.load.workload.arrival_schedule import LoadCurve, Stage, arrivals
from loginradius_harness.load.workload.execution import compose
from loginradius_harness.load.workload.virtual_users import VirtualUser
from loginradius_harness.target.target import Target

from .servers import TOKEN, reply

TURN = 100e-6  # seconds that pass with each turn of the loop


@dataclass
class Clock:
    """Seconds since the start of the simulation."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


class SimulatedSelector(selectors.SelectSelector):
    """A selector that advances the clock instead of waiting."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self._clock.now += max(timeout or 0.0, TURN)
        return super().select(0)


@dataclass
class Server:
    """Answers `service` seconds after a request, or after the freeze (begin, end) during which it came.

    Above `limit` requests in a second it answers 429.
    """

    service: float = 100e-6
    freezes: Sequence[tuple[float, float]] = ()
    limit: float = float("inf")

    def __post_init__(self) -> None:
        self.received_requests: Counter[int] = Counter()  # second -> requests that came in it

    def thaw(self, at: float) -> float:
        """Return when it begins to work on a request of this moment."""
        return next((end for begin, end in self.freezes if begin <= at < end), at)

    def answer(self, at: float) -> bytes:
        """Return the answer to a request of this moment."""
        self.received_requests[int(at)] += 1
        return reply() if self.received_requests[int(at)] <= self.limit else reply(b"", status="429 Too Many Requests")


class SimulatedTransport(asyncio.Transport):
    """A connection to the server."""

    def __init__(self, loop: "SimulatedLoop", protocol: asyncio.Protocol) -> None:
        super().__init__()
        self._loop, self._protocol = loop, protocol
        loop.call_soon(protocol.connection_made, self)

    def write(self, _: Any) -> None:
        now, server = self._loop.time(), self._loop.server
        self._loop.call_at(server.thaw(now) + server.service, self._protocol.data_received, server.answer(now))

    def abort(self) -> None:
        self._loop.call_soon(self._protocol.connection_lost, None)


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop with simulated time."""

    def __init__(self, server: Server) -> None:
        self.server, self.clock = server, Clock()
        super().__init__(SimulatedSelector(self.clock))

    def time(self) -> float:
        """Return the simulated seconds."""
        return self.clock()

    async def create_connection(  # type: ignore[override]  # the one form that the engine uses
        self, protocol_factory: Callable[[], asyncio.Protocol], *_: Any
    ) -> tuple[asyncio.Transport, asyncio.Protocol]:
        """Return a connection that is established at once."""
        protocol = protocol_factory()
        return SimulatedTransport(self, protocol), protocol


@dataclass
class Simulation:
    """Evenly spaced validations of one token, in no time at all."""

    target: Target
    clock: ServerClock

    def __call__(
        self,
        server: Server,
        rate: float,
        seconds: float,
        connections: int = 2000,
        rate_limiter: RateLimiter | None = None,
    ) -> RunMetrics:
        """Return what the engine counts at `rate` starts a second."""
        loop = SimulatedLoop(server)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            return runner.run(self._run(loop, LoadCurve((Stage(seconds, rate),)), connections, rate_limiter))

    async def _run(
        self, loop: SimulatedLoop, curve: LoadCurve, connections: int, rate_limiter: RateLimiter | None
    ) -> RunMetrics:
        mix = compose({"validate_token": 1}, self.target, [VirtualUser(self.clock, {"token": TOKEN})], self.clock)
        place = {"api": Endpoint("localhost", "127.0.0.1", 80)}
        engine = Engine(
            place, mix, Redactor(), connections=connections, timeout=60, rate_limiter=rate_limiter, now=loop.clock
        )
        engine.begin(0)
        engine.follow(arrivals(curve, spacing="even"))
        over = loop.create_future()
        loop.call_later(curve.seconds, over.set_result, None)
        await over
        await engine.end()
        metrics = RunMetrics()
        for report in engine.reports:
            metrics.add(report)
        return metrics
