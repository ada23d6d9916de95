"""A plain tenant: an emulator in a process of its own behind a TLS reverse proxy that hides its control API."""

import contextlib
import http.client
import ssl
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

import trustme

from loginradius_harness import contracts
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.target import emulator_process

HIDDEN = "/__emulator__"
# What the emulator keeps of mails and tokens of deleted accounts, and codes and pages that expire; no call removes it.
UNREACHABLE = {
    "single_use_tokens.newest", "client_guids", "messages.sent", "federation.page_codes", "directory_pages",
}  # fmt: skip
SECOND = 1.0


BAD_GATEWAY = (502, {"Content-Type": "text/html"}, b"<html><h1>502 Bad Gateway</h1></html>")


@dataclass
class Gateway:
    """What the proxy adds: latency in seconds, a limit of requests per second, and pages of its own with status 502.

    Every `bad_gateway_every`th request fails so if it only reads; 0 for none. Every `failing_write_every`th write fails
    so too: in turn it reaches the tenant, whose answer is lost, and it does not. `requests` counts those received.
    """

    latency: float = 0.0
    requests_per_second: int = 0
    bad_gateway_every: int = 0
    failing_write_every: int = 0
    requests: int = 0
    too_many: int = 0
    bad_gateways: int = 0
    _writes: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def refusal(self, method: str, path: str) -> tuple[int, dict[str, str], bytes] | None:
        """Count a request; return the answer that the gateway gives instead of the tenant's, None for none."""
        time.sleep(self.latency)
        with self._lock:
            self.requests += 1
            if self._is_too_many(time.monotonic()):
                self.too_many += 1
                return 429, {"Retry-After": "1"}, b""
            if self.bad_gateway_every and self.requests % self.bad_gateway_every == 0 and _reads(method, path):
                self.bad_gateways += 1
                return BAD_GATEWAY
        return None

    def failed_write(self, method: str, path: str) -> Literal["", "before", "after"]:
        """Count a write; return whether it fails, before the tenant gets it or after."""
        with self._lock:
            if not self.failing_write_every or _reads(method, path):
                return ""
            self._writes += 1
            if self._writes % self.failing_write_every:
                return ""
            self.bad_gateways += 1
            return "before" if self.bad_gateways % 2 else "after"

    def _is_too_many(self, now: float) -> bool:
        while self._recent and self._recent[0] <= now - SECOND:
            self._recent.popleft()
        if not self.requests_per_second or len(self._recent) < self.requests_per_second:
            self._recent.append(now)
            return False
        return True


def _reads(method: str, path: str) -> bool:
    parts = urlsplit(path)
    found = contracts.resolve(method, parts.path, dict(parse_qsl(parts.query)), None)
    return found is not None and found.operation.effect == "read"


@dataclass(frozen=True)
class PlainTenant:
    """What a tester knows of the tenant, `url` and `authority`, and the control API behind the proxy."""

    url: str
    authority: Path
    control: EmulatorClient
    backend: str
    gateway: Gateway

    def state(self) -> dict[str, Any]:
        """Return everything that the tenant stores."""
        snapshot = self.control.snapshot()
        kept = {name: store for name, store in snapshot["stores"].items() if name not in UNREACHABLE}
        return {"settings": snapshot["settings"], **kept}


@contextlib.contextmanager
def running(folder: Path, *options: str, gateway: Gateway | None = None) -> Iterator[PlainTenant]:
    """Yield a plain tenant; `folder` gets its certificate authority, `options` are those of the emulator."""
    gateway = gateway or Gateway()
    authority, file = trustme.CA(), folder / "authority.pem"
    authority.cert_pem.write_to_path(str(file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with emulator_process.running(*options) as backend, EmulatorClient(backend) as control:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(backend, gateway))
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield PlainTenant(f"https://127.0.0.1:{server.server_port}", file, control, backend, gateway)
        finally:
            server.shutdown()
            server.server_close()


def _handler(backend: str, gateway: Gateway) -> type[BaseHTTPRequestHandler]:
    address = urlsplit(backend)

    class Handler(BaseHTTPRequestHandler):
        """Forwards a request to the emulator, unless it is for the control API."""

        protocol_version = "HTTP/1.1"

        def _forward(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if self.path.startswith(HIDDEN):
                self._answer(404, {"Content-Type": "text/html"}, b"<h1>Not Found</h1>")
                return
            refusal = gateway.refusal(self.command, self.path)
            fails = "" if refusal else gateway.failed_write(self.command, self.path)
            if refusal or fails == "before":
                self._answer(*(refusal or BAD_GATEWAY))
                return
            connection = http.client.HTTPConnection(str(address.hostname), address.port, timeout=30)
            with contextlib.closing(connection):
                connection.request(self.command, self.path, body, dict(self.headers))
                response = connection.getresponse()
                answer = (response.status, dict(response.getheaders()), response.read())
            self._answer(*(BAD_GATEWAY if fails else answer))

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
