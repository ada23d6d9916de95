"""The vendor's Python SDK, unmodified: every method, in its own style of names and credentials."""

from collections.abc import Iterator
from typing import Any

import pytest

from loginradius_harness import preconditions  # noqa: F401  # importing it registers what examples name
from loginradius_harness.contracts import Operation
from loginradius_harness.preconditions.registry import Preconditions
from loginradius_harness.tenants import TenantContext, TenantProvider
from tests.clients.methods import Method, arguments, catch, methods, operation, sdk

EVERY = [pytest.param(method, id=method.name) for method in methods()]


def test_the_sdk_has_the_methods_that_this_test_was_written_for() -> None:
    assert len(EVERY) == 210


@pytest.fixture
def tenant_context(method: Method, tenants: TenantProvider) -> Iterator[TenantContext]:
    """A tenant for this method alone, set up as its operation needs."""
    scene = tenants.create(operation(method, catch(method)).preset)
    yield scene
    scene.close()


@pytest.mark.parametrize("method", EVERY)
def test_method_is_answered_as_promised(method: Method, tenant_context: TenantContext) -> None:
    """The method gets a success, and the answer keeps the contract."""
    caught = catch(method)
    known = operation(method, caught)
    given = arguments(method, caught, known, prepared(method, known, tenant_context))
    secret = tenant_context.target.api_secret
    assert secret is not None
    reply = method.of(sdk(tenant_context.target.api_key.reveal(), secret.reveal(), tenant_context.target.api_url))(
        *given
    )
    violations = known.check(200, reply)
    assert not violations, f"{known.id}: {reply}"


def prepared(method: Method, known: Operation, scene: TenantContext) -> dict[str, Any]:
    """The example's request, and the credentials and parameters that only the method demands."""
    givens = Preconditions(scene.journey)
    request = givens.prepare(known)
    if "sott" in known.auth:
        request["sott"] = scene.client.call("sott.generate_sott").must_succeed().data["Sott"]
    if "access_token" in method.parameters:
        request["token"] = givens.value("token")
    if "reset_password_url" in method.parameters:
        request["query"] = {**request.get("query", {}), "resetPasswordUrl": "https://app.example.com/reset"}
    if "phone" in method.parameters and "phone" not in request.get("query", {}) and "body" not in request:
        request["body"] = {"phone": givens.value("person").phone}
    return request
