"""One keep-alive HTTP/1.1 connection of the engine, with at most one exchange at a time."""

import asyncio
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import httptools
import msgspec

from loginradius_harness.client import retry_after
from loginradius_harness.client.retry import REDIRECTS
from loginradius_harness.load.engine.tls import TlsLayer

_GZIP = 16 + zlib.MAX_WBITS
_LENGTHS = frozenset(map(len, (b"content-encoding", b"retry-after", b"location")))  # of the headers that are read
_MAX_CACHED = 1024  # answers
_MAX_CACHED_BYTES = 16384  # of one answer


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """One HTTP response. `closes` is true when the peer closes the connection after it.

    The body of a redirect is `{"location": ...}`, as contracts describe it.
    """

    status: int
    body: bytes
    retry_after: float | None = None  # seconds
    closes: bool = False


def redirect_body(location: str) -> bytes:
    """Return what takes the place of a redirect's body: where it leads."""
    return msgspec.json.encode({"location": location})


class AnswerCache(dict[bytes, Answer]):
    """Parsed answers by the bytes they came in, head included: the same bytes need not be parsed twice."""

    def keep(self, data: bytes, answer: Answer) -> None:
        """Store an answer, unless it is large or the last one of its connection."""
        if len(data) <= _MAX_CACHED_BYTES and not answer.closes:
            if len(self) >= _MAX_CACHED:
                self.clear()
            self[data] = answer


class ConnectionListener(Protocol):
    """The receiver of a connection's events. `cache` is shared by all connections."""

    cache: AnswerCache

    def opened(self, connection: "Connection") -> None:
        """Handle: the connection can be used."""

    def answered(self, connection: "Connection", answer: Answer) -> None:
        """Handle: the current exchange has its answer."""

    def lost(self, connection: "Connection") -> None:
        """Handle: an open connection is gone, with or without an exchange in progress."""


class Connection(asyncio.Protocol):
    """Redirects are answers like any other: nothing is followed.

    `ready` completes when the connection can be used, or fails when it cannot; `send` writes a request.
    """

    __slots__ = (
        "_body", "_cache", "_closes", "_encoding", "_ended", "_in_progress", "_listener", "_location", "_parser",
        "_retry_after", "_usable", "ready", "send", "since", "transport",
    )  # fmt: skip

    def __init__(self, listener: ConnectionListener) -> None:
        self._listener, self._cache = listener, listener.cache
        self._parser = httptools.HttpResponseParser(self)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self.send: Callable[[bytes], None]
        self.since = 0.0  # when it became idle
        self._usable = False
        self._in_progress = False  # an answer has begun and is incomplete
        self._ended = 0  # answers completed by the bytes just read

    def abort(self) -> None:
        """Drop the connection and the exchange in progress."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Handle asyncio's event: the connection is established."""
        self.transport = cast("asyncio.Transport", transport)
        self.send = self.transport.write
        self._open()

    def data_received(self, data: bytes) -> None:
        """Handle asyncio's event: bytes have arrived."""
        known = None if self._in_progress else self._cache.get(data)
        if known is not None:
            self._listener.answered(self, known)
        else:
            self._parse(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Handle asyncio's event: the connection is gone."""
        if self._usable:
            self._listener.lost(self)
        elif not self.ready.done():
            self.ready.set_exception(exc or ConnectionAbortedError("closed before it could be used"))

    def on_message_begin(self) -> None:
        """Handle httptools' event: an answer begins."""
        self._in_progress = True
        self._body: list[bytes] = []
        self._encoding = self._location = b""
        self._retry_after: float | None = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """Handle httptools' event: a header. The length is tested first: it rules out nearly all of them."""
        if len(name) in _LENGTHS:
            self._read_header(name.lower(), value)

    def on_body(self, body: bytes) -> None:
        """Handle httptools' event: a part of the body, chunked transfer already removed."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """Handle httptools' event: the answer is complete."""
        self._in_progress = False
        self._ended += 1
        self._closes = not self._parser.should_keep_alive()  # the parser forgets it as soon as this returns

    def _read_header(self, name: bytes, value: bytes) -> None:
        if name == b"content-encoding":
            self._encoding = value.lower()
        elif name == b"retry-after":
            self._retry_after = retry_after.seconds(value.decode("latin-1"))
        elif name == b"location":
            self._location = value

    def _open(self) -> None:
        if self.ready.done():  # the wait for it has timed out
            self.abort()
            return
        self._usable = True
        self.ready.set_result(None)
        self._listener.opened(self)

    def _parse(self, data: bytes) -> None:
        in_one_piece, self._ended = not self._in_progress, 0
        try:
            self._parser.feed_data(data)
            answer = self._complete() if self._ended else None
        except httptools.HttpParserCallbackError:
            raise  # a bug of this class, not the peer's
        except (httptools.HttpParserError, zlib.error):
            self.abort()
            return
        if self._ended + self._in_progress > 1:  # more than was asked for: the stream is out of step
            self.abort()
        elif answer:
            if in_one_piece:
                self._cache.keep(data, answer)
            self._listener.answered(self, answer)

    def _complete(self) -> Answer:
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if self._encoding == b"gzip":
            body = zlib.decompress(body, _GZIP)
        status = self._parser.get_status_code()
        if self._location and status in REDIRECTS:
            body = redirect_body(self._location.decode("latin-1"))
        return Answer(status, body, self._retry_after, self._closes)


class TlsConnection(Connection):
    """A connection over TLS, with a `tunnel` through a proxy that is asked with these bytes for the connection."""

    __slots__ = ("_proxy_answer", "_tls", "_tunnel")

    def __init__(self, listener: ConnectionListener, tls: TlsLayer, tunnel: bytes = b"") -> None:
        super().__init__(listener)
        self._tls, self._tunnel, self._proxy_answer = tls, tunnel, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Handle asyncio's event: the connection is established; start the handshake."""
        self.transport = cast("asyncio.Transport", transport)
        self.send = self._send
        self.transport.write(self._tunnel or self._tls.handshake())

    def data_received(self, data: bytes) -> None:
        """Handle asyncio's event: encrypted bytes, or the proxy's answer, have arrived."""
        if self._tunnel:
            self._await_tunnel(data)
            return
        try:
            records = self._tls.decrypt(data) if self._tls.done else self._handshake(data)
        except ssl.SSLError as error:
            if not self.ready.done():
                self.ready.set_exception(error)
            self.abort()
            return
        for record in records:
            super().data_received(record) if record else self.abort()

    def _send(self, request: bytes) -> None:
        self.transport.write(self._tls.encrypt(request))

    def _await_tunnel(self, data: bytes) -> None:
        """Start the handshake when the proxy has connected to the target; give up when it refuses."""
        self._proxy_answer += data
        status, end, _ = self._proxy_answer.partition(b"\r\n\r\n")
        if end and status.split()[1:2] == [b"200"]:
            self._tunnel = b""
            self.transport.write(self._tls.handshake())
        elif end:
            self.abort()

    def _handshake(self, data: bytes) -> list[bytes]:
        self.transport.write(self._tls.handshake(data))
        if not self._tls.done:
            return []
        self._open()
        return self._tls.decrypt()  # what came after the handshake
