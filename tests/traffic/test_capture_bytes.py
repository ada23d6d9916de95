"""What a capturing proxy passes on is the same, byte for byte, in both ways."""

import gzip
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import trustme

from loginradius_harness.traffic.capture import Connections, Forward, Upstream
from loginradius_harness.traffic.exchange import RecordedExchange
from tests.traffic.proxies import proxy

HOST = "api.loginradius.com"
ZIPPED = gzip.compress(b'{"IsExist": true}')
BINARY = bytes(range(256))
END = b"\r\n\r\n"


def request(method: bytes, headers: bytes = b"", body: bytes = b"") -> bytes:
    return method + b" /identity/v2/x?a=%20b HTTP/1.1\r\nhOsT: " + HOST.encode() + headers + END + body


def with_length(body: bytes, headers: bytes = b"") -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Length: " + str(len(body)).encode() + headers + END + body


CHUNKED = b"\r\nTransfer-Encoding: chunked"
CHUNKS = b'4;name=value\r\n{"a"\r\n3\r\n:1}\r\n0\r\n'
# name: request, answer, body of the answer as it is read
CASES = {
    "length": (request(b"GET"), with_length(b'{"a":1}'), '{"a":1}'),
    "odd spaces": (request(b"GET", b"\r\nX-Odd:  a\t b "), b"HTTP/1.1  200 \r\ncontent-LENGTH:2 " + END + b"{}", "{}"),
    "chunked": (request(b"GET"), b"HTTP/1.1 200 OK" + CHUNKED + END + CHUNKS + b"\r\n", '{"a":1}'),
    "trailers": (
        request(b"POST", CHUNKED + b"\r\nTrailer: X-Sum, X-Two", CHUNKS + b"X-Sum: 1\r\nX-Two: 2\r\n\r\n"),
        b"HTTP/1.1 200 OK" + CHUNKED + END + CHUNKS + b"X-Sum: 1\r\nX-Two: 2\r\n\r\n",
        '{"a":1}',
    ),
    "gzip": (request(b"GET"), with_length(ZIPPED, b"\r\nContent-Encoding: gzip"), '{"IsExist": true}'),
    "binary": (request(b"POST", b"\r\nContent-Length: 256", BINARY), with_length(BINARY), None),
    "head": (request(b"HEAD"), b"HTTP/1.1 200 OK\r\nContent-Length: 99" + END, ""),
    "204": (request(b"DELETE"), b"HTTP/1.1 204 No Content" + END, ""),
    "304": (request(b"GET"), b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99" + END, ""),
    "interim answers": (
        request(b"POST", b"\r\nContent-Length: 2", b"{}"),
        b"HTTP/1.1 100 Continue" + END + b"HTTP/1.1 103 Early Hints\r\nLink: </a>" + END + with_length(b"{}"),
        "{}",
    ),
}  # fmt: skip
LAST = (request(b"GET"), b"HTTP/1.1 200 OK\r\nConnection: close" + END + b'{"until":"the end"}')


@contextmanager
def upstream(context: ssl.SSLContext | None, received: bytearray, pairs: list[tuple[bytes, bytes]]) -> Iterator[int]:
    """Accept one connection: for each pair read a request of its length, then answer; close at the end."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            plain, _ = listener.accept()
            with context.wrap_socket(plain, server_side=True) if context else plain as connection:
                for asked, answer in pairs:
                    received.extend(exactly(connection, len(asked)))
                    connection.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(10)
    assert not thread.is_alive()


def exactly(connection: socket.socket, size: int) -> bytes:
    got = b""
    while len(got) < size and (part := connection.recv(size - len(got))):
        got += part
    return got


def talk(connection: socket.socket, pairs: list[tuple[bytes, bytes]]) -> bytes:
    """Send each request after the answer to the one before; return all that was answered until the end."""
    got = b""
    for asked, answer in pairs:
        connection.sendall(asked)
        got += exactly(connection, len(answer))
    while part := connection.recv(65_536):
        got += part
    return got


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@contextmanager
def tunnel(port: int, authority: trustme.CA, host: str = HOST) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert b"200" in exactly(plain, len(b"HTTP/1.1 200 Connection established\r\n\r\n"))
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        with trust.wrap_socket(plain, server_hostname=host) as connection:
            yield connection


def sides(authority: trustme.CA) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the context of a server for the host, and that of a client."""
    server, client = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert(HOST).configure_cert(server)
    authority.configure_trust(client)
    return server, client


PAIRS = [(asked, answer) for asked, answer, _ in CASES.values()] + [LAST]
READ = [body for _, _, body in CASES.values()] + ['{"until":"the end"}']


def test_forward_proxy_changes_nothing(authority: trustme.CA) -> None:
    server, client = sides(authority)
    received = bytearray()
    with upstream(server, received, PAIRS) as there:
        connections = Connections({HOST: ("127.0.0.1", there)}, client)
        with proxy(Forward(frozenset({HOST}), server), connections) as (port, read), tunnel(port, authority) as here:
            answered = talk(here, PAIRS)
    assert bytes(received) == b"".join(asked for asked, _ in PAIRS)
    assert answered == b"".join(answer for _, answer in PAIRS)
    assert [exchange.response_body for exchange in read] == READ
    assert {exchange.host for exchange in read} == {HOST}


def test_reverse_proxy_changes_the_host_alone() -> None:
    received = bytearray()
    named = b"Host: api.mycompany.example"
    passed_on = [(asked.replace(b"hOsT: " + HOST.encode(), named), answer) for asked, answer in PAIRS]
    with upstream(None, received, passed_on) as there:
        connections = Connections({"api.mycompany.example": ("127.0.0.1", there)})
        with (
            proxy(Upstream.parse("http://api.mycompany.example"), connections) as (port, read),
            socket.create_connection(("127.0.0.1", port), 10) as here,
        ):
            answered = talk(here, PAIRS)
    assert bytes(received) == b"".join(asked for asked, _ in passed_on)
    assert answered == b"".join(answer for _, answer in PAIRS)
    assert [exchange.response_body for exchange in read] == READ


@contextmanager
def through_proxy(
    received: bytearray, pairs: list[tuple[bytes, bytes]]
) -> Iterator[tuple[socket.socket, list[RecordedExchange]]]:
    """Yield a client's connection through a reverse proxy to an upstream, and the exchanges that are read."""
    with upstream(None, received, pairs) as there:
        connections = Connections({HOST: ("127.0.0.1", there)})
        with (
            proxy(Upstream("http", HOST, 80), connections) as (port, read),
            socket.create_connection(("127.0.0.1", port), 10) as here,
        ):
            yield here, read


def test_pipelined_requests_are_answered_in_their_order() -> None:
    received = bytearray()
    pairs = [PAIRS[0], PAIRS[6], PAIRS[4]]
    with through_proxy(received, pairs) as (here, read):
        here.sendall(b"".join(asked for asked, _ in pairs))
        expected = b"".join(answer for _, answer in pairs)
        assert exactly(here, len(expected)) == expected
    assert [exchange.method for exchange in read] == ["GET", "HEAD", "GET"]


def test_what_is_no_http_is_passed_on_unread() -> None:
    received = bytearray()
    noise = b"HTTP/1.1 200 OK\r\nContent-Length: many" + END + BINARY
    with through_proxy(received, [(PAIRS[0][0], noise)]) as (here, read):
        assert talk(here, [(PAIRS[0][0], noise)]) == noise
    assert read == []


def test_answer_that_ends_early_is_not_read() -> None:
    received = bytearray()
    cut = b"HTTP/1.1 200 OK\r\nContent-Length: 9" + END + b"{}"
    with through_proxy(received, [(PAIRS[0][0], cut)]) as (here, read):
        assert talk(here, [(PAIRS[0][0], cut)]) == cut
    assert read == []


def test_websocket_is_refused_in_a_sentence() -> None:
    received = bytearray()
    waits = (PAIRS[0][0], b"")  # the upstream stays until its connection ends
    with through_proxy(received, [waits]) as (here, _):
        here.sendall(request(b"GET", b"\r\nConnection: Upgrade\r\nUpgrade: websocket"))
        answer = talk(here, [])
    assert answer.startswith(b"HTTP/1.1 501 ")
    assert answer.endswith(b"The API has no WebSockets: not passed on.\n")
    assert received == b""


@pytest.mark.parametrize(
    "asked",
    [
        b"CONNECT example.com:443 HTTP/1.1\r\n\r\n",
        b"CONNECT api.loginradius.com.example.com:443 HTTP/1.1\r\n\r\n",
        b"CONNECT api.loginradius.com HTTP/1.1\r\n\r\n",
        b"GET http://api.loginradius.com/ HTTP/1.1\r\nHost: api.loginradius.com\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: api.loginradius.com\r\n\r\n",
        b"\r\n\r\n",
    ],
)
def test_other_host_is_refused_in_a_sentence(authority: trustme.CA, asked: bytes) -> None:
    server, _ = sides(authority)
    with (
        proxy(Forward(frozenset({HOST}), server)) as (port, _),
        socket.create_connection(("127.0.0.1", port), 10) as here,
    ):
        here.sendall(asked)
        answer = talk(here, [])
    assert answer.startswith(b"HTTP/1.1 403 Forbidden")
    assert answer.endswith(b"This proxy takes https to api.loginradius.com only; --host names another host.\n")
