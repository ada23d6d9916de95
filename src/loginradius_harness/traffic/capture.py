"""Pass an application's traffic on to the API unchanged, and read what passes.

The proxy forwards bytes as they come; only the `Host` header of a request is changed, to name the upstream. What cannot
be read is passed on all the same.
"""

import asyncio
import contextlib
import ssl
import zlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import httptools

from loginradius_harness.traffic.exchange import LARGEST_BODY, RecordedExchange

CHUNK = 65_536  # bytes
LARGEST_HEAD = 65_536  # bytes of a request's head
END_OF_HEAD = b"\r\n\r\n"
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
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError(f"{url!r} is not a base URL such as https://api.loginradius.com")
        return cls(parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80))

    @property
    def authority(self) -> str:
        """Return the value of the `Host` header."""
        usual = 443 if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


@dataclass
class _Message:
    """A request or an answer as it is parsed."""

    url: str = ""
    method: str = ""
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)
    too_large: bool = False

    def on_url(self, url: bytes) -> None:
        self.url += url.decode("latin-1")

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode("latin-1").lower()] = value.decode("latin-1")

    def on_body(self, part: bytes) -> None:
        if len(self.body) + len(part) > LARGEST_BODY:
            self.too_large = True
        else:
            self.body += part

    def text(self) -> str | None:
        """Return the body as text; None where it is too large, or compressed in a way that is not read."""
        if self.too_large:
            return None
        raw = bytes(self.body)
        encoding = self.headers.get("content-encoding", "").strip().lower()
        try:
            if encoding in {"gzip", "deflate"}:
                raw = zlib.decompress(raw, zlib.MAX_WBITS | 32)
            elif encoding not in {"", "identity"}:
                return None
            return raw.decode("utf-8")
        except (zlib.error, ValueError):
            return None


class _Side(_Message):
    """Parses one direction of a connection; `finished` is called with each complete message."""

    def __init__(self, parser: type, finished: Callable[[_Message], None]) -> None:
        super().__init__()
        self._parser = parser(self)
        self._is_request = parser is httptools.HttpRequestParser
        self._finished = finished
        self._broken = False

    def feed(self, data: bytes) -> None:
        """Parse bytes; after an error nothing more is read."""
        if self._broken:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self._broken = True

    def stop(self) -> None:
        """Read nothing more."""
        self._broken = True

    def on_message_complete(self) -> None:
        message = _Message(self.url, headers=self.headers, body=self.body, too_large=self.too_large)
        if self._is_request:
            message.method = self._parser.get_method().decode("latin-1")
        else:
            message.status = self._parser.get_status_code()
        self.url, self.headers, self.body, self.too_large = "", {}, bytearray(), False
        if message.status == 0 or message.status >= 200:  # noqa: PLR2004  # 1xx announces the answer
            self._finished(message)


class Proxy:
    """A reverse proxy that tells `listener` of every exchange."""

    def __init__(self, upstream: Upstream, listener: Listener, context: ssl.SSLContext | None = None) -> None:
        self._upstream = upstream
        self._listener = listener
        self._context = (context or ssl.create_default_context()) if upstream.scheme == "https" else None
        self._numbers = count(1)

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen; the caller closes the server."""
        return await asyncio.start_server(self._connected, host, port)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there = await asyncio.open_connection(self._upstream.host, self._upstream.port, ssl=self._context)
        except OSError as error:
            await _refuse(writer, f"cannot reach {self._upstream.authority}: {error}")
            return
        requests: deque[_Message] = deque()
        answered = _Side(httptools.HttpResponseParser, lambda answer: self._exchanged(requests, answer))

        def sent(request: _Message) -> None:
            requests.append(request)
            if request.method == "HEAD":  # the parser would wait for the body that the answer's headers announce
                answered.stop()

        asked = _Side(httptools.HttpRequestParser, sent)
        try:
            await asyncio.gather(
                self._pass_requests(reader, there[1], asked), _pass(there[0], writer, answered), return_exceptions=True
            )
        finally:  # also when the proxy is stopped while a connection is open
            there[1].transport.abort()
            writer.close()

    def _exchanged(self, requests: deque[_Message], answer: _Message) -> None:
        if not requests:
            return
        request = requests.popleft()
        self._listener(
            RecordedExchange(
                place=f"request {next(self._numbers)}",
                method=request.method,
                url=f"{self._upstream.scheme}://{self._upstream.authority}{request.url}",
                request_headers=request.headers,
                request_body=request.text(),
                status=answer.status,
                response_body=answer.text(),
            )
        )

    async def _pass_requests(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, side: _Side) -> None:
        """Pass requests on; at the head of each the `Host` header is replaced."""
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError):
            while True:
                head = await reader.readuntil(END_OF_HEAD)
                side.feed(head)
                writer.write(_for_upstream(head, self._upstream.authority))
                await _pass_body(reader, writer, side, head)
                await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


def _for_upstream(head: bytes, authority: str) -> bytes:
    lines = head.split(b"\r\n")
    lines = [b"Host: " + authority.encode() if line[:5].lower() == b"host:" else line for line in lines]
    return b"\r\n".join(lines)


async def _pass_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, side: _Side, head: bytes) -> None:
    fields = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in head.split(b"\r\n"))
    }
    if b"chunked" in fields.get(b"transfer-encoding", b"").lower():
        while True:
            size = await reader.readuntil(b"\r\n")
            length = int(size.partition(b";")[0], 16)
            block = size + await reader.readexactly(length + 2 if length else 0)
            if not length:
                block += await reader.readuntil(b"\r\n")
            side.feed(block)
            writer.write(block)
            if not length:
                return
    left = int(fields.get(b"content-length", b"0") or 0)
    while left:
        block = await reader.read(min(left, CHUNK))
        if not block:
            raise ConnectionError
        side.feed(block)
        writer.write(block)
        left -= len(block)


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, side: _Side) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(CHUNK):
            side.feed(data)
            writer.write(data)
            await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _refuse(writer: asyncio.StreamWriter, reason: str) -> None:
    body = reason.encode()
    head = f"HTTP/1.1 502 Bad Gateway\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode() + body)
    with contextlib.suppress(ConnectionError):
        await writer.drain()
    await _close(writer)


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
