"""Does every path follow the documented HTTP rules?"""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.generation.client_dialects import DialectRequest, canonical
from loginradius_harness.checks.generation.prepared_request import ALL_OPERATIONS, PreparedRequest
from loginradius_harness.checks.support import raw_http
from loginradius_harness.client.client import Client
from loginradius_harness.client.retry import Received, decode
from loginradius_harness.contracts import Operation, api_operations, error_definitions
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.error_envelope import error_envelope
from loginradius_harness.journey.journey import Journey
from loginradius_harness.tenants import TenantContext, TenantProvider

Json = Any

# One call answers whether key and secret are right, and refuses none.
REFUSING = [parameter for parameter in ALL_OPERATIONS if parameter.id != "configuration.validate_credentials"]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND")
PATHS = sorted({path for operation in api_operations() for path in operation.paths})
NOWHERE = (
    "/",
    "/identity/v2/auth",
    "/identity/v2/auth/nowhere",
    "/identity/v2/manage/nowhere",
    "/api/v2/x",
)
STAND_INS = {"uid": "0" * 32, "objectrecordid": "0" * 24}
UNAUTHORIZED = frozenset(
    {
        ErrorCode.API_SECRET_MISMATCH,
        ErrorCode.CREDENTIALS_INCORRECT,
        ErrorCode.CURRENT_PASSWORD_INCORRECT,
        ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT,
        ErrorCode.PIN_INCORRECT,
        ErrorCode.CURRENT_PIN_INCORRECT,
    }
)


def _filled(path: str) -> str:
    """Return a path with ids that do not exist."""
    return re.sub(r"\{(\w+)\}", lambda found: STAND_INS.get(found[1], "nothing"), path)


def _wrong_methods() -> Iterator[object]:
    for path in PATHS:
        filled = _filled(path)
        wrong = [method for method in METHODS if method not in contracts.allowed_methods(filled)]
        yield pytest.param(filled, wrong, id=path)


@pytest.mark.rule("wire.unknown_method_is_405")
@pytest.mark.parametrize(("path", "wrong"), [*_wrong_methods()])
def test_unsupported_methods_return_405(path: str, wrong: list[str], tenants: TenantProvider) -> None:
    """Every method that a path does not have is refused with 405, and nothing is changed."""
    tenant = tenants.for_preset()
    statuses = {
        method: raw_http.send(tenant, method, path, headers=raw_http.credentials(tenant)).status for method in wrong
    }
    assert statuses == dict.fromkeys(wrong, 405)


@pytest.mark.rule("wire.unknown_path_is_404")
@pytest.mark.parametrize("path", [*NOWHERE, *(f"{_filled(path)}/nowhere/at/all" for path in PATHS[:20])])
def test_unknown_path_returns_404(path: str, tenants: TenantProvider) -> None:
    """A path that no operation has is refused with 404, whatever the method."""
    tenant = tenants.for_preset()
    headers = raw_http.credentials(tenant, secret=True)
    statuses = {
        method: raw_http.send(tenant, method, path, headers=headers).status for method in ("GET", "POST", "DELETE")
    }
    assert statuses == dict.fromkeys(statuses, 404)


@pytest.mark.rule("errors.have_one_envelope", "errors.only_six_codes_are_401", "wire.answers_are_json")
@pytest.mark.parametrize("operation", REFUSING)
def test_every_error_has_the_documented_envelope(operation: Operation, refusing_tenant: TenantContext) -> None:
    """Without credentials the error is JSON in the documented form, with the status of its code."""
    received = raw_http.send(refusing_tenant, operation.method, _filled(operation.path))
    data = error_envelope(decode(received)) or {}
    assert _says_json(received)
    assert set(data) >= {"Description", "ErrorCode", "Message"}
    assert received.status == error_definitions()[data["ErrorCode"]].status
    assert (received.status == 401) is (data["ErrorCode"] in UNAUTHORIZED)


def _says_json(received: Received) -> bool:
    kind = received.headers["content-type"].lower().replace(" ", "")
    return kind.startswith("application/json") and kind.endswith(("application/json", "charset=utf-8"))


READING = [pytest.param(operation, id=operation.id) for operation in api_operations() if operation.effect == "read"]


@pytest.mark.rule("wire.gzip_changes_nothing")
@pytest.mark.parametrize("operation", READING)
def test_compression_does_not_change_the_response(prepared_request: PreparedRequest) -> None:
    """A read returns the same with and without gzip."""
    plain = canonical(prepared_request, headers={"Accept-Encoding": "identity"})
    packed = canonical(prepared_request, headers={"Accept-Encoding": "gzip"})
    assert _without_volatile(plain.send(prepared_request)) == _without_volatile(packed.send(prepared_request))


@pytest.mark.rule("wire.empty_parameter_is_absent")
@pytest.mark.parametrize("operation", READING)
def test_empty_query_parameter_is_ignored(prepared_request: PreparedRequest) -> None:
    """An optional query parameter that is empty changes nothing."""
    schema = prepared_request.operation.query or {}
    optional = set(schema.get("properties", {})) - set(schema.get("required", ())) - set(prepared_request.query)
    usual = canonical(prepared_request)
    emptied = DialectRequest(
        usual.path, {**usual.query, **dict.fromkeys(sorted(optional), "")}, usual.headers, usual.content
    )
    assert _without_volatile(usual.send(prepared_request)) == _without_volatile(emptied.send(prepared_request))


def _without_volatile(answer: tuple[int, Json]) -> tuple[int, Json]:
    """Return a response without members that differ at every read."""
    status, data = answer
    if isinstance(data, dict):
        data = {name: value for name, value in data.items() if name not in VOLATILE}
    return status, data


VOLATILE = frozenset({"CurrentTime", "Sott", "ExpiryTime", "access_token", "refresh_token", "expires_in", "ExpireIn"})


@pytest.mark.rule("wire.keys_are_trimmed")
def test_trailing_space_in_json_key_is_ignored(api: Client, journey: Journey) -> None:
    """A JSON key may end with a space, as one documented key does."""
    person = journey.accounts.create(journey.new_person())
    api.call(
        "authentication.login_by_email", body={"email ": person.email, "password ": person.password}
    ).must_succeed()


@pytest.mark.rule("wire.uid_word_is_no_uid")
@pytest.mark.parametrize("word", ["access_token", "identities", "sott"])
def test_fixed_path_segment_is_not_read_as_uid(word: str, tenant_context: TenantContext) -> None:
    """A fixed segment below the management path is not read as a uid."""
    headers = raw_http.credentials(tenant_context, secret=True)
    answer = decode(raw_http.send(tenant_context, "GET", f"/identity/v2/manage/account/{word}", headers=headers))
    assert answer.get("ErrorCode") not in {ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.UID_INVALID}


@pytest.mark.rule("wire.values_keep_their_case")
def test_tokens_are_case_sensitive(api: Client, journey: Journey) -> None:
    """A token in another letter case is refused."""
    token = journey.accounts.log_in(journey.accounts.create(journey.new_person())).token
    if token.upper() == token:
        pytest.skip("a token without letters has no letter case")
    api.call("authentication.validate_access_token", token=token.upper()).must_be_refused(
        ErrorCode.ACCESS_TOKEN_INVALID
    )


@pytest.mark.rule("wire.enumerated_values_match_in_any_case")
@pytest.mark.parametrize("kind", ["primary", "PRIMARY"])
def test_email_type_is_case_insensitive(kind: str, api: Client, journey: Journey) -> None:
    """`Primary` is read in any letter case."""
    person = journey.new_person()
    addresses = [{"Type": kind, "Value": person.email}, {"Type": "Primary", "Value": f"2{person.email}"}]
    body = {"Email": addresses, "Password": person.password}
    api.call("account.create_account", body=body).must_be_refused(ErrorCode.PRIMARY_EMAIL_DUPLICATED)


FIELDS = [
    ("Uid", {"Uid"}, set()),
    ("Uid,FirstName", {"Uid", "FirstName"}, set()),
    ("Email(Value)", {"Email"}, {"Value"}),
    ("Email/Value,Uid", {"Email", "Uid"}, {"Value"}),
    ("NoSuchMember", set(), set()),
    ("Uid,NoSuchMember", {"Uid"}, set()),
]


@pytest.mark.rule("wire.fields_project", "wire.unknown_field_is_absent")
@pytest.mark.parametrize(("fields", "members", "below"), FIELDS, ids=[case[0] for case in FIELDS])
def test_fields_selects_response_members(
    fields: str, members: set[str], below: set[str], api: Client, journey: Journey
) -> None:
    """`fields` selects members at any level; an unknown name is left out."""
    person = journey.accounts.create(journey.new_person())
    path = {"uid": person.uid}
    reported = api.call("account.get_account_profile_by_uid", path=path, query={"fields": fields}).must_succeed().data
    assert set(reported) == members
    assert {name for address in reported.get("Email", ()) for name in address} == (below or set())


@pytest.mark.rule("wire.fields_project")
def test_fields_star_selects_every_member(api: Client, journey: Journey) -> None:
    """`fields=*` returns the full response."""
    person = journey.accounts.create(journey.new_person())
    path = {"uid": person.uid}
    whole = api.call("account.get_account_profile_by_uid", path=path).must_succeed().data
    assert api.call("account.get_account_profile_by_uid", path=path, query={"fields": "*"}).must_succeed().data == whole
