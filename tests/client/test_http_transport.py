"""Connections of the harness."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Barrier, Thread
from typing import Any

import httpx
import pytest
import trustme
from cryptography.hazmat.primitives import serialization

from loginradius_harness.client.errors import ConfigurationError
from loginradius_harness.client.http_transport import transport, trust

CROWD = 40


class Gathering(ThreadingHTTPServer):
    """Answers when all of a crowd have sent a request; counts connections."""

    request_queue_size = CROWD
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Guest)
        self.everybody = Barrier(CROWD)
        self.connections = 0

    def get_request(self) -> tuple[socket, Any]:
        """One more has connected."""
        self.connections += 1
        return super().get_request()


class Guest(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server: Gathering

    def do_GET(self) -> None:
        self.server.everybody.wait(10)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def gathering() -> Iterator[Gathering]:
    with Gathering() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_crowd_finds_its_connections_again(gathering: Gathering) -> None:
    url = f"http://127.0.0.1:{gathering.server_port}"
    with httpx.Client(transport=transport()) as http, ThreadPoolExecutor(CROWD) as crowd:
        for _ in range(2):
            assert {answer.status_code for answer in crowd.map(http.get, [url] * CROWD)} == {200}
    assert gathering.connections == CROWD


def test_client_key_with_a_passphrase_is_refused_without_asking_for_it(tmp_path: Path) -> None:
    own = trustme.CA().issue_cert("qa@example.com")
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    own.cert_chain_pems[0].write_to_path(str(certificate))
    opened = serialization.load_pem_private_key(own.private_key_pem.bytes(), None)
    encryption = serialization.BestAvailableEncryption(b"passphrase")
    key.write_bytes(opened.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    with pytest.raises(ConfigurationError, match="the key without a passphrase"):
        trust(str(certificate), str(key))
