"""Where the emulator listens: TCP ports or a Unix socket, with TLS or behind a forward proxy."""

import contextlib
import errno
import os
import socket
import ssl
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from loginradius_harness.emulator.core.hosts import LOCALHOST
from loginradius_harness.emulator.server import tls

LOOPBACK = "127.0.0.1"
BACKLOG = 2048  # connections that may wait to be accepted
ATTEMPTS = 20  # to find a port that is free for both address families
NO_IPV6 = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


class EndpointError(Exception):
    """An address that cannot exist, or a certificate that cannot be read. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Encryption:
    """How https is spoken: with a user's certificate and key, or with those of an authority made here."""

    certificate: Path | None = None
    key: Path | None = None
    names: tuple[str, ...] = ()  # further host names of a certificate made here
    folder: Path | None = None  # where the authority made here is kept


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Open listening sockets. `authority_file` is the certificate to trust, where one was made here."""

    listeners: list[socket.socket]
    authority_file: Path | None = None
    tls: ssl.SSLContext | None = None
    proxy: socket.socket | None = None
    proxy_tls: ssl.SSLContext | None = field(default=None)

    @property
    def address(self) -> str:
        """Return the base URL that clients use, or `unix:PATH`."""
        first = self.listeners[0]
        if first.family not in {socket.AF_INET, socket.AF_INET6}:
            return f"unix:{first.getsockname()}"
        return address(first, "https" if self.tls else "http")


def open_endpoint(
    stack: contextlib.ExitStack,
    listeners: list[socket.socket],
    encryption: Encryption | None = None,
    proxy_port: int | None = None,
) -> Endpoint:
    """Add TLS or, with `proxy_port`, a forward proxy to listening sockets.

    The exit stack removes what was created for them. Raise OSError where the proxy's port is taken, EndpointError where
    a certificate cannot be read.
    """
    if encryption is None:
        return Endpoint(listeners)
    context, file = _context(encryption, stack)
    if proxy_port is None:
        return Endpoint(listeners, file, tls=context)
    return Endpoint(listeners, file, proxy=stack.enter_context(listen(LOOPBACK, proxy_port)), proxy_tls=context)


def _context(encryption: Encryption, stack: contextlib.ExitStack) -> tuple[ssl.SSLContext, Path | None]:
    """Return the server's context and the certificate that clients are to trust."""
    if encryption.certificate and encryption.key:
        try:
            return tls.own_context(encryption.certificate, encryption.key), None
        except OSError as error:
            what = f"{encryption.certificate} and {encryption.key}"
            raise EndpointError(f"{what} are no certificate with its key in PEM form: {error}") from None
    folder = encryption.folder
    try:
        authority = tls.Authority(encryption.names, folder)
    except (OSError, ValueError) as error:
        raise EndpointError(f"--ca-dir {folder}: {error}") from None
    if folder is None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="emulator-")))
        folder.chmod(0o755)  # other users of this machine and containers are to read the certificate
        authority.write(folder / tls.CERTIFICATE)
    return authority.context(), folder / tls.CERTIFICATE


def listen_on(host: str, port: int) -> list[socket.socket]:
    """Return listening TCP sockets: `localhost` listens on both loopback addresses, where the machine has both.

    Raise OSError where the port is taken, EndpointError for an unknown host.
    """
    try:
        if host != LOCALHOST:
            return [listen(host, port)]
        return _listen_twice(port)
    except socket.gaierror:
        raise EndpointError(f"--host {host}: no such host name") from None
    except OSError as error:
        if error.errno == errno.EADDRNOTAVAIL:
            raise EndpointError(f"--host {host}: not an address of this machine") from None
        raise


def _listen_twice(port: int) -> list[socket.socket]:
    for attempt in range(ATTEMPTS):
        first = listen(LOOPBACK, port)
        try:
            return [first, listen("::1", first.getsockname()[1])]
        except OSError as error:
            if error.errno in NO_IPV6:
                return [first]
            first.close()
            if port or attempt == ATTEMPTS - 1:
                raise
    raise AssertionError  # pragma: no cover  # the last attempt returns or raises


def listen(host: str, port: int) -> socket.socket:
    """Return a listening TCP socket. Raise OSError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sets TCP_NODELAY on sockets that name their protocol; without it every response is delayed by 40 ms
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":  # elsewhere it would let two processes listen on one port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return _bound(listener, (host, port))


def listen_at(path: str) -> socket.socket:
    """Return a listening Unix socket. Raise OSError where the path is taken, EndpointError where it cannot be used."""
    if not hasattr(socket, "AF_UNIX"):
        raise EndpointError("--uds: this system has no Unix sockets")
    if not Path(path).parent.is_dir():
        raise EndpointError(f"--uds {path}: there is no folder {Path(path).parent}")
    try:
        return _bound(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), path)
    except OSError as error:
        if error.errno is None:
            raise EndpointError(f"--uds {path}: {error}; most systems allow 107 bytes") from None
        raise


def _bound(listener: socket.socket, place: str | tuple[str, int]) -> socket.socket:
    try:
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
