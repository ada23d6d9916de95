"""`python -m loginradius_harness.load.reference_server`: a server to measure the generator with.

It answers from memory, as fast as one Python process can, and counts what it served. It prints
`ready http://127.0.0.1:PORT`. To a load run it looks like an emulator: it has a health check and a journal with the
count. `/__emulator__/freeze/SECONDS` blocks the server, then returns from when to when, by the machine's clock.
"""

import argparse
import asyncio
import ssl
import time
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import httptools

from loginradius_harness.load.engine import event_loop
from loginradius_harness.load.engine.tls import TlsLayer

CONTROL = b"/__emulator__/"
FREEZE = CONTROL + b"freeze/"
TOKEN = b'{"access_token":"0b0d4a4c-7c3e-4f0e-9d11-7d2e65a3f1aa","expires_in":"2030-01-02T03:04:05.1234567Z"}'


class ReferenceServer(asyncio.Protocol):
    """One connection; `answers` maps a path without its query to a whole response."""

    served = 0  # by all connections

    def __init__(self, answers: Mapping[bytes, bytes]) -> None:
        self._answers = answers
        self._parser = httptools.HttpRequestParser(self)
        self._path = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Handle asyncio's event: a peer has connected."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Handle asyncio's event: bytes have arrived."""
        self._parser.feed_data(data)

    def write(self, response: bytes) -> None:
        """Write a response."""
        self._transport.write(response)

    def on_url(self, url: bytes) -> None:
        """Handle httptools' event: path and query of a request."""
        self._path = url.partition(b"?")[0]

    def on_message_complete(self) -> None:
        """Handle httptools' event: a request is complete."""
        if self._path.startswith(FREEZE):
            self.write(respond(freeze(float(self._path.removeprefix(FREEZE)))))
            return
        if self._path.startswith(CONTROL):
            self.write(respond(b'{"status":"ok","count":%d}' % ReferenceServer.served))
            return
        ReferenceServer.served += 1
        self.write(self._answers.get(self._path.lower(), self._answers[b""]))


class TlsReferenceServer(ReferenceServer):
    """A connection over TLS."""

    def __init__(self, answers: Mapping[bytes, bytes], context: ssl.SSLContext) -> None:
        super().__init__(answers)
        self._tls = TlsLayer(context, None)

    def data_received(self, data: bytes) -> None:
        """Handle asyncio's event: encrypted bytes have arrived."""
        if not self._tls.done:
            self._transport.write(self._tls.handshake(data))
            data = b""
        if self._tls.done:
            for piece in self._tls.decrypt(data):
                self._parser.feed_data(piece) if piece else self._transport.close()

    def write(self, response: bytes) -> None:
        """Encrypt and write a response."""
        self._transport.write(self._tls.encrypt(response))


def freeze(seconds: float) -> bytes:
    """Block all connections; return `[begin, end]` in seconds of `time.perf_counter` as JSON."""
    begin = time.perf_counter()
    time.sleep(seconds)
    return b"[%.6f,%.6f]" % (begin, time.perf_counter())


def respond(body: bytes) -> bytes:
    """Return a whole response with a JSON body."""
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


async def serve(host: str, port: int, answers: Mapping[bytes, bytes], context: ssl.SSLContext | None = None) -> None:
    """Serve until the process ends."""

    def connection() -> ReferenceServer:
        return TlsReferenceServer(answers, context) if context else ReferenceServer(answers)

    server = await asyncio.get_running_loop().create_server(connection, host, port, backlog=1024)
    taken = server.sockets[0].getsockname()[1]
    print(f"ready {'https' if context else 'http'}://{host}:{taken}", flush=True)  # noqa: T201  # what the caller waits for
    await server.serve_forever()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m loginradius_harness.load.reference_server", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--answer", action="append", default=[], metavar="PATH=FILE", help="the body of one path")
    parser.add_argument("--certificate", help="PEM with certificate and key: serve TLS")
    options = parser.parse_args()
    answers = {b"": respond(TOKEN)}
    for pair in options.answer:
        path, _, file = pair.partition("=")
        answers[path.lower().encode()] = respond(Path(file).read_bytes())
    context = None
    if options.certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(options.certificate)
    with asyncio.Runner(loop_factory=event_loop.new) as runner:
        runner.run(serve("127.0.0.1", options.port, answers, context))


if __name__ == "__main__":
    main()
