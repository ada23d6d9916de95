"""The emulator behind a port: uvicorn, told apart from the application so that tests can do without it."""

import asyncio
import contextlib
import gc
import signal
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.core.settings import preset as preset_settings
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenants import DEFAULT_KEY, DEFAULT_SECRET, TenantRegistry

LOOPBACK = "127.0.0.1"
BACKLOG = 2048  # connections that may wait to be accepted


@dataclass(frozen=True, slots=True)
class Running:
    """A running emulator and the credentials of its default tenant."""

    url: str
    api_key: str
    api_secret: str = field(repr=False)
    app: App = field(repr=False)


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches TCP_NODELAY on for sockets that name their protocol; without it every answer waits 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def listen_at(path: str) -> socket.socket:
    """A listening Unix socket; OSError where the path is taken."""
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(path)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


class Server(uvicorn.Server):
    """uvicorn, but a signal stops it and is not raised once more behind it: the process ends in peace."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM, in the main thread; elsewhere signals are none of a server's business."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def configured(app: App, tls: ssl.SSLContext | None = None) -> Server:
    """A server that says nothing by itself and keeps connections open."""
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
        backlog=BACKLOG,
        ssl_context_factory=None if tls is None else lambda *_: tls,
    )
    return Server(config)


def settle_memory() -> None:
    """Take what is there now out of the garbage collector's rounds, and let it look less often.

    A full round over the accounts of a large tenant would stall every request for its length.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


def serve(server: Server, listener: socket.socket, *beside: Coroutine[Any, Any, Any]) -> None:
    """Run a server until it is told to exit, and what is to run beside it from the start, on one event loop."""
    settle_memory()

    async def everything() -> None:
        tasks = [asyncio.ensure_future(task) for task in beside]
        await server.serve(sockets=[listener])
        for task in tasks:
            task.cancel()

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(everything())


def address(listener: socket.socket, scheme: str = "http") -> str:
    """`http://127.0.0.1:PORT` of a listening socket."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@contextlib.contextmanager
def running(  # noqa: PLR0913  # each has a default; callers name what they change
    settings: Settings | None = None,
    *,
    preset: str = "default",
    port: int = 0,
    api_key: str = DEFAULT_KEY,
    api_secret: str = DEFAULT_SECRET,
    seed: int | None = None,
) -> Iterator[Running]:
    """An emulator in a thread of this process, for as long as the block lasts."""
    app = App(TenantRegistry(settings or preset_settings(preset), api_key, api_secret, seed))
    listener = listen(LOOPBACK, port)
    server = configured(app)
    thread = threading.Thread(target=serve, args=(server, listener), name="emulator", daemon=True)
    thread.start()
    try:
        _await_start(server, thread)
        yield Running(address(listener), api_key, api_secret, app)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def _await_start(server: Server, thread: threading.Thread) -> None:
    while not server.started:
        thread.join(0.005)
        if not thread.is_alive():
            raise RuntimeError("the emulator's server ended before it answered")
