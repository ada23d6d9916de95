"""Prepare an operation: its example's request, with every precondition of the request created beforehand."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import Operation, api_operations
from loginradius_harness.journey.people import new_phone
from loginradius_harness.preconditions.registry import TOKENS, Preconditions, PreconditionUnavailable, names_in
from loginradius_harness.target.feature_gate import example_needs
from loginradius_harness.tenants import TenantContext, TenantProvider, UnsupportedByTarget

Json = Any

# What adds to the tenant -> the call of its administration that removes it, and the member that names it.
_REMOVALS = {
    "security_question.create": ("remove_question", "QuestionId"),
    "workflow.create": ("remove_workflow", "Id"),
    "jwt_integration.create": ("remove_jwt_app", "AppName"),
    "saml_integration.create": ("remove_saml_application", "AppName"),
    "jwt_provider.create": ("remove_jwt_provider", "AppName"),
    "oauth_provider.create": ("remove_oauth_provider", "ProviderName"),
    "saml_provider.create": ("remove_saml_provider", "Provider"),
    "custom_field.create": ("remove_custom_field", "Key"),
    "consent_form.create": ("remove_consent_form", "Version"),
    "consent_form.create_option": ("remove_consent_option", "ConsentId"),
}

ALL_OPERATIONS = [pytest.param(operation, id=operation.id) for operation in api_operations()]


@dataclass(frozen=True)
class PreparedRequest:
    """A request that succeeds when sent once; `preconditions` holds what was created for it."""

    operation: Operation
    tenant: TenantContext
    preconditions: Preconditions
    request: Mapping[str, Json]

    @property
    def path(self) -> dict[str, str]:
        """Return the values of the request's path parameters."""
        return dict(self.request.get("path") or {})

    @property
    def query(self) -> dict[str, Json]:
        """Return the request's query, without credentials."""
        return dict(self.request.get("query") or {})

    @property
    def body(self) -> Json:
        """Return the request's body."""
        return self.request.get("body")

    @property
    def names(self) -> frozenset[str]:
        """Return the names that the example refers to, e.g. `person.email`."""
        return frozenset(names_in(self.operation.example))

    def overriding(self, part: str, **members: Json) -> dict[str, Json]:
        """Return the request's query or body with other members, as a keyword for `send`."""
        return {part: {**(self.request.get(part) or {}), **members}}

    def replacing(self, table: Mapping[Json, Json]) -> dict[str, Json]:
        """Return the request with values replaced wherever they occur, as keywords for `send`."""
        return {
            part: _replaced(self.request[part], table) for part in ("path", "query", "body") if part in self.request
        }

    def send(self, **changes: Any) -> ApiResponse:
        """Send the request, with some keywords of `client.call` changed; the response is checked by its contract."""
        reply = self.tenant.client.call(self.operation.id, **{**self.request, **changes})
        if reply.ok:
            self.undo_afterwards(changes.get("body", self.body), reply.data)
        return reply

    def change_settings(self, changes: Mapping[str, Json]) -> None:
        """Change settings of the tenant until the request is cleaned up."""
        self.preconditions.afterwards(change_tenant_settings(self.tenant, changes))

    def undo_afterwards(self, body: Json, made: Json) -> None:
        """Delete afterwards what the request has added to the tenant and all its users meet."""
        call = self.tenant.client.call
        if self.operation.id == "webhook.create_subscription":
            path = {"hook_id": made["Id"]}
            self.preconditions.afterwards(lambda: call("webhook.delete_subscription", path=path))
        elif self.operation.id == "webhook_legacy.subscribe":
            self.preconditions.afterwards(lambda: call("webhook_legacy.unsubscribe", body=body))
        elif self.operation.id == "resthook.subscribe":
            self.preconditions.afterwards(lambda: call("resthook.unsubscribe", body=body, check=False))
        elif self.operation.id == "email_template.create":
            self.preconditions.afterwards(partial(self.tenant.journey.mail_templates.remove, made))
        elif self.operation.id == "sms_template.create":
            self.preconditions.afterwards(partial(self.tenant.journey.sms_templates.remove, made))
        elif self.operation.id == "oauth_client.create":
            self.preconditions.afterwards(partial(self.tenant.journey.oauth_clients.remove, made["AppName"]))
        elif self.operation.id == "oauth_integration.create":
            self.preconditions.afterwards(partial(self.tenant.journey.oauth_integrations.remove, made["Id"]))
        elif self.operation.id in _REMOVALS:
            method, member = _REMOVALS[self.operation.id]
            remove = getattr(self.tenant.journey.administration, method)
            self.preconditions.afterwards(partial(remove, made[member]))


def _replaced(value: Json, table: Mapping[Json, Json]) -> Json:
    if isinstance(value, dict):
        return {table.get(name, name): _replaced(inner, table) for name, inner in value.items()}
    if isinstance(value, list):
        return [_replaced(inner, table) for inner in value]
    return table.get(value, value)


@contextmanager
def prepare(
    operation: Operation, tenant: TenantContext, settings: Mapping[str, Json] = {}
) -> Iterator[PreparedRequest]:
    """Create the operation's preconditions, yield its request, and clean up scarce resources afterwards.

    `settings` hold while the tenant is prepared. Skips the test, with the reason, where the tenant cannot get there.
    """
    with Preconditions(tenant.journey) as preconditions:
        restore = change_tenant_settings(tenant, settings)
        try:
            request = preconditions.prepare(operation)
        except PreconditionUnavailable as reason:
            pytest.skip(str(reason))
        finally:
            restore()
        yield PreparedRequest(operation, tenant, preconditions, request)


def reads_body_first(operation: Operation) -> bool:
    """Return whether nothing but the tenant's key and secret is checked before a body is read."""
    return "access_token" not in operation.auth


def invent(operation: Operation, tenant: TenantContext) -> PreparedRequest:
    """Return the operation's request with invented values, which every tenant refuses, whatever its features."""
    preconditions = Preconditions(tenant.journey)
    for name in {*names_in(operation.example), *TOKENS.values()}:
        preconditions.put(name, _invented(name, tenant))
    return PreparedRequest(operation, tenant, preconditions, preconditions.prepare(operation))


def _invented(name: str, tenant: TenantContext) -> str:
    if name.endswith("email"):
        return tenant.journey.new_person().email
    return new_phone() if name.endswith("phone") else f"lrh-{uuid4().hex}"


def change_tenant_settings(tenant: TenantContext, changes: Mapping[str, Json]) -> Callable[[], object]:
    """Change settings of an emulated tenant and return a function that restores them; skip on any other tenant."""
    if not changes:
        return dict
    control = tenant.control
    if control is None:
        pytest.skip("needs a tenant whose settings can be changed: an emulator")
    original = {name: _original_settings(control)[name] for name in changes}
    control.patch_settings(changes)
    return lambda: control.patch_settings(original)


@cache
def _original_settings(control: EmulatorClient) -> Mapping[str, Json]:
    """Return the settings that a tenant has between tests."""
    return control.settings()


def tenant_context_of(operation: Operation, provider: TenantProvider, needs: Iterable[str] = ()) -> TenantContext:
    """Return the tenant on which the operation's example succeeds; skip where the target has none.

    `needs` are further capabilities that it must have.
    """
    try:
        return provider.for_preset(operation.preset, (*example_needs(operation.id), *needs))
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))
