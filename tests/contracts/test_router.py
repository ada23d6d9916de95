"""A request belongs to one operation: routes that operations share, aliases, case."""

from collections import Counter
from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation

ROUTES = Counter((operation.method, operation.path) for operation in contracts.operations())
SHARING = [operation for operation in contracts.operations() if ROUTES[operation.method, operation.path] > 1]
ALIASED = [(operation, alias) for operation in contracts.operations() for alias in operation.aliases]
A = "/identity/v2/auth"


def resolved(operation: Operation, path: str, query: Any, body: Any) -> str | None:
    """Id of the operation that a request of this one belongs to; the server knows who made a value."""
    flows = {name.lower(): flow for name, flow in operation.when.owner.items()}
    match = contracts.resolve(operation.method, path, query, body, lambda name, _value: flows.get(name.lower()))
    return match.operation.id if match else None


def minimal(operation: Operation, template: str) -> tuple[str, Any, Any]:
    example = operation.example
    return template.format_map(example.get("path", {})), example.get("query", {}), example.get("body")


def shouted(names: Any) -> Any:
    return {name.upper(): value for name, value in names.items()} if isinstance(names, dict) else names


def test_operations_of_a_shared_route_are_told_apart_by_conditions() -> None:
    assert len(SHARING) > 40
    for route in {(operation.method, operation.path) for operation in SHARING}:
        siblings = [operation for operation in SHARING if (operation.method, operation.path) == route]
        assert sum(operation.default or not operation.when.weight for operation in siblings) <= 1, route


@pytest.mark.parametrize("operation", SHARING, ids=lambda operation: operation.id)
def test_minimal_request_belongs_to_its_operation(operation: Operation) -> None:
    assert resolved(operation, *minimal(operation, operation.path)) == operation.id


@pytest.mark.parametrize("operation", SHARING, ids=lambda operation: operation.id)
def test_names_and_path_are_matched_in_any_case(operation: Operation) -> None:
    path, query, body = minimal(operation, operation.path.replace("{", "{{").replace("}", "}}").upper())
    path = path.format_map({name.upper(): value for name, value in operation.example.get("path", {}).items()})
    assert resolved(operation, path, shouted(query), shouted(body)) == operation.id


@pytest.mark.parametrize(("operation", "alias"), ALIASED, ids=lambda value: getattr(value, "id", value))
def test_alias_leads_to_the_same_operation(operation: Operation, alias: str) -> None:
    assert resolved(operation, *minimal(operation, alias)) == operation.id


@pytest.mark.parametrize(
    ("method", "path", "operation_id"),
    [
        ("GET", f"{A}/access_token/InValidate", "authentication.invalidate_access_token"),
        ("GET", "/v2/manage/webhook", "webhook.list_subscriptions"),
        ("POST", f"{A}/socialIdentity/ping", "authentication.link_social_identities_by_ping"),
        ("PUT", f"{A}/account/reauth/2fa/GoogleAuthenticatorCode", "reauthentication.by_authenticator_code"),
        ("PUT", f"{A}/password", "authentication.change_password"),
        ("GET", f"{A}/email/smartlogin", "smart_login.verify_token"),
    ],
)
def test_spelling_that_clients_use_is_known(method: str, path: str, operation_id: str) -> None:
    match = contracts.resolve(method, path, {}, None)
    assert match is not None
    assert match.operation.id == operation_id


@pytest.mark.parametrize("body", [{"securityquestionanswer": {}}, {"securityquestionanswer": {}, "access_token": "x"}])
def test_credential_in_the_body_does_not_change_whose_request_it_is(body: dict[str, Any]) -> None:
    match = contracts.resolve("PUT", f"{A}/account", {}, body)
    assert match is not None
    assert match.operation.id == "authentication.update_security_answers"


def test_literal_segment_wins_over_a_parameter() -> None:
    match = contracts.resolve("GET", "/identity/v2/manage/account/identities", {"email": "ada@example.com"}, None)
    assert match is not None
    assert match.operation.id == "account.get_account_identities_by_email"


def test_path_values_keep_their_case() -> None:
    match = contracts.resolve("GET", "/IDENTITY/v2/manage/account/AbC-1", {}, None)
    assert match is not None
    assert match.path_values == {"uid": "AbC-1"}


@pytest.mark.parametrize("path", ["/identity/v2/nowhere", f"{A}/login/", "/identity/v2/manage/account//password", ""])
def test_unknown_path_has_no_operation(path: str) -> None:
    assert contracts.resolve("GET", path, {}, None) is None
    assert contracts.allowed_methods(path) == frozenset()


def test_other_method_has_no_operation_and_the_path_names_its_methods() -> None:
    assert contracts.resolve("DELETE", f"{A}/login", {}, None) is None
    assert contracts.allowed_methods(f"{A}/LOGIN") == {"POST"}
    assert contracts.allowed_methods("/identity/v2/manage/account/anybody") == {"GET", "PUT", "DELETE"}


@pytest.mark.parametrize(
    ("query", "body", "operation_id"),
    [
        ({}, {"password": "x"}, "authentication.login_by_email"),
        ({}, None, "authentication.login_by_email"),
        ({}, ["email"], "authentication.login_by_email"),
        ({}, {"phone": "+12025550123"}, "phone.login_by_phone"),
        ({}, {"email": "", "username": "ada"}, "authentication.login_by_username"),
        ({}, {"email": None, "phone": "+12025550123"}, "phone.login_by_phone"),
        ({"rbaBrowserEmailTemplate": "x"}, {"email": "ada@example.com"}, "risk_based.login_by_email"),
    ],
    ids=["no identifier", "no body", "no object", "phone", "empty", "null", "most conditions"],
)
def test_login_goes_to_the_sibling_whose_conditions_hold(query: Any, body: Any, operation_id: str) -> None:
    match = contracts.resolve("POST", f"{A}/login", query, body)
    assert match is not None
    assert match.operation.id == operation_id


@pytest.mark.parametrize(
    ("flow", "operation_id"),
    [("one_touch_login", "one_touch_login.ping"), ("smart_login", "smart_login.ping"), (None, "smart_login.ping")],
)
def test_poll_goes_to_the_flow_that_made_the_client_guid(flow: str | None, operation_id: str) -> None:
    match = contracts.resolve(
        "GET", f"{A}/login/smartlogin/ping", {"clientGuid": "g"}, None, lambda _name, _value: flow
    )
    assert match is not None
    assert match.operation.id == operation_id
