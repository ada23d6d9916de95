"""Where the emulator listens: a TCP port or a Unix socket, with TLS or behind a forward proxy."""

import contextlib
import socket
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from loginradius_harness.emulator.server.tls import Authority

LOOPBACK = "127.0.0.1"
BACKLOG = 2048  # connections that may wait to be accepted


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Open listening sockets. `authority_file` is the certificate to trust, where there is TLS."""

    listener: socket.socket
    authority_file: Path | None = None
    tls: ssl.SSLContext | None = None
    proxy: socket.socket | None = None
    proxy_tls: ssl.SSLContext | None = None

    @property
    def address(self) -> str:
        """Return the base URL that clients use, or `unix:PATH`."""
        if self.listener.family == socket.AF_UNIX:
            return f"unix:{self.listener.getsockname()}"
        return address(self.listener, "https" if self.tls else "http")


def open_endpoint(
    stack: contextlib.ExitStack, listener: socket.socket, *, tls: bool = False, proxy_port: int | None = None
) -> Endpoint:
    """Add TLS or a forward proxy to a listening socket; the exit stack removes what was created for them.

    Raise OSError where the proxy's port is taken.
    """
    if not tls and proxy_port is None:
        return Endpoint(listener)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-")))
    authority, file = Authority(), folder / "ca.pem"
    authority.write(file)
    if tls:
        return Endpoint(listener, file, tls=authority.context())
    proxy = stack.enter_context(listen(LOOPBACK, proxy_port or 0))
    return Endpoint(listener, file, proxy=proxy, proxy_tls=authority.context())


def listen(host: str, port: int) -> socket.socket:
    """Return a listening TCP socket. Raise OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY on sockets that name their protocol; without it every response is delayed by 40 ms
    return _bound(socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP), (host, port))


def listen_at(path: str) -> socket.socket:
    """Return a listening Unix socket. Raise OSError where the path is taken."""
    return _bound(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path)


def _bound(listener: socket.socket, place: str | tuple[str, int]) -> socket.socket:
    try:
        if listener.family != socket.AF_UNIX:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(place)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def address(listener: socket.socket, scheme: str = "http") -> str:
    """Return the URL of a listening socket, e.g. `http://127.0.0.1:8484`."""
    host, port = listener.getsockname()[:2]
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
