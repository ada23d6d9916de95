"""The emulator behind a port: uvicorn, kept apart from the application so that tests can do without it."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

import uvicorn

from loginradius_harness.emulator.control.fault_switches import LoadFaults, no_faults
from loginradius_harness.emulator.core.ids import DEFAULT_KEY, DEFAULT_SECRET
from loginradius_harness.emulator.core.presets import preset as preset_settings
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.server.endpoint import BACKLOG, LOOPBACK, address, listen
from loginradius_harness.emulator.server.http_protocol import HttpProtocol
from loginradius_harness.emulator.state.tenants import TenantRegistry


@dataclass(frozen=True, slots=True)
class Running:
    """A running emulator and the credentials of its default tenant."""

    url: str
    api_key: str
    api_secret: str = field(repr=False)
    app: App = field(repr=False)


class Server(uvicorn.Server):
    """uvicorn, except that a signal which stops it is not raised again afterwards: the process exits with 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGINT and SIGTERM in the main thread; in other threads leave signals alone."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _is_for_users(record: logging.LogRecord) -> bool:
    """Return whether a log entry is more than that a client kept its connection open until the end."""
    return "timeout graceful shutdown exceeded" not in record.msg


def configured(app: App, tls: ssl.SSLContext | None = None) -> Server:
    """Return a server that logs nothing by itself and keeps connections open."""
    logging.getLogger("uvicorn.error").addFilter(_is_for_users)
    config = uvicorn.Config(
        app,
        http=HttpProtocol,
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


def freeze_garbage_collector() -> None:
    """Exempt the objects that exist now from garbage collection, and make collections rarer.

    A full collection over the accounts of a large tenant would stall every request for its length. What is garbage now
    is kept: a collection to find the little that there is would be a tenth of the start.
    """
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


def serve(server: Server, listeners: list[socket.socket], *background: Coroutine[Any, Any, Any]) -> None:
    """Run a server until it is told to exit, with background tasks on the same event loop."""
    freeze_garbage_collector()

    async def everything() -> None:
        tasks = [asyncio.ensure_future(task) for task in background]
        await server.serve(sockets=listeners)
        for task in tasks:
            task.cancel()

    with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
        runner.run(everything())


@contextlib.contextmanager
def running(  # noqa: PLR0913  # each has a default; callers name what they change
    settings: Settings | None = None,
    *,
    preset: str = "default",
    port: int = 0,
    api_key: str = DEFAULT_KEY,
    api_secret: str = DEFAULT_SECRET,
    seed: int | None = None,
    frozen_at: float | None = None,
    faults: LoadFaults = no_faults,
) -> Iterator[Running]:
    """Run an emulator in a thread of this process for as long as the block lasts.

    `settings` take precedence over `preset`. Port 0 picks a free one. `seed` makes ids, codes and tokens reproducible;
    `frozen_at`, in seconds since 1970 UTC, stops the clock and makes times reproducible as well. `faults` is what the
    control API's `faults` calls switch, e.g. `lambda: loginradius_harness.faults`. Raise SettingsError for an unknown
    preset or a malformed key, OSError for a port that is taken.
    """
    app = App(
        TenantRegistry(settings or preset_settings(preset), api_key, api_secret, seed, frozen_at=frozen_at), faults
    )
    listener = listen(LOOPBACK, port)
    app.registry.site.url = address(listener)
    server = configured(app)
    thread = threading.Thread(target=serve, args=(server, [listener]), name="emulator", daemon=True)
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
