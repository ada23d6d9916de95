"""Row 66: older spellings, paths and versions of the same calls."""

from uuid import uuid4

import httpx
import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.login_attempts import log_in, login_succeeds, provider_user
from loginradius_harness.checks.support import raw_http
from loginradius_harness.client.request import Call, build
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.retry import Received
from loginradius_harness.client.session import Session
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.tenants import TenantContext

API9 = "API9:2023"
ALIASED = [pytest.param(operation, id=operation.id) for operation in api_operations() if operation.aliases]


def at_alias(prepared: PreparedRequest, alias: str, *, guarded: bool) -> Received:
    """Send the request to another of the operation's paths, with or without its credentials."""
    operation, tenant = prepared.operation, prepared.tenant
    token = prepared.request.get("token") if guarded else None
    call = Call(
        operation, prepared.path, prepared.query, prepared.body, token, {} if guarded else _nothing(operation), {}
    )
    sent = build(call, tenant.target, tenant.client.clock)
    query = dict(sent.url.params)
    path = alias.format_map(prepared.path)
    return raw_http.send(tenant, operation.method, path, query=query, headers=sent.headers, content=sent.content)


def _nothing(operation: Operation) -> dict[str, None]:
    return dict.fromkeys(name for name in operation.auth if name != "apikey")


@pytest.mark.parametrize("operation", ALIASED)
@pytest.mark.security(66, "ASVS 5.0 6.3.4", API9)
@pytest.mark.rule("wire.aliases_answer_alike")
def test_legacy_path_is_equally_strict(prepared_request: PreparedRequest) -> None:
    for alias in prepared_request.operation.aliases:
        if _nothing(prepared_request.operation):
            bare = at_alias(prepared_request, alias, guarded=False)
            canonical = at_alias(prepared_request, prepared_request.operation.path, guarded=False)
            assert not httpx.codes.is_success(bare.status)
            assert bare.content == canonical.content
        assert httpx.codes.is_success(at_alias(prepared_request, alias, guarded=True).status)


@pytest.mark.parametrize("ended", ["authentication.invalidate_access_token", "social.invalidate_access_token"])
@pytest.mark.security(66, "ASVS 5.0 7.4.1", API9)
@pytest.mark.rule("tokens.invalidation_reaches_legacy_paths")
def test_ended_session_is_refused_on_legacy_paths(journey: Journey, session: Session, ended: str) -> None:
    journey.client.call(ended, token=session.token).must_succeed()
    for validate in ("authentication.validate_access_token", "social.validate_access_token"):
        assert not journey.client.call(validate, token=session.token).ok


@pytest.mark.security(66, API9)
@pytest.mark.rule("tokens.legacy_validation_knows_every_token")
def test_legacy_paths_accept_every_token(journey: Journey, person: Person) -> None:
    sessions = [
        log_in(journey, person),
        journey.accounts.log_in(person),
        journey.accounts.refresh(log_in(journey, person)),
        journey.social.log_in("facebook", provider_user(journey, "facebook", email=journey.new_person().email)),
    ]
    for session in sessions:
        journey.client.call("social.validate_access_token", token=session.token).must_succeed()


@pytest.mark.parametrize("version", ["v1", "v3", "V1"])
@pytest.mark.security(66, API9)
@pytest.mark.rule("wire.first_version_is_off")
def test_other_api_versions_are_disabled(tenant_context: TenantContext, version: str) -> None:
    headers = raw_http.credentials(tenant_context, secret=True)
    answered = [
        operation.path
        for operation in api_operations()
        if "/v2/" in operation.path
        and httpx.codes.is_success(
            raw_http.send(
                tenant_context, operation.method, _in_version(operation, version), headers=headers, content=b"{}"
            ).status
        )
    ]
    assert answered == []


def _in_version(operation: Operation, version: str) -> str:
    return operation.path.replace("/v2/", f"/{version}/").replace("{", "").replace("}", "")


@pytest.mark.preset("strict-security", mfa="disabled")
@pytest.mark.security(66, API9)
@pytest.mark.rule("one_touch.old_get_calls_still_start_it")
def test_legacy_one_touch_login_is_equally_strict(journey: Journey, person: Person) -> None:
    guid = str(uuid4())
    query = {"clientguid": guid, "email": person.email}
    journey.client.call("one_touch_login.by_email_legacy", query=query).must_succeed()
    pending = journey.client.call("one_touch_login.ping", query={"clientGuid": guid})
    assert not login_succeeds(pending)
    journey.passwordless.open_one_touch(person.email)
    finished: ApiResponse = journey.client.call("one_touch_login.ping", query={"clientGuid": guid})
    assert login_succeeds(finished)
