"""Row 54: management calls without the secret, and other methods (broken function level authorization)."""

from uuid import uuid4

import httpx
import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.endpoints import MANAGEMENT_CALLS
from loginradius_harness.checks.support import raw_http
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.people import Person

STANDARDS = ("ASVS 5.0 8.2.1", "API5:2023", "WSTG-APIT-04")
METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
NO_SECRET = (
    ErrorCode.API_SECRET_MISSING,
    ErrorCode.SIGNATURE_MISSING,
    ErrorCode.SIGNATURE_OR_API_SECRET_MISSING,
)  # absent, or neither secret nor signature


def user_token(prepared: PreparedRequest) -> str:
    """Return the access token of an account without any role."""
    journey = prepared.tenant.journey
    person: Person = journey.verified_person()
    return journey.accounts.log_in(person).token


@pytest.mark.parametrize("operation", MANAGEMENT_CALLS)
@pytest.mark.security(54, *STANDARDS)
@pytest.mark.rule("credentials.secret_is_required", "credentials.access_token_does_not_replace_secret")
def test_management_call_requires_the_secret(prepared_request: PreparedRequest) -> None:
    token = user_token(prepared_request)
    bearer = {"Authorization": f"Bearer {token}"}
    key = prepared_request.tenant.target.api_key
    prepared_request.send(credentials={"apisecret": None}).must_be_refused(*NO_SECRET)
    prepared_request.send(credentials={"apisecret": ""}).must_be_refused(*NO_SECRET)
    query = {**prepared_request.query, "access_token": token}
    attempts = {
        "a user's token": prepared_request.send(credentials={"apisecret": None}, headers=bearer, query=query),
        "a user's token as secret": prepared_request.send(credentials={"apisecret": token}),
        "the key as secret": prepared_request.send(credentials={"apisecret": key}),
        "another secret": prepared_request.send(credentials={"apisecret": str(uuid4())}),
    }
    assert [name for name, reply in attempts.items() if reply.ok] == []
    prepared_request.send().must_succeed()


@pytest.mark.parametrize("operation", MANAGEMENT_CALLS)
@pytest.mark.security(54, *STANDARDS, "ASVS 5.0 4.1.4")
@pytest.mark.rule("wire.verb_swap_opens_nothing")
def test_other_methods_require_the_secret(prepared_request: PreparedRequest) -> None:
    headers = raw_http.credentials(prepared_request.tenant, token=user_token(prepared_request)) | {
        "Content-Type": "application/json"
    }
    for method in METHODS:
        answer = raw_http.send(
            prepared_request.tenant,
            method,
            address(prepared_request),
            query=prepared_request.query,
            headers=headers,
            content=b"{}",
        )
        done = httpx.codes.is_success(answer.status) and method not in {"OPTIONS", "HEAD"}
        assert not done, f"{method} {prepared_request.operation.path} answers {answer.status} without the secret"


@pytest.mark.parametrize("operation", [case for case in MANAGEMENT_CALLS if case.values[0].method in {"DELETE", "PUT"}])
@pytest.mark.security(54, *STANDARDS, "ASVS 5.0 4.1.4")
@pytest.mark.rule("wire.verb_swap_opens_nothing")
def test_method_override_header_is_ignored(prepared_request: PreparedRequest) -> None:
    headers = raw_http.credentials(prepared_request.tenant, secret=True) | dict.fromkeys(
        OVERRIDES, prepared_request.operation.method
    )
    for method in ("GET", "POST"):
        query = {**prepared_request.query, "_method": prepared_request.operation.method, "prevent_webhook": "true"}
        answer = raw_http.send(prepared_request.tenant, method, address(prepared_request), query=query, headers=headers)
        assert not httpx.codes.is_server_error(answer.status)
    prepared_request.send().must_succeed()


def address(prepared: PreparedRequest) -> str:
    """Return the request's path."""
    return prepared.operation.path.format_map(prepared.path)
