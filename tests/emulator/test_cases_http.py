"""HTTP clients of all kinds: upgrade offers, old versions, other methods, unusual bytes, names in paths."""

import json
import re
import socket
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest

from loginradius_harness import contracts, emulator
from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator import Running
from loginradius_harness.emulator.state.tenant import Tenant

from .conftest import Ask, Control, Member

LOGIN = "/identity/v2/auth/login"
CONTROL = "/__emulator__/"
BODY = b'{"email":"nobody@example.com","password":"x"}'
OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABk\r\n"
NAMES = ["a/b", "50%", "a+b", "a b", "Zoë", "a%2Fb", "x?y", "#1", "a\\b"]


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with emulator.running() as running:
        yield running


def exchange(running: Running, *parts: bytes) -> bytes:
    """Send bytes in several packets, close the sending side, and return all that comes back."""
    host, _, port = running.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        for part in parts:
            connection.sendall(part)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
            if b"\r\n\r\n" in received and b"ErrorCode" in received.rpartition(b"\r\n\r\n")[2]:
                break
    return received


def post(running: Running, *headers: bytes, version: bytes = b"1.1") -> bytes:
    line = b"POST %s?apikey=%s HTTP/%s\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    return line % (LOGIN.encode(), running.api_key.encode(), version) + b"".join(headers) + b"\r\n"


def code(received: bytes) -> int:
    """Return the product error code of a response."""
    number: int = json.loads(received.rpartition(b"\r\n\r\n")[2])["ErrorCode"]
    return number


LENGTH = b"Content-Length: %d\r\n" % len(BODY)


@pytest.mark.parametrize("cut", [None, 0, 5])
def test_body_of_a_request_that_offers_http2_is_read(running: Running, cut: int | None) -> None:
    head = post(running, OFFER, LENGTH)
    parts = [head + BODY] if cut is None else [head[:40], head[40:], BODY[:cut], BODY[cut:]]
    assert code(exchange(running, *parts)) == ErrorCode.ACCOUNT_NOT_FOUND


def test_chunked_body_of_a_request_that_offers_http2_is_read(running: Running) -> None:
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
    received = exchange(running, post(running, OFFER, b"Transfer-Encoding: chunked\r\n"), chunks)
    assert code(received) == ErrorCode.ACCOUNT_NOT_FOUND


def test_connection_is_kept_after_an_offer_of_http2(running: Running) -> None:
    request = post(running, OFFER, LENGTH) + BODY
    received = exchange(
        running, request, request.replace(b"\r\nHost", b"\r\nConnection: close\r\nHost").replace(OFFER, b"")
    )
    assert code(received) == ErrorCode.ACCOUNT_NOT_FOUND


@pytest.mark.parametrize("upgrade", [b"websocket", b"TLS/1.0, h2c"])
def test_other_upgrades_are_ignored(running: Running, upgrade: bytes) -> None:
    received = exchange(running, post(running, b"Connection: Upgrade\r\nUpgrade: %s\r\n" % upgrade, LENGTH) + BODY)
    assert code(received) == ErrorCode.ACCOUNT_NOT_FOUND


def test_connect_is_refused_with_the_option_that_helps(running: Running) -> None:
    received = exchange(running, b"CONNECT api.loginradius.com:443 HTTP/1.1\r\nHost: api.loginradius.com:443\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 400")
    assert b"--proxy PORT" in received


def test_http_1_0_is_answered_and_closed(running: Running) -> None:
    assert code(exchange(running, post(running, LENGTH, version=b"1.0") + BODY)) == ErrorCode.ACCOUNT_NOT_FOUND


def test_control_call_without_a_host_is_answered(running: Running) -> None:
    assert exchange(running, b"GET /__emulator__/health HTTP/1.0\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_expectation_is_confirmed_before_the_body(running: Running) -> None:
    received = exchange(running, post(running, b"Expect: 100-continue\r\n", LENGTH), BODY)
    assert received.startswith(b"HTTP/1.1 100")
    assert code(received) == ErrorCode.ACCOUNT_NOT_FOUND


def test_absolute_form_is_answered(running: Running) -> None:
    absolute = post(running, LENGTH).replace(b"POST ", b"POST http://127.0.0.1:1")
    assert code(exchange(running, absolute + BODY)) == ErrorCode.ACCOUNT_NOT_FOUND


# --- methods ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["health", "outbox", "", "console/users", "openapi.json"])
def test_head_of_control_calls_and_pages_is_answered_without_a_body(running: Running, path: str) -> None:
    answer = httpx.head(running.url + CONTROL + path)
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("settings", "GET, HEAD, OPTIONS, PATCH, PUT"),
        ("reset", "OPTIONS, POST"),
        ("console/users", "GET, HEAD, OPTIONS"),
    ],
)
def test_options_of_control_calls_lists_their_methods(running: Running, path: str, methods: str) -> None:
    answer = httpx.options(running.url + CONTROL + path)
    assert (answer.status_code, answer.headers["allow"], "content-length" in answer.headers) == (204, methods, False)


def test_options_of_an_unknown_control_call_is_404(running: Running) -> None:
    assert httpx.options(f"{running.url}{CONTROL}nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/identity/v2/serverinfo", "/identity/v2/manage/account/a%2Fb/rolecontext/x%2Fy"])
def test_double_slash_is_404_with_a_hint(running: Running, path: str) -> None:
    answer = httpx.delete(running.url + path.replace("/v2/", "//v2/"))
    assert answer.status_code == 404
    assert f"Did you mean {path}?" in answer.json()["Description"]


# --- bytes and numbers ------------------------------------------------------------------------------------------------


def test_json_labelled_as_a_form_that_is_not_utf8_is_refused(running: Running) -> None:
    answer = httpx.post(
        running.url + LOGIN,
        params={"apikey": running.api_key},
        content=b'{"a":"\xff"}',
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.json()["ErrorCode"]) == (400, ErrorCode.POST_BODY_NOT_FORM)


@pytest.mark.parametrize("number", ["--5", "-", "9" * 4_400, "\u0665", "1_0", "0x1", "1e3", "+5", " "])
def test_integer_parameter_of_another_form_is_no_server_error(ask: Ask, number: str) -> None:
    assert ask("configuration.get_server_time", query={"timeDifference": number}).status in {200, 403}


def test_integer_with_a_double_sign_is_refused(ask: Ask) -> None:
    answer = ask("configuration.get_server_time", query={"timeDifference": "--5"})
    assert answer.code == ErrorCode.PARAMETER_MALFORMED


# --- names in paths ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_role_of_any_name_is_deleted(ask: Ask, name: str) -> None:
    ask("role.create_roles", body={"roles": [{"name": name, "permissions": {"read": True}}]})
    assert ask("role.delete_role", path={"role": quote(name, safe="")}).status == 200
    assert ask("role.list_roles").data["Count"] == 0


@pytest.mark.parametrize("name", NAMES)
def test_role_context_of_any_name_is_deleted(ask: Ask, person: Member, name: str) -> None:
    ask("role.create_roles", body={"roles": [{"name": "boss"}]})
    body = {"RoleContext": [{"Context": name, "Roles": ["boss"]}]}
    ask("role.update_role_context_by_uid", path={"uid": person.uid}, body=body)
    place = {"uid": person.uid, "context_name": quote(name, safe="")}
    assert ask("role.delete_role_context_by_uid", path=place).status == 200


@pytest.mark.parametrize("name", NAMES)
def test_registration_data_of_any_type_is_read(ask: Ask, name: str) -> None:
    ask("registration_data.add", body={"Data": [{"type": name, "key": "1", "value": "one"}]})
    read = ask("registration_data.list", path={"type": quote(name, safe="")}).data
    assert [entry["Value"] for entry in read] == ["one"]


@pytest.mark.parametrize(
    "operation",
    [pytest.param(operation, id=operation.id) for operation in contracts.operations() if "{" in operation.path],
)
def test_any_name_in_a_path_stays_in_its_segment(operation: Operation, ask: Ask, tenant: Tenant) -> None:
    parameters = re.findall(r"{(\w+)}", operation.path)
    for name in NAMES:
        answer = ask(operation.id, path=dict.fromkeys(parameters, quote(name, safe="")))
        asked = tenant.journal.entries[-1].operation
        assert asked is not None
        assert contracts.get(asked).path == operation.path
        assert answer.status < 500


def test_escaped_slash_stays_escaped_in_the_journal(ask: Ask, control: Control) -> None:
    ask("role.delete_role", path={"role": "a%2Fb"})
    assert control("GET journal").data["entries"][-1]["path"] == "/identity/v2/manage/role/a%2Fb"


# --- control queries --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "to", "query"),
    [
        ("mail", "ann+tag@example.com", "to=ann+tag@example.com"),
        ("mail", "ann+tag@example.com", "to=ann%2Btag@example.com"),
        ("sms", "+12025550123", "to=+12025550123"),
        ("sms", "+12025550123", "to=12025550123"),
        ("sms", "12025550123", "to=%2B1%20202%20555%200123"),
    ],
)
def test_outbox_is_searched_by_address_however_it_is_written(
    running: Running, channel: str, to: str, query: str
) -> None:
    outbox = running.app.registry.default.outbox
    sent = outbox.add(0, channel=channel, to=to, kind="welcome")
    found = httpx.get(f"{running.url}{CONTROL}outbox?{query}&after={sent.id - 1}").json()["messages"]
    assert [message["id"] for message in found] == [sent.id]


def test_compression_can_be_switched_off(ask: Ask, control: Control) -> None:
    headers = {"Accept-Encoding": "gzip"}
    assert ask("configuration.get_configurations", headers=headers).headers["content-encoding"] == "gzip"
    control("PATCH settings", {"gzip": False})
    assert "content-encoding" not in ask("configuration.get_configurations", headers=headers).headers


@pytest.mark.parametrize("spoiled", [b"\xff", b"\xc3(", b"\xed\xa0\x80"])
def test_signed_address_with_bytes_that_are_no_text_is_refused(running: Running, spoiled: bytes) -> None:
    received = exchange(
        running,
        b"GET /identity/v2/manage/account/a?apikey=%s&x=%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        % (running.api_key.encode(), spoiled),
    )
    assert received.startswith((b"HTTP/1.1 403", b"HTTP/1.1 400"))


@pytest.mark.parametrize("spoiled", [b"\xff", b'{"mfa": "\xc3("}', b'{"a\xed\xa0\x80": 1}'])
def test_control_body_that_is_no_text_is_refused(control: Control, spoiled: bytes) -> None:
    assert control("PATCH settings", content=spoiled).status == 400
