"""One keep-alive HTTP/1.1 connection of the engine: bytes out, one answer in, at most one exchange at a time."""

import asyncio
import ssl
import zlib
from typing import Protocol, cast

import httptools

from loadtests import tls

_GZIP = 16 + zlib.MAX_WBITS


class Owner(Protocol):
    """Who is told what happens on a connection."""

    def opened(self, connection: "Connection") -> None:
        """The connection can be used."""

    def answered(self, connection: "Connection", status: int, body: bytes, retry_after: float | None) -> None:
        """The exchange under way has its answer."""

    def lost(self, connection: "Connection") -> None:
        """A connection that was opened is gone, with or without an exchange under way."""


class Connection(asyncio.Protocol):
    """Redirects are answers like any other: nothing is ever followed.

    `ready` is done when the connection can be used, or has failed to become usable.
    """

    __slots__ = ("_body", "_encoding", "_owner", "_parser", "_retry_after", "_usable", "ready", "since", "transport")

    def __init__(self, owner: Owner) -> None:
        self._owner = owner
        self._parser = httptools.HttpResponseParser(self)
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.since = 0.0  # when it became idle
        self._usable = False
        self.on_message_begin()

    def send(self, request: bytes) -> None:
        """Write a request."""
        assert self.transport is not None  # noqa: S101  # the owner only uses connections that were opened
        self.transport.write(request)

    def abort(self) -> None:
        """Drop the connection and whatever it was waiting for."""
        if self.transport is not None:
            self.transport.abort()

    @property
    def reusable(self) -> bool:
        """Whether the peer keeps the connection open after the answer just read."""
        return bool(self._parser.should_keep_alive())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands."""
        self.transport = cast("asyncio.Transport", transport)
        self._open()

    def data_received(self, data: bytes) -> None:
        """asyncio: bytes have arrived."""
        self._parse(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio: the connection is gone."""
        if self._usable:
            self._owner.lost(self)
        elif not self.ready.done():
            self.ready.set_exception(exc or ConnectionAbortedError("closed before it could be used"))

    def on_message_begin(self) -> None:
        """httptools: an answer begins."""
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
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if self._encoding == b"gzip":
            try:
                body = zlib.decompress(body, _GZIP)
            except zlib.error:
                self.abort()
                return
        self._owner.answered(self, self._parser.get_status_code(), body, self._retry_after)

    def _open(self) -> None:
        if self.ready.done():  # whoever waited has given up
            self.abort()
            return
        self._usable = True
        self.ready.set_result(None)
        self._owner.opened(self)

    def _parse(self, data: bytes | memoryview) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserCallbackError:
            raise  # a fault of ours, not of the peer's
        except httptools.HttpParserError:
            self.abort()


class TlsConnection(Connection):
    """The same over TLS."""

    __slots__ = ("_layer",)

    def __init__(self, owner: Owner, layer: tls.Layer) -> None:
        super().__init__(owner)
        self._layer = layer

    def send(self, request: bytes) -> None:
        """Encrypt and write a request."""
        super().send(self._layer.seal(request))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio: the connection stands; shake hands before it is used."""
        self.transport = cast("asyncio.Transport", transport)
        super().send(self._layer.shake_hands())

    def data_received(self, data: bytes) -> None:
        """asyncio: encrypted bytes have arrived."""
        try:
            self._take(data if self._layer.done else self._shake_hands(data))
        except ssl.SSLError as error:
            if not self.ready.done():
                self.ready.set_exception(error)
            self.abort()

    def _shake_hands(self, data: bytes) -> bytes:
        super().send(self._layer.shake_hands(data))
        if self._layer.done:
            self._open()
        return b""  # what came after the handshake is in the layer

    def _take(self, data: bytes) -> None:
        if self._layer.done:
            for piece in self._layer.unseal(data):
                self._parse(piece) if piece else self.abort()
