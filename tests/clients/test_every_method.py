"""Every method of the vendor's unmodified Python SDK gets a response that fits its contract."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness.contracts import Operation
from loginradius_harness.preconditions.registry import Preconditions
from loginradius_harness.tenants import TenantContext, TenantProvider
from tests.clients.methods import Method, arguments, capture, methods, operation, sdk

METHODS = [pytest.param(method, id=method.name) for method in methods()]


def test_sdk_has_the_expected_number_of_methods() -> None:
    assert len(METHODS) == 210


@pytest.fixture
def tenant_context(method: Method, loginradius_tenants: TenantProvider) -> Iterator[TenantContext]:
    """Return a new tenant with the settings that the method's operation needs."""
    context = loginradius_tenants.create(operation(method, capture(method)).preset)
    yield context
    context.close()


@pytest.mark.parametrize("method", METHODS)
def test_method_gets_a_response_that_fits_its_contract(method: Method, tenant_context: TenantContext) -> None:
    captured = capture(method)
    known = operation(method, captured)
    values = arguments(method, captured, known, prepared(method, known, tenant_context))
    secret = tenant_context.target.api_secret
    assert secret is not None
    response = method.bound_to(
        sdk(tenant_context.target.api_key.reveal(), secret.reveal(), tenant_context.target.api_url)
    )(*values)
    violations = known.check(200, response)
    assert not violations, f"{known.id}: {response}"


def prepared(method: Method, known: Operation, context: TenantContext) -> dict[str, Any]:
    """Return the example's request, with the credentials and parameters that only the method needs."""
    needed = Preconditions(context.journey)
    request = needed.prepare(known)
    if "sott" in known.auth:
        request["sott"] = context.client.call("sott.generate_sott").must_succeed().data["Sott"]
    if "access_token" in method.parameters:
        request["token"] = needed.value("token")
    if "reset_password_url" in method.parameters:
        request["query"] = {**request.get("query", {}), "resetPasswordUrl": "https://app.example.com/reset"}
    if "phone" in method.parameters and "phone" not in request.get("query", {}) and "body" not in request:
        request["body"] = {"phone": needed.value("person").phone}
    return request
