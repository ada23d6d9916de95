"""One keep-alive HTTP/1.1 connection of the engine: bytes out, one answer in, at most one exchange at a time."""

import asyncio
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, cast

import httptools

from loginradius_harness.load.engine import tls

_GZIP = 16 + zlib.MAX_WBITS
_REMEMBERED = 1024  # answers
_LARGEST = 16384  # bytes of an answer worth remembering


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What the peer said. `closes` is true when it keeps the connection open no longer."""

    status: int
    body: bytes
    retry_after: float | None = None  # seconds
    closes: bool = False


class AnswerCache(dict[bytes, Answer]):
    """Whole answers by the bytes they came in, head and all: the same bytes need not be parsed twice."""

    def keep(self, data: bytes, answer: Answer) -> None:
        """Remember an answer, unless it is large or the last one of its connection."""
        if len(data) <= _LARGEST and not answer.closes:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[data] = answer


class ConnectionListener(Protocol):
    """Who is told what happens on a connection. `memory` is shared by all connections."""

    memory: AnswerCache

    def opened(self, connection: "Connection") -> None:
        """The connection can be used."""

    def answered(self, connection: "Connection", answer: Answer) -> None:
        """The exchange under way has its answer."""

    def lost(self, connection: "Connection") -> None:
        """A connection that was opened is gone, with or without an exchange under way."""


class Connection(asyncio.Protocol):
    """Redirects are answers like any other: nothing is ever followed.

    `ready` is done when the connection can be used, or has failed to become usable; `send` writes a request.
    """

    __slots__ = (
        "_body", "_closes", "_encoding", "_ended", "_memory", "_owner", "_parser", "_retry_after", "_underway",
        "_usable", "ready", "send", "since", "transport",
    )  # fmt: skip

    def __init__(self, owner: ConnectionListener) -> None:
        self._owner, self._memory = owner, owner.memory
        self._parser = httptools.HttpResponseParser(self)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport
        self.send: Callable[[bytes], None]
        self.since = 0.0  # when it became idle
        self._usable = False
        self._underway = False  # an answer has begun and is not whole
        self._ended = 0  # answers that became whole with the bytes just read

    def abort(self) -> None:
        """Drop the connection and whatever it was waiting for."""
        self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        self.transport = cast("asyncio.Transport", transport)
        self.send = self.transport.write
        self._open()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have arrived."""
        known = None if self._underway else self._memory.get(data)
        if known is not None:
            self._owner.answered(self, known)
        else:
            self._parse(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone."""
        if self._usable:
            self._owner.lost(self)
        elif not self.ready.done():
            self.ready.set_exception(exc or ConnectionAbortedError("closed before it could be used"))

    def on_message_begin(self) -> None:
        """httptools: an answer begins."""
        self._underway = True
        self._body: list[bytes] = []
        self._encoding = b""
        self._retry_after: float | None = None

    def on_header(self, name: bytes, value: bytes) -> None:
        """httptools: a header. The length is tested first: it rules out nearly all of them."""
        if len(name) == 16 and name.lower() == b"content-encoding":  # noqa: PLR2004  # the length of the name beside it
            self._encoding = value.lower()
        elif len(name) == 11 and name.lower() == b"retry-after" and value.isdigit():  # noqa: PLR2004  # as above
            self._retry_after = float(value)

    def on_body(self, body: bytes) -> None:
        """httptools: a piece of the body; chunked transfer is already undone."""
        self._body.append(body)

    def on_message_complete(self) -> None:
        """httptools: the answer is whole."""
        self._underway = False
        self._ended += 1
        self._closes = not self._parser.should_keep_alive()  # it forgets as soon as this returns

    def _open(self) -> None:
        if self.ready.done():  # whoever waited has given up
            self.abort()
            return
        self._usable = True
        self.ready.set_result(None)
        self._owner.opened(self)

    def _parse(self, data: bytes) -> None:
        at_once, self._ended = not self._underway, 0
        try:
            self._parser.feed_data(data)
            answer = self._whole() if self._ended else None
        except httptools.HttpParserCallbackError:
            raise  # a fault of ours, not of the peer's
        except (httptools.HttpParserError, zlib.error):
            self.abort()
            return
        if self._ended + self._underway > 1:  # more than was asked for: the stream can not be trusted any more
            self.abort()
        elif answer:
            if at_once:
                self._memory.keep(data, answer)
            self._owner.answered(self, answer)

    def _whole(self) -> Answer:
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if self._encoding == b"gzip":
            body = zlib.decompress(body, _GZIP)
        return Answer(self._parser.get_status_code(), body, self._retry_after, self._closes)


class TlsConnection(Connection):
    """The same over TLS."""

    __slots__ = ("_layer",)

    def __init__(self, owner: ConnectionListener, layer: tls.Layer) -> None:
        super().__init__(owner)
        self._layer = layer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands; shake hands before it is used."""
        self.transport = cast("asyncio.Transport", transport)
        self.send = self._send
        self.transport.write(self._layer.shake_hands())

    def data_received(self, data: bytes) -> None:
        """asyncio: encrypted bytes have arrived."""
        try:
            records = self._layer.unseal(data) if self._layer.done else self._shake_hands(data)
        except ssl.SSLError as error:
            if not self.ready.done():
                self.ready.set_exception(error)
            self.abort()
            return
        for record in records:
            super().data_received(record) if record else self.abort()

    def _send(self, request: bytes) -> None:
        self.transport.write(self._layer.seal(request))

    def _shake_hands(self, data: bytes) -> list[bytes]:
        self.transport.write(self._layer.shake_hands(data))
        if not self._layer.done:
            return []
        self._open()
        return self._layer.unseal()  # what came after the handshake
