"""Whatever arrives: the documented error or a clean close, never a 5xx, and never a stalled neighbour."""

import json
import socket
from collections.abc import Iterator

import httpx
import pytest

from loginradius_harness import emulator
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator import Running
from loginradius_harness.emulator.http.validation import known_members

LOGIN = "/identity/v2/auth/login"


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with emulator.running() as running:
        yield running


def post(running: Running, content: bytes, content_type: str = "application/json") -> httpx.Response:
    return httpx.post(
        running.url + LOGIN,
        params={"apikey": running.api_key},
        content=content,
        headers={"Content-Type": content_type},
    )


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"{", ErrorCode.POST_BODY_NOT_JSON),
        (b"nonsense", ErrorCode.POST_BODY_NOT_JSON),
        (b'{"email": "a@example.com\x00", "password": "x"}', ErrorCode.POST_BODY_NOT_JSON),
        (b"[" * 100_000, ErrorCode.POST_BODY_NOT_JSON),
        (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ErrorCode.POST_BODY_NOT_JSON),
        (b"[" * 500 + b"]" * 500, ErrorCode.BODY_MALFORMED),
        (b'{"email":' + b"[" * 500 + b"]" * 500 + b"}", ErrorCode.BODY_MALFORMED),
        (b'"text"', ErrorCode.BODY_MALFORMED),
        (b"[]", ErrorCode.BODY_MALFORMED),
        (b"12", ErrorCode.BODY_MALFORMED),
        (b'{"email": "ada@example.com", "password": "x", "email": "no address"}', ErrorCode.VALID_EMAIL_REQUIRED),
        (b'{"email": "a\\u0000@example.com", "password": "x"}', ErrorCode.VALID_EMAIL_REQUIRED),
        (b'{"email": "' + b"a" * 10_000_000 + b'", "password": "x"}', ErrorCode.BODY_MALFORMED),
    ],
    ids=["truncated", "no json", "raw nul", "endless list", "deep object", "deep list", "deep member",
         "a text", "a list", "a number", "repeated key", "nul in a value", "ten megabytes"],
)  # fmt: skip
def test_bad_body_gets_its_code(running: Running, content: bytes, code: int) -> None:
    answer = post(running, content)
    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, code)


def test_content_type_that_is_not_taken_gets_its_code(running: Running) -> None:
    assert post(running, b"<x/>", "application/xml").json()["ErrorCode"] == ErrorCode.CONTENT_TYPE_NOT_SUPPORTED


def test_form_is_taken(running: Running) -> None:
    answer = post(running, b"email=nobody%40example.com&password=x", "application/x-www-form-urlencoded")
    assert answer.json()["ErrorCode"] == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.parametrize("method", ["PATCH", "TRACE", "PROPFIND", "HEAD", "DELETE"])
def test_verb_that_no_operation_has_gets_405(running: Running, method: str) -> None:
    answer = httpx.request(method, running.url + LOGIN)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize("path", ["/", "/identity/v2/auth/nothing", "/identity/v2/auth/login/x/y", "/%00", "/é"])
def test_unknown_path_gets_404_with_the_envelope(running: Running, path: str) -> None:
    answer = httpx.get(running.url + path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"Description", "ErrorCode", "Message", "IsProviderError", "ProviderErrorResponse"}


@pytest.mark.parametrize(
    "bytes_sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
    ids=["a TLS hello", "no version", "unknown version", "negative length"],
)
def test_malformed_http_is_refused_or_closed(running: Running, bytes_sent: bytes) -> None:
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(bytes_sent)
        answer = connection.recv(4096)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4")


def test_response_is_gzipped_on_request(running: Running) -> None:
    url = f"{running.url}/ciam/appinfo?apikey={running.api_key}"
    plain, zipped = (httpx.get(url, headers={"Accept-Encoding": coding}) for coding in ("identity", "gzip"))
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert zipped.json() == plain.json()


def test_browser_may_ask_from_another_origin(running: Running) -> None:
    preflight = httpx.options(running.url + LOGIN, headers={"Origin": "https://app.example.com"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert post(running, b"{}").headers["access-control-allow-origin"] == "*"


def test_error_envelope_is_json_with_charset(running: Running) -> None:
    answer = post(running, b"{}")
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert json.loads(answer.content)["IsProviderError"] is False


def test_members_that_a_schema_does_not_name_are_dropped_at_any_depth() -> None:
    schema = {"properties": {"a": {"properties": {"b": {}}}, "free": {"type": "object"}}}
    sent = {"a": {"b": 1, "c": 2}, "d": 3, "free": {"e": 4}}
    assert known_members(schema, sent) == {"a": {"b": 1}, "free": {"e": 4}}
