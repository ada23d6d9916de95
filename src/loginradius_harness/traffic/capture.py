"""Pass an application's traffic on to the API unchanged, and read what passes.

A reverse proxy changes the `Host` header of a request, to name the upstream; a forward proxy changes nothing. What
cannot be read is passed on all the same.
"""

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from urllib.parse import urlsplit

from loginradius_harness.traffic.exchange import RecordedExchange
from loginradius_harness.traffic.hosts import matches
from loginradius_harness.traffic.messages import (
    END_OF_LINE,
    FIRST_FINAL,
    LARGEST_HEAD,
    Message,
    Outlet,
    pass_answer,
    pass_request,
    pass_rest,
    read_head,
)

USUAL_PORTS = {"http": 80, "https": 443}
Listener = Callable[[RecordedExchange], None]


@dataclass(frozen=True, slots=True)
class Upstream:
    """Where requests are passed on to."""

    scheme: str
    host: str
    port: int

    @classmethod
    def parse(cls, url: str) -> "Upstream":
        """Read `https://host[:port]`.

        Raises:
            ValueError: the URL has no host, or another scheme, a path, a user or a query.
        """
        parts = urlsplit(url)
        if parts.scheme not in USUAL_PORTS or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f"{url!r} is not a base URL such as https://api.loginradius.com")
        return cls(parts.scheme, parts.hostname, parts.port or USUAL_PORTS[parts.scheme])

    @property
    def authority(self) -> str:
        """Return the value of the `Host` header."""
        return self.host if self.port == USUAL_PORTS[self.scheme] else f"{self.host}:{self.port}"


@dataclass
class Connections:
    """How upstreams are reached.

    Args:
        resolved: host name -> address and port that stand for it, whatever its port.
        context: what certificates are trusted; the machine's authorities if none is given.
    """

    resolved: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    context: ssl.SSLContext | None = None

    async def open(self, upstream: Upstream) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connect to an upstream. Raises OSError."""
        host, port = self.resolved.get(upstream.host, (upstream.host, upstream.port))
        if upstream.scheme == "http":
            return await asyncio.open_connection(host, port, limit=LARGEST_HEAD)
        self.context = self.context or ssl.create_default_context()
        return await asyncio.open_connection(
            host, port, limit=LARGEST_HEAD, ssl=self.context, server_hostname=upstream.host
        )


@dataclass(frozen=True)
class Forward:
    """What a forward proxy intercepts: CONNECT to one of `hosts`, whose certificates `context` shows."""

    hosts: frozenset[str]
    context: ssl.SSLContext


class Proxy:
    """Passes requests on, and tells `listener` of every exchange.

    Args:
        mode: the one upstream of a reverse proxy, or what a forward proxy intercepts.
        warn: told in one sentence why a connection failed.
    """

    def __init__(
        self,
        mode: Upstream | Forward,
        listener: Listener,
        connections: Connections | None = None,
        warn: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._mode = mode
        self._listener = listener
        self._connections = connections or Connections()
        self._warn = warn
        self._numbers = count(1)

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen; the caller closes the server."""
        return await asyncio.start_server(self._connected, host, port, limit=LARGEST_HEAD)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.LimitOverrunError, asyncio.CancelledError):  # cancelled: the end
            if isinstance(self._mode, Upstream):
                await self._pass_on(reader, writer, self._mode, rewritten=True)
            else:
                await self._tunnel(reader, writer, self._mode)
        writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, mode: Forward) -> None:
        request = await read_head(reader)
        if request is None:
            return
        host, _, port = request.first_line[1].rpartition(":") if len(request.first_line) > 1 else ("", "", "")
        if request.method != "CONNECT" or not port.isdecimal() or not matches(host.lower(), mode.hosts):
            names = ", ".join(sorted(mode.hosts))
            await _refuse(
                writer, "403 Forbidden", f"This proxy takes https to {names} only; --host names another host."
            )
            return
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        try:
            await writer.start_tls(mode.context)
        except (ssl.SSLError, ConnectionError) as error:
            self._warn(f"no TLS with the client for {host}, which must trust the authority of this proxy: {error}")
            return
        await self._pass_on(reader, writer, Upstream("https", host.lower(), int(port)), rewritten=False)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, upstream: Upstream, *, rewritten: bool
    ) -> None:
        try:
            there = await self._connections.open(upstream)
        except OSError as error:
            self._warn(f"cannot reach {upstream.authority}: {error}")
            await _refuse(writer, "502 Bad Gateway", f"cannot reach {upstream.authority}: {error}")
            return
        link = _Link(reader, writer, *there, upstream, self._exchanged)
        try:
            await asyncio.gather(link.pass_requests(rewritten=rewritten), link.pass_answers(), return_exceptions=True)
        finally:  # also when the proxy is stopped while a connection is open
            there[1].transport.abort()

    def _exchanged(self, upstream: Upstream, began: datetime, request: Message, answer: Message) -> None:
        self._listener(
            RecordedExchange(
                place=f"request {next(self._numbers)}",
                method=request.method,
                url=f"{upstream.scheme}://{upstream.authority}{request.target}",
                request_headers=request.headers,
                request_body=request.text(),
                status=answer.status,
                response_headers=answer.headers,
                response_body=answer.text(),
                started=began,
                seconds=(datetime.now(UTC) - began).total_seconds(),
            )
        )


@dataclass
class _Link:
    """A client's connection and the one to the upstream. Answers come in the order of requests."""

    here: asyncio.StreamReader
    to_client: asyncio.StreamWriter
    there: asyncio.StreamReader
    to_upstream: asyncio.StreamWriter
    upstream: Upstream
    exchanged: Callable[[Upstream, datetime, Message, Message], None]
    _open: deque[tuple[datetime, Message]] = field(default_factory=deque)  # requests without an answer
    _ended: bool = False  # the client sends nothing more

    async def pass_requests(self, *, rewritten: bool) -> None:
        """Pass requests on until the client ends; `rewritten`: their `Host` header names the upstream."""
        outlet = Outlet(self.to_upstream)
        try:
            while (request := await read_head(self.here)) is not None:
                if request.headers.get("upgrade", "").lower() == "websocket":
                    await _refuse(self.to_client, "501 Not Implemented", "The API has no WebSockets: not passed on.")
                    break
                self._open.append((datetime.now(UTC), request))
                head = request.raw_head
                head = _for_upstream(head, self.upstream.authority) if rewritten else head
                await pass_request(request, head, self.here, outlet)
        except ValueError:
            await pass_rest(self.here, outlet)
        finally:
            self._ended = True
            self._close_when_done()

    async def pass_answers(self) -> None:
        """Pass answers on until the upstream ends."""
        outlet = Outlet(self.to_client)
        try:
            while (answer := await read_head(self.there)) is not None:
                began, request = self._open[0] if self._open else (None, None)
                await pass_answer(answer, request.method if request else "", self.there, outlet)
                if began is not None and request is not None and answer.status >= FIRST_FINAL:
                    self._open.popleft()
                    self.exchanged(self.upstream, began, request, answer)
                    self._close_when_done()
        except ValueError:
            await pass_rest(self.there, outlet)
        finally:
            self.to_client.close()

    def _close_when_done(self) -> None:
        if self._ended and not self._open:
            self.to_upstream.close()


def _for_upstream(head: bytes, authority: str) -> bytes:
    lines = head.split(END_OF_LINE)
    lines = [b"Host: " + authority.encode() if line[:5].lower() == b"host:" else line for line in lines]
    return END_OF_LINE.join(lines)


async def _refuse(writer: asyncio.StreamWriter, status: str, reason: str) -> None:
    body = f"{reason}\n".encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()
