"""The engine's connections to one target: kept alive, opened on demand up to a limit, each with a timeout."""

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from loginradius_harness.load.engine import tls
from loginradius_harness.load.engine.connection import Answer, AnswerCache, Connection, TlsConnection
from loginradius_harness.load.metrics.counters import Outcome
from loginradius_harness.load.workload.execution import Iteration

_IDLE_SECONDS = 3.0  # servers close idle connections after 5 s and more: close them first, and never send into a grave


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the target is. `address` was resolved once and approved by the guard: names are not looked up again."""

    host: str
    address: str
    port: int
    tls: ssl.SSLContext | None = None


class PoolListener(Protocol):
    """Who sends through a pool."""

    def request(self, flow: Iteration) -> bytes:
        """The bytes of the flow's step; called at the moment of sending."""

    def answered(self, flow: Iteration, answer: Answer, now: float) -> None:
        """The step has an answer. Its connection is free again."""

    def failed(self, flow: Iteration, outcome: Outcome) -> None:
        """The step has none: no connection, a broken one, or no answer in time."""


class ConnectionPool:
    """Flows wait here for a connection, and for their answer."""

    def __init__(
        self, endpoint: Endpoint, customer: PoolListener, *, limit: int, timeout: float, now: Callable[[], float]
    ) -> None:
        self._now = now
        self._endpoint, self._customer = endpoint, customer
        self._limit, self._timeout = limit, timeout
        self.memory = AnswerCache()
        self._idle: list[Connection] = []  # the one used last is at the end, and is used first
        self._flying: dict[Connection, Iteration] = {}  # in the order of sending
        self._waiting: deque[Iteration] = deque()
        self._dialling: set[asyncio.Task[None]] = set()
        self._open = 0

    @property
    def busy(self) -> bool:
        """Whether anything waits for a connection or an answer."""
        return bool(self._flying or self._waiting or self._dialling)

    def submit(self, flow: Iteration) -> bool:
        """Send the flow's step on a free connection or as soon as there is one; False when all are in use."""
        if self._idle:
            self._send(self._idle.pop(), flow)
            return True
        self._waiting.append(flow)
        return self._dial()

    def expire(self) -> None:
        """Give up on answers that are overdue, and on connections that nobody used for a while."""
        now = self._now()
        overdue = []
        for connection, flow in self._flying.items():
            if flow.sent > now - self._timeout:
                break
            overdue.append(connection)
        for connection in overdue:
            flow = self._flying.pop(connection)
            connection.abort()
            self._customer.failed(flow, "timeout")
        while self._idle and self._idle[0].since < now - _IDLE_SECONDS:
            self._idle.pop(0).abort()

    def drop_waiting(self) -> list[Iteration]:
        """The flows that no connection is being opened for, which they need no longer."""
        waiting = list(self._waiting)
        self._waiting = deque(waiting[: len(self._dialling)])
        return waiting[len(self._dialling) :]

    async def close(self) -> None:
        """Drop all connections."""
        idle, self._idle = self._idle, []
        for connection in [*idle, *self._flying]:
            connection.abort()
        while self._open:  # noqa: ASYNC110  # the transports need one more turn of the loop each, no event tells
            await asyncio.sleep(0)

    # --- what connections tell -------------------------------------------------------------------------------------

    def opened(self, connection: Connection) -> None:
        """A new connection: serve whoever has waited longest."""
        self._open += 1
        self._release(connection, self._now())

    def answered(self, connection: Connection, answer: Answer) -> None:
        """An answer is whole."""
        now = self._now()
        flow = self._flying.pop(connection, None)
        if flow is None:  # an answer that nobody asked for: the stream can not be trusted any more
            connection.abort()
            return
        if answer.closes:
            connection.abort()
        else:
            self._release(connection, now)
        self._customer.answered(flow, answer, now)

    def lost(self, connection: Connection) -> None:
        """A connection is gone; an exchange under way ends with it."""
        self._open -= 1
        flow = self._flying.pop(connection, None)
        if flow is not None:
            self._customer.failed(flow, "connection")
        elif connection in self._idle:
            self._idle.remove(connection)
        if self._waiting:
            self._dial()

    # ---------------------------------------------------------------------------------------------------------------

    def _connection(self) -> Connection:
        place = self._endpoint
        return TlsConnection(self, tls.Layer(place.tls, place.host)) if place.tls else Connection(self)

    def _send(self, connection: Connection, flow: Iteration) -> None:
        self._flying[connection] = flow
        request = self._customer.request(flow)
        flow.sent = self._now()
        connection.send(request)

    def _release(self, connection: Connection, now: float) -> None:
        if self._waiting:
            self._send(connection, self._waiting.popleft())
        else:
            connection.since = now
            self._idle.append(connection)

    def _dial(self) -> bool:
        if self._open + len(self._dialling) >= self._limit:
            return False
        task = asyncio.get_running_loop().create_task(self._open_one())
        self._dialling.add(task)
        task.add_done_callback(self._dialling.discard)
        return True

    async def _open_one(self) -> None:
        place, loop = self._endpoint, asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._timeout):
                _, connection = await loop.create_connection(self._connection, place.address, place.port)
                await connection.ready
        except (OSError, TimeoutError):
            if self._waiting:
                self._customer.failed(self._waiting.popleft(), "connection")
