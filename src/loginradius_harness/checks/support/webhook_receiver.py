"""Receive webhook deliveries on this machine."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import Any, Self

WAIT_SECONDS = 10.0  # deliveries arrive immediately; this allows for a slow machine


@dataclass(frozen=True)
class Delivery:
    """One POST request that arrived. `path` includes its query."""

    path: str
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """Return the decoded content."""
        return json.loads(self.content)


class WebhookReceiver:
    """A server that stores deliveries in the order of arrival. As a context, it stops listening at the end."""

    def __init__(self) -> None:
        self._arrived: Queue[Delivery] = Queue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._arrived))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def next(self) -> Delivery:
        """Return the oldest delivery not taken yet; raise `queue.Empty` where none arrives in time."""
        return self._arrived.get(timeout=WAIT_SECONDS)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(arrived: Queue[Delivery]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            content = self.rfile.read(int(self.headers["Content-Length"]))
            arrived.put(Delivery(self.path, dict(self.headers.items()), content))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Print nothing."""

    return Handler
