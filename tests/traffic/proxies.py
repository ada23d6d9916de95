"""Run a capturing proxy in a thread."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

from loginradius_harness.traffic.capture import Connections, Forward, Proxy, Upstream
from loginradius_harness.traffic.exchange import RecordedExchange


@contextmanager
def proxy(
    mode: Upstream | Forward, connections: Connections | None = None
) -> Iterator[tuple[int, list[RecordedExchange]]]:
    """Yield the port of a proxy and the exchanges that it reads."""
    read: list[RecordedExchange] = []
    started: Future[tuple[int, asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        server = await Proxy(mode, read.append, connections).serve("127.0.0.1", 0)
        stopped = asyncio.Event()
        started.set_result((server.sockets[0].getsockname()[1], asyncio.get_running_loop(), stopped))
        await stopped.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    port, loop, stopped = started.result(10)
    try:
        yield port, read
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(10)
