"""Rows 61 and 62: malformed requests, and the form of errors."""

import re
from typing import Any
from uuid import uuid4

import httpx
import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.information_leaks import TRACE
from loginradius_harness.checks.security.login_attempts import attempt_login
from loginradius_harness.checks.support import raw_http
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.retry import Received
from loginradius_harness.contracts import Operation, api_operations, error_definitions, resolve
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.error_envelope import error_envelope
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password
from loginradius_harness.tenants import TenantContext

Json = Any

STANDARDS = ("ASVS 5.0 2.2.1", "ASVS 5.0 4.1.4", "API8:2023")
NOT_JSON = {
    "POST": ErrorCode.POST_BODY_NOT_JSON,
    "PUT": ErrorCode.PUT_BODY_NOT_JSON,
    "DELETE": ErrorCode.DELETE_BODY_NOT_JSON,
}
UNSUPPORTED, ENVELOPE = (
    ErrorCode.CONTENT_TYPE_NOT_SUPPORTED,
    ["Description", "ErrorCode", "Message"],
)
PARAMETER = re.compile(r"\{(\w+)\}")
DEEP = 5_000
LONG = 200_000

WITH_BODY = [
    pytest.param(operation, id=operation.id)
    for operation in api_operations()
    if operation.body is not None and operation.method in NOT_JSON
]
MALFORMED: dict[str, bytes] = {
    "cut off": b'{"email": "a@example.com", ',
    "nothing but a bracket": b"{",
    "two values": b"{}{}",
    "an array": b"[]",
    "a number": b"1",
    "a text": b'"text"',
    "null": b"null",
    "not UTF-8": b'{"email": "\xff\xfe"}',
    "a name twice": b'{"email": "a@example.com", "email": "b@example.com", "Email": 1}',
    "a huge number": b'{"email": 1' + b"0" * 400 + b"}",
    "control characters": b'{"email": "\\u0000\\u0008\\u202e"}',
    "half a surrogate": b'{"email": "\\ud800"}',
    "blanks": b'{"FirstName": " ", "email": " ", "password": "\\t", "uid": " "}',
    "markup": b'{"email": "<script>alert(1)</script>", "FirstName": "{{7*7}}${7*7}"}',
    "an object for every text": b'{"email": {"$ne": ""}, "password": {"$gt": ""}, "uid": {"$regex": ".*"}}',
}


TOO_LARGE = 1_200_000
HEAVY: dict[str, bytes] = {
    "deep arrays": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a long value": b'{"email": "' + b"a" * LONG + b'"}',
    "more than anybody needs": b'{"email": "' + b"a" * TOO_LARGE + b'"}',
    "many members": b"{" + b",".join(b'"m%d": 1' % number for number in range(LONG // 20)) + b"}",
}
BUSY = ("authentication.login_by_email", "account.update_account_by_uid", "authentication.remove_email")


def is_itself(operation: Operation) -> bool:
    """Return whether the operation itself answers a request without a readable body."""
    reached = resolve(operation.method, PARAMETER.sub("x", operation.path), {}, None)
    return not operation.body_optional and reached is not None and reached.operation == operation


def unfit(operation: Operation) -> dict[str, Json]:
    """Yield bodies without required members, or with numbers instead of texts."""
    known = operation.body.get("properties", {})
    needed = [name for name in operation.body.get("required", ()) if known.get(name, {}).get("type") == "string"]
    numbers = dict.fromkeys(needed, 1)
    return {"nothing": {}, "numbers for texts": numbers} if needed and not operation.body_optional else {}


def headers(prepared: PreparedRequest, kind: str = "application/json") -> dict[str, str]:
    """Return all credentials of the request, and its content type."""
    token = str(prepared.request.get("token") or "")
    return raw_http.credentials(prepared.tenant, secret=True, token=token) | {"Content-Type": kind}


def send(prepared: PreparedRequest, content: bytes, kind: str = "application/json", **more: str) -> Received:
    path = prepared.operation.path.format_map(prepared.path)
    sent = {**headers(prepared, kind), **more}
    return raw_http.send(
        prepared.tenant, prepared.operation.method, path, query=prepared.query, headers=sent, content=content
    )


@pytest.mark.parametrize("operation", WITH_BODY)
@pytest.mark.security(61, *STANDARDS)
@pytest.mark.rule(
    "errors.bad_input_never_breaks_the_server", "errors.show_no_internals", "errors.bad_body_is_refused",
    "errors.bad_json_is_refused", "wire.other_content_is_refused",
)  # fmt: skip
def test_malformed_body_is_refused_cleanly(prepared_request: PreparedRequest) -> None:
    for name, content in MALFORMED.items():
        assert_refused_cleanly(send(prepared_request, content), name)
    for kind in ("text/xml", "multipart/form-data; boundary=x", "application/json; charset=utf-7", ""):
        assert_refused_cleanly(send(prepared_request, b"{}", kind), kind)
    for name, body in unfit(prepared_request.operation).items():
        assert not prepared_request.send(body=body, check=False).ok, name
    if is_itself(prepared_request.operation):
        cut_off = prepared_request.send(body=b'{"cut off": ', check=False)
        assert (cut_off.error_code, cut_off.status) == (NOT_JSON[prepared_request.operation.method], 400)
        other = prepared_request.send(body=b"<a/>", headers={"Content-Type": "application/xml"}, check=False)
        assert (other.error_code, other.status) == (UNSUPPORTED, 400)


@pytest.mark.parametrize("operation", [case for case in WITH_BODY if case.id in BUSY])
@pytest.mark.security(61, *STANDARDS)
@pytest.mark.rule("errors.bad_input_never_breaks_the_server", "errors.show_no_internals")
def test_oversized_body_is_refused_cleanly(prepared_request: PreparedRequest) -> None:
    for name, content in HEAVY.items():
        assert_refused_cleanly(send(prepared_request, content), name)


def assert_refused_cleanly(answer: Received, name: str) -> None:
    """Assert that the server neither fails nor discloses internals."""
    assert not httpx.codes.is_server_error(answer.status), f"{name}: {answer.status}"
    assert TRACE.findall(answer.content.decode(errors="replace")) == [], name


@pytest.mark.security(61, "ASVS 5.0 4.1.4", "API8:2023")
@pytest.mark.rule("wire.unknown_method_is_405")
def test_unknown_method_returns_405(tenant_context: TenantContext) -> None:
    paths = sorted({operation.path for operation in api_operations() if operation.host == "api"})
    credentials = raw_http.credentials(tenant_context)
    for path in paths:
        answer = raw_http.send(tenant_context, "PATCH", PARAMETER.sub("x", path), headers=credentials)
        assert answer.status == httpx.codes.METHOD_NOT_ALLOWED, path


@pytest.mark.parametrize("method", ["BREW", "TRACE", "CONNECT", "get", "G" * 300])
@pytest.mark.security(61, "ASVS 5.0 4.1.4", "API8:2023")
@pytest.mark.rule("errors.bad_input_never_breaks_the_server")
def test_unusual_method_is_refused_cleanly(tenant_context: TenantContext, method: str) -> None:
    answer = raw_http.send(
        tenant_context, method, "/identity/v2/auth/login", headers=raw_http.credentials(tenant_context)
    )
    assert not httpx.codes.is_success(answer.status)
    assert_refused_cleanly(answer, "it")


@pytest.mark.parametrize(
    "path",
    [
        "/identity/v2/auth/../manage/role",
        "/identity/v2//manage/role",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/\u202e",
        "/a" * 4_000,
    ],
)
@pytest.mark.security(61, "ASVS 5.0 2.2.1", "API8:2023")
@pytest.mark.rule("errors.bad_input_never_breaks_the_server", "errors.show_no_internals")
def test_unusual_path_is_refused_cleanly(tenant_context: TenantContext, path: str) -> None:
    answer = raw_http.send(tenant_context, "GET", path, headers=raw_http.credentials(tenant_context))
    assert not httpx.codes.is_success(answer.status)
    assert_refused_cleanly(answer, "it")


UNKNOWN, WRONG = {"email": "nobody@example.com", "password": "wrong"}, "0" * 32
PROVOKED: list[tuple[str, dict[str, Any], int]] = [
    ("authentication.check_email_availability", {"credentials": {"apikey": None}}, ErrorCode.API_KEY_MISSING),
    ("authentication.check_email_availability", {"credentials": {"apikey": str(uuid4())}}, ErrorCode.API_KEY_INVALID),
    ("role.list_roles", {"credentials": {"apisecret": None}}, ErrorCode.API_SECRET_MISSING),
    ("role.list_roles", {"credentials": {"apisecret": str(uuid4())}}, ErrorCode.API_SECRET_MISMATCH),
    ("authentication.get_profile", {"token": str(uuid4())}, ErrorCode.ACCESS_TOKEN_INVALID),
    ("authentication.get_profile", {"token": None}, ErrorCode.ACCESS_TOKEN_MISSING),
    ("mfa.login_by_email", {"body": UNKNOWN}, ErrorCode.ACCOUNT_NOT_FOUND),
    ("mfa.login_by_email", {"body": {"email": "no address", "password": "x"}}, ErrorCode.VALID_EMAIL_REQUIRED),
    ("authentication.verify_email", {"query": {"verificationToken": WRONG}}, ErrorCode.VERIFICATION_LINK_INVALID),
    (
        "authentication.reset_password_by_reset_token",
        {"body": {"resettoken": WRONG, "password": "x" * 30}},
        ErrorCode.VERIFICATION_TOKEN_INVALID,
    ),
    (
        "account.refresh_access_token_by_refresh_token",
        {"query": {"refresh_Token": str(uuid4())}},
        ErrorCode.REFRESH_TOKEN_INVALID,
    ),
    ("account.get_account_profile_by_uid", {"path": {"uid": WRONG}}, ErrorCode.ACCOUNT_NOT_FOUND),
]


@pytest.mark.parametrize(("operation_id", "request_", "code"), PROVOKED)
@pytest.mark.security(62, "ASVS 5.0 4.1.1")
@pytest.mark.rule("errors.have_one_envelope", "errors.status_follows_code", "wire.answers_are_json")
def test_error_has_the_status_of_its_code(
    journey: Journey, operation_id: str, request_: dict[str, Any], code: int
) -> None:
    assert_documented_error(journey.client.call(operation_id, **request_, check=False).must_be_refused(code))


@pytest.mark.security(62, "ASVS 5.0 4.1.1")
@pytest.mark.rule("errors.have_one_envelope", "errors.status_follows_code", "wire.answers_are_json")
def test_account_error_has_the_documented_form(journey: Journey, person: Person) -> None:
    assert_documented_error(
        attempt_login(journey, person, new_password(), check=False).must_be_refused(ErrorCode.CREDENTIALS_INCORRECT)
    )
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": new_password()}
    call = journey.client.call
    assert_documented_error(
        call("authentication.register_by_email", body=body, check=False).must_be_refused(ErrorCode.EMAIL_ALREADY_EXISTS)
    )
    unverified_person = journey.new_person()
    journey.register(unverified_person)
    token = journey.mailbox.wait(to=unverified_person.email, kind="emailverification").token
    for code in (None, ErrorCode.LINK_ALREADY_USED):
        reply = call("authentication.verify_email", query={"verificationToken": token}, check=False)
        assert reply.error_code == code
    assert_documented_error(reply)


@pytest.mark.security(62, "ASVS 5.0 4.1.1")
@pytest.mark.rule("errors.have_one_envelope", "errors.status_follows_code", "wire.answers_are_json")
def test_every_operation_returns_errors_in_the_documented_form(journey: Journey) -> None:
    wrong = {"apikey": str(uuid4()), "apisecret": None, "access_token": str(uuid4())}
    for operation in api_operations():
        path = dict.fromkeys(PARAMETER.findall(operation.path), "x")
        reply = journey.client.call(operation.id, path=path, credentials=wrong, check=False)
        if reply.ok:  # operations without credentials
            continue
        assert_documented_error(reply)


def assert_documented_error(reply: ApiResponse) -> None:
    """Assert the product's envelope, the status of its code, and a JSON content type."""
    named = reply.operation.id
    envelope = error_envelope(reply.data) or {}
    assert set(envelope) >= set(ENVELOPE), named
    assert reply.status == error_definitions()[envelope["ErrorCode"]].status, named
    assert reply.headers["content-type"].lower().replace(" ", "") == "application/json;charset=utf-8", named
