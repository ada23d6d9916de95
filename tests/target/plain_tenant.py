"""A plain tenant: an emulator in a process of its own behind a TLS reverse proxy that hides its control API."""

import contextlib
import http.client
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import trustme

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.target import emulator_process

HIDDEN = "/__emulator__"
# What the emulator keeps of mails and tokens of deleted accounts; no call returns it.
UNREACHABLE = {"single_use_tokens.newest", "client_guids", "messages.sent"}


@dataclass(frozen=True)
class PlainTenant:
    """What a tester knows of the tenant, `url` and `authority`, and the control API behind the proxy."""

    url: str
    authority: Path
    control: EmulatorClient

    def state(self) -> dict[str, Any]:
        """Return everything that the tenant stores."""
        snapshot = self.control.snapshot()
        kept = {name: store for name, store in snapshot["stores"].items() if name not in UNREACHABLE}
        return {"settings": snapshot["settings"], **kept}


@contextlib.contextmanager
def running(folder: Path, *options: str) -> Iterator[PlainTenant]:
    """Yield a plain tenant; `folder` gets its certificate authority, `options` are those of the emulator."""
    authority, file = trustme.CA(), folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with emulator_process.running(*options) as backend, EmulatorClient(backend) as control:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(backend))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield PlainTenant(f"https://127.0.0.1:{server.server_port}", file, control)
        finally:
            server.shutdown()
            server.server_close()


def _handler(backend: str) -> type[BaseHTTPRequestHandler]:
    address = urlsplit(backend)

    class Handler(BaseHTTPRequestHandler):
        """Forwards a request to the emulator, unless it is for the control API."""

        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith(HIDDEN):
                self._answer(404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>")
                return
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
            with contextlib.closing(connection):
                connection.request(self.command, self.path, body, dict(self.headers))
                response = connection.getresponse()
                self._answer(response.status, dict(response.getheaders()), response.read())

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"):
        setattr(Handler, f"do_{method}", Handler._forward)
    return Handler
