"""Is each credential required, and accepted in each documented location?"""

from collections.abc import Callable

import pytest

from loginradius_harness.checks.generation.client_dialects import canonical
from loginradius_harness.checks.generation.prepared_request import ALL_OPERATIONS, PreparedRequest
from loginradius_harness.checks.support.invalid_credentials import (
    in_location,
    invalid_states,
    other_locations,
    wrong_credentials,
)
from loginradius_harness.checks.support.waivers import waived
from loginradius_harness.client.client import Client
from loginradius_harness.contracts import api_operations, credentials
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.tenants import TenantProvider

MATRIX = [
    pytest.param(operation, name, state, id=f"{operation.id}-{name}-{state}")
    for operation in api_operations()
    for name in operation.auth
    for state in invalid_states(name)
    if not waived("C6", f"{operation.id} {name} {state}")
]
LEGACY = [
    pytest.param(operation, id=operation.id)
    for operation in api_operations()
    if operation.path.startswith("/api/v2/")
    and operation.group != "resthook"
    and operation.id != "native_social.by_google_auth_code"
]
SHORT = {"apikey": "key", "apisecret": "secret"}
NEEDING_THE_SECRET_ONLY = frozenset({"social.exchange_access_token", "social.refresh_access_token"})
PLACES = [
    pytest.param(operation, name, place, id=f"{operation.id}-{name}-{place}")
    for operation in api_operations()
    for name, place in other_locations(operation)
]


@pytest.mark.rule(
    "credentials.key_is_required",
    "credentials.malformed_key_is_refused",
    "credentials.secret_is_required",
    "credentials.bad_secret_is_refused",
    "credentials.token_is_required",
    "isolation.token_of_other_tenant_is_refused",
    "isolation.secret_of_other_tenant_is_refused",
    "administration.machine_token_is_required",
    "administration.scope_decides",
    "isolation.machine_token_of_other_tenant_is_refused",
    "sott.missing_one_is_refused",
    "sott.of_other_tenant_is_refused",
)
@pytest.mark.parametrize(("operation", "name", "state"), MATRIX)
def test_each_credential_is_required(
    name: str,
    state: str,
    credential_request: PreparedRequest,
    tenants: TenantProvider,
    record_coverage: Callable[..., None],
) -> None:
    """One wrong credential in an otherwise valid request returns the code for that credential."""
    wrong = wrong_credentials(credential_request.tenant, tenants).value(name, state, credential_request.operation)
    changes = {"token": None} if name == "access_token" else {}
    reply = credential_request.send(credentials={name: wrong}, **changes)
    reply.must_be_refused(credentials()[name].codes[state])
    record_coverage("C6", f"{credential_request.operation.id} {name} {state}")


@pytest.mark.rule(
    "credentials.key_and_secret_travel_in_query_or_header",
    "credentials.token_travels_in_three_places",
    "sott.travels_in_header_or_query",
)
@pytest.mark.parametrize(("operation", "name", "place"), PLACES)
def test_credential_is_accepted_in_each_location(name: str, place: str, prepared_request: PreparedRequest) -> None:
    """A correct credential in one location only authorizes the operation."""
    prepared_request.send(**in_location(prepared_request, name, place)).must_succeed()


@pytest.mark.rule("credentials.header_wins")
@pytest.mark.parametrize(
    "operation",
    [
        pytest.param(operation, id=operation.id)
        for operation in api_operations()
        if "access_token" in operation.auth and not operation.path.startswith("/api/v2/")
    ],
)
def test_header_takes_precedence_over_query(prepared_request: PreparedRequest) -> None:
    """A correct token in the header authorizes the operation, whatever token the query holds."""
    prepared_request.send(
        **prepared_request.overriding("query", access_token="00000000-0000-4000-8000-000000000000")
    ).must_succeed()


@pytest.mark.rule("credentials.legacy_names_are_read")
@pytest.mark.parametrize("operation", LEGACY)
def test_legacy_operations_read_short_parameter_names(prepared_request: PreparedRequest) -> None:
    """Legacy operations read `key` and `secret` from the query."""
    spelled = canonical(prepared_request)
    assert {"key", "secret"} & set(spelled.query) == {
        SHORT[name] for name in prepared_request.operation.auth if name in SHORT
    }
    assert "X-LoginRadius-ApiKey" not in spelled.headers
    status, _ = spelled.send(prepared_request)
    assert status == 200


@pytest.mark.rule("credentials.legacy_names_are_read")
@pytest.mark.parametrize("operation", [parameter for parameter in ALL_OPERATIONS if "resthook." in str(parameter.id)])
def test_rest_hooks_read_names_with_underscore(prepared_request: PreparedRequest) -> None:
    """REST hooks read `api_key` and `api_secret` from the query."""
    spelled = canonical(prepared_request)
    assert {"api_key", "api_secret"} <= set(spelled.query)
    status, _ = spelled.send(prepared_request)
    assert status == 200


@pytest.mark.rule("credentials.request_token_needs_secret_only")
@pytest.mark.parametrize(
    "operation", [parameter for parameter in ALL_OPERATIONS if parameter.id in NEEDING_THE_SECRET_ONLY]
)
def test_token_exchange_and_refresh_need_no_api_key(prepared_request: PreparedRequest) -> None:
    """Token exchange and legacy refresh need the secret alone."""
    assert "apikey" not in prepared_request.operation.auth
    prepared_request.send(credentials={"apisecret": None}).must_be_refused(ErrorCode.API_SECRET_MISSING)
    prepared_request.send().must_succeed()


@pytest.mark.preset("default", api_key_disabled=True)
@pytest.mark.rule("credentials.disabled_key_is_refused")
def test_disabled_api_key_is_refused(api: Client) -> None:
    """A disabled key cannot even read the public configuration."""
    api.call("configuration.get_configurations").must_be_refused(ErrorCode.API_KEY_NOT_ALLOWED)


@pytest.mark.preset("default", blocked_ips=["203.0.113.7"])
@pytest.mark.rule("credentials.refused_caller_address")
def test_management_call_from_blocked_ip_address_is_refused(api: Client) -> None:
    """Management calls from a blocked IP address are refused."""
    api.call("role.list_roles").must_succeed()
    api.call("role.list_roles", headers={"X-Origin-IP": "203.0.113.7"}).must_be_refused(
        ErrorCode.IP_ADDRESS_NOT_ALLOWED
    )
