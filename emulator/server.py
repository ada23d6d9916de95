"""The emulator behind a port: uvicorn, told apart from the application so that tests can do without it."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import uvicorn

from emulator.app import App
from emulator.settings import Settings
from emulator.settings import preset as preset_settings
from emulator.tenancy import DEFAULT_KEY, DEFAULT_SECRET, Tenancy

LOOPBACK = "127.0.0.1"


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
        listener.listen(2048)
    except OSError:
        listener.close()
        raise
    return listener


def configured(app: App, **more: object) -> uvicorn.Server:
    """A server that says nothing by itself and keeps connections open."""
    config = uvicorn.Config(
        app,
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=3,
        backlog=2048,
        **more,  # type: ignore[arg-type]  # uvicorn's own keyword arguments, passed on
    )
    return uvicorn.Server(config)


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
    app = App(Tenancy(settings or preset_settings(preset), api_key, api_secret, seed))
    listener = listen(LOOPBACK, port)
    server = configured(app)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # not the main thread
    thread = threading.Thread(target=_serve, args=(server, listener), name="emulator", daemon=True)
    thread.start()
    try:
        _await_start(server, thread)
        yield Running(address(listener), api_key, api_secret, app)
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def _serve(server: uvicorn.Server, listener: socket.socket) -> None:
    asyncio.run(server.serve(sockets=[listener]))


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    while not server.started:
        thread.join(0.005)
        if not thread.is_alive():
            raise RuntimeError("the emulator's server ended before it answered")
