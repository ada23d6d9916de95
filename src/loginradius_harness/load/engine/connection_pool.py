"""The engine's connections to one target: kept alive, opened on demand up to a limit, each with a timeout."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loginradius_harness.load.engine.connection import Answer, AnswerCache, Connection, TlsConnection
from loginradius_harness.load.engine.tls import TlsLayer
from loginradius_harness.load.metrics.counters import Outcome
from loginradius_harness.load.workload.execution import Iteration

# Servers close idle connections after 5 s or more: close them first, to avoid writing to a closed socket.
_IDLE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the target is. `address` was resolved and permitted by the egress filter; it is not looked up again.

    With a `tunnel`, address and port are those of a proxy, which is asked with these bytes to connect to the target.
    """

    host: str
    address: str
    port: int
    tls: ssl.SSLContext | None = None
    tunnel: bytes = b""


class PoolListener(Protocol):
    """The sender of requests through a pool, and the receiver of their answers."""

    def request(self, iteration: Iteration) -> bytes:
        """Return the bytes of the iteration's step; called at the moment of sending."""

    def answered(self, iteration: Iteration, answer: Answer, now: float) -> None:
        """Handle: the step has an answer, and its connection is free again."""

    def failed(self, iteration: Iteration, outcome: Outcome) -> None:
        """Handle: the step has no answer, because of a connection or a timeout."""


class ConnectionPool:
    """Iterations wait here for a connection, and for their answer."""

    def __init__(
        self, endpoint: Endpoint, listener: PoolListener, *, limit: int, timeout: float, now: Callable[[], float]
    ) -> None:
        self._now = now
        self._endpoint, self._listener = endpoint, listener
        self._limit, self._timeout = limit, timeout
        self.cache = AnswerCache()
        self._idle: list[Connection] = []  # the one used last is at the end, and is used first
        self._in_flight: dict[Connection, Iteration] = {}  # in the order of sending
        self._waiting: deque[Iteration] = deque()
        self._connecting: set[asyncio.Task[None]] = set()
        self._open = 0

    @property
    def busy(self) -> bool:
        """Return whether an iteration waits for a connection or an answer."""
        return bool(self._in_flight or self._waiting or self._connecting)

    def submit(self, iteration: Iteration) -> bool:
        """Send the iteration's step on a free connection or as soon as there is one; False when all are in use."""
        if self._idle:
            self._send(self._idle.pop(), iteration)
            return True
        self._waiting.append(iteration)
        return self._connect()

    def expire(self) -> None:
        """Abort exchanges that have timed out, and connections that have been idle for too long."""
        now = self._now()
        overdue = []
        for connection, iteration in self._in_flight.items():
            if iteration.sent > now - self._timeout:
                break
            overdue.append(connection)
        for connection in overdue:
            iteration = self._in_flight.pop(connection)
            connection.abort()
            self._listener.failed(iteration, "timeout")
        while self._idle and self._idle[0].since < now - _IDLE_SECONDS:
            self._idle.pop(0).abort()

    def drop_waiting(self) -> list[Iteration]:
        """Remove and return the waiting iterations, except as many as have a connection being opened for them."""
        waiting = list(self._waiting)
        self._waiting = deque(waiting[: len(self._connecting)])
        return waiting[len(self._connecting) :]

    async def close(self) -> None:
        """Drop all connections; exchanges in flight are forgotten, not counted as failed."""
        connections = [*self._idle, *self._in_flight]
        self._idle, self._in_flight = [], {}
        self._waiting.clear()
        for task in self._connecting:
            task.cancel()
        for connection in connections:
            connection.abort()
        while self._open:  # noqa: ASYNC110  # the transports need one more turn of the loop each, no event tells
            await asyncio.sleep(0)

    # --- events of connections -------------------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """Use a new connection for the iteration that has waited longest."""
        self._open += 1
        self._release(connection, self._now())

    def answered(self, connection: Connection, answer: Answer) -> None:
        """Pass a complete answer to the listener, the connection being free again."""
        now = self._now()
        iteration = self._in_flight.pop(connection, None)
        if iteration is None:  # an answer without a request: the stream is out of step
            connection.abort()
            return
        if answer.closes:
            connection.abort()
        else:
            self._release(connection, now)
        self._listener.answered(iteration, answer, now)

    def lost(self, connection: Connection) -> None:
        """Forget a closed connection; an exchange in progress fails with it."""
        self._open -= 1
        iteration = self._in_flight.pop(connection, None)
        if iteration is not None:
            self._listener.failed(iteration, "connection")
        elif connection in self._idle:
            self._idle.remove(connection)
        if self._waiting:
            self._connect()

    # ---------------------------------------------------------------------------------------------------------------

    def _connection(self) -> Connection:
        endpoint = self._endpoint
        if endpoint.tls:
            return TlsConnection(self, TlsLayer(endpoint.tls, endpoint.host), endpoint.tunnel)
        return Connection(self)

    def _send(self, connection: Connection, iteration: Iteration) -> None:
        self._in_flight[connection] = iteration
        request = self._listener.request(iteration)
        iteration.sent = self._now()
        connection.send(request)

    def _release(self, connection: Connection, now: float) -> None:
        if self._waiting:
            self._send(connection, self._waiting.popleft())
        else:
            connection.since = now
            self._idle.append(connection)

    def _connect(self) -> bool:
        if self._open + len(self._connecting) >= self._limit:
            return False
        task = asyncio.get_running_loop().create_task(self._connect_one())
        self._connecting.add(task)
        task.add_done_callback(self._connecting.discard)
        return True

    async def _connect_one(self) -> None:
        endpoint, loop = self._endpoint, asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                _, connection = await loop.create_connection(self._connection, endpoint.address, endpoint.port)
                await connection.ready
        except (OSError, TimeoutError):
            if self._waiting:
                self._listener.failed(self._waiting.popleft(), "connection")
