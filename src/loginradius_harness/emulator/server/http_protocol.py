"""HTTP/1.x on a connection: uvicorn's httptools protocol, with offers to upgrade ignored as RFC 9110 7.8 allows.

Java's HttpClient and `curl --http2` offer `Upgrade: h2c` with every request over plain http. httptools takes what
follows the headers of such a request for the other protocol, and its body would be lost.
"""

from typing import TYPE_CHECKING, Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

IGNORED_HEADERS = frozenset({b"upgrade", b"http2-settings"})
NOT_A_PROXY = "This port is not a proxy: start the emulator with --proxy PORT and use that port."


class HttpProtocol(HttpToolsProtocol):
    """Answers every request as HTTP/1.x."""

    if TYPE_CHECKING:  # set by httptools' callbacks
        parser: Any

    def data_received(self, data: bytes) -> None:
        """Parse what the client sent; a request that offers an upgrade is parsed again without the offer."""
        self._unset_keepalive_if_required()
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            if self.scope["method"] == "CONNECT":
                self.send_400_response(NOT_A_PROXY)
                return
            head = self._head_without_upgrade()
            self.parser = httptools.HttpRequestParser(self)
            self.data_received(head + data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("Invalid HTTP request received.")

    def _head_without_upgrade(self) -> bytes:
        line = b"%s %s HTTP/%s" % (self.scope["method"].encode(), self.url, self.scope["http_version"].encode())
        kept = [(name, _connection(value) if name == b"connection" else value) for name, value in self.headers]
        headers = [b"%s: %s" % header for header in kept if header[0] not in IGNORED_HEADERS]
        return b"\r\n".join([line, *headers, b"", b""])

    def on_headers_complete(self) -> None:
        """Start to answer, unless the request is to be parsed again."""
        if not self.parser.should_upgrade():
            self.scope["extensions"] = {"transport": {"transport": self.transport}}
            super().on_headers_complete()
            return
        self.scope["method"] = self.parser.get_method().decode("ascii")
        self.scope["http_version"] = self.parser.get_http_version()

    def on_message_complete(self) -> None:
        """Note the end of the body, unless the request is to be parsed again."""
        if not self.parser.should_upgrade():
            super().on_message_complete()


def _connection(value: bytes) -> bytes:
    """Return a Connection header without the options of an upgrade."""
    options = (option.strip() for option in value.split(b","))
    return b", ".join(option for option in options if option.lower() not in IGNORED_HEADERS)
