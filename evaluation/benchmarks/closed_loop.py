"""A closed loop of keep-alive connections that needs little CPU time itself."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import cast

import httptools
import uvloop

CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Result:
    """Responses per second, their 99th percentile in milliseconds, and the number with a status other than 200."""

    rate: float
    p99: float
    refused: int


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as a response is complete."""

    def __init__(self, next_request: Callable[[], bytes | None], done: asyncio.Event, times: list[float]) -> None:
        self._next = next_request
        self._done = done
        self._times = times
        self._sent = 0.0
        self.refused = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._send()

    def _send(self) -> None:
        request = self._next()
        if request is None:
            self._transport.close()
            self._done.set()
            return
        self._parser = httptools.HttpResponseParser(self)
        self._sent = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def on_message_complete(self) -> None:
        self._times.append(time.perf_counter() - self._sent)
        self.refused += self._parser.get_status_code() != 200
        self._send()


Next = Callable[[], bytes]


def run(host: str, port: int, next_request: Next, seconds: float) -> Result:
    """Send requests for a number of seconds, as fast as the server responds."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_closed(host, port, next_request, seconds))


async def _closed(host: str, port: int, next_request: Next, seconds: float) -> Result:
    loop = asyncio.get_running_loop()
    times: list[float] = []
    ended: list[asyncio.Event] = []
    connections: list[_Connection] = []
    deadline = time.perf_counter() + seconds

    def until_deadline() -> bytes | None:
        return next_request() if time.perf_counter() < deadline else None

    began = time.perf_counter()
    for _ in range(CONNECTIONS):
        done = asyncio.Event()
        ended.append(done)
        make = partial(_Connection, until_deadline, done, times)
        _, connection = await loop.create_connection(make, host, port)
        connections.append(connection)
    awake = asyncio.ensure_future(_keep_awake())
    for done in ended:
        await done.wait()
    awake.cancel()
    return _result(times, time.perf_counter() - began, sum(connection.refused for connection in connections))


async def _keep_awake() -> None:
    """Keep this core busy: a slower server would otherwise pay for waking it with every response, a fast one never."""
    while True:  # noqa: ASYNC110  # an event would let the core sleep
        await asyncio.sleep(0)


def _result(times: list[float], duration: float, refused: int) -> Result:
    ranked = sorted(times)
    return Result(len(times) / duration, ranked[int(len(ranked) * 0.99)] * 1000, refused)


def paced(host: str, port: int, streams: list[tuple[Next, float]], seconds: float) -> list[Result]:
    """Send several streams of requests, each at its own rate per second; times count from the intended start."""

    async def all_streams() -> list[Result]:
        return list(await asyncio.gather(*(_paced(host, port, *stream, seconds) for stream in streams)))

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(all_streams())


async def _paced(host: str, port: int, next_request: Next, rate: float, seconds: float) -> Result:
    began = time.perf_counter()
    times: list[float] = []

    async def connection(first: int) -> None:
        reader, writer = await asyncio.open_connection(host, port)
        for number in range(first, int(rate * seconds), CONNECTIONS):
            intended = began + number / rate
            await asyncio.sleep(intended - time.perf_counter())
            writer.write(next_request())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            await reader.readexactly(length)
            times.append(time.perf_counter() - intended)
        writer.close()

    await asyncio.gather(*(connection(first) for first in range(CONNECTIONS)))
    return _result(times, time.perf_counter() - began, 0)


def request(method: str, target: str, body: bytes = b"", headers: str = "") -> bytes:
    """Return the bytes of a request."""
    head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
