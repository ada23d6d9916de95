"""An operation ready to succeed: its example's request with everything that the request needs made beforehand."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts import Operation, operations
from loginradius_harness.preconditions.registry import Preconditions, PreconditionUnavailable, names_in
from loginradius_harness.tenants import TenantContext, TenantProvider, UnsupportedByTarget

Json = Any

ALL_OPERATIONS = [pytest.param(operation, id=operation.id) for operation in operations()]


@dataclass(frozen=True)
class PreparedRequest:
    """A request that succeeds when sent once; `given` holds what was made for it."""

    operation: Operation
    tenant: TenantContext
    preconditions: Preconditions
    request: Mapping[str, Json]

    @property
    def path(self) -> dict[str, str]:
        """The values of the request's path parameters."""
        return dict(self.request.get("path") or {})

    @property
    def query(self) -> dict[str, Json]:
        """The request's query, without credentials."""
        return dict(self.request.get("query") or {})

    @property
    def body(self) -> Json:
        """The request's body."""
        return self.request.get("body")

    @property
    def names(self) -> frozenset[str]:
        """What the example names, e.g. `person.email`."""
        return frozenset(names_in(self.operation.example))

    def overriding(self, part: str, **members: Json) -> dict[str, Json]:
        """The request's query or body with other members, as a keyword for `send`."""
        return {part: {**(self.request.get(part) or {}), **members}}

    def replacing(self, table: Mapping[Json, Json]) -> dict[str, Json]:
        """The request with values replaced by others wherever they stand, as keywords for `send`."""
        return {
            part: _replaced(self.request[part], table) for part in ("path", "query", "body") if part in self.request
        }

    def send(self, **changes: Any) -> ApiResponse:
        """Send the request, with some of `client.call`'s keywords changed; the reply has been held to its contract."""
        reply = self.tenant.client.call(self.operation.id, **{**self.request, **changes})
        if reply.ok:
            self.undo_afterwards(changes.get("body", self.body), reply.data)
        return reply

    def change_settings(self, changes: Mapping[str, Json]) -> None:
        """Change settings of the tenant until the case is over."""
        self.preconditions.afterwards(change_tenant_settings(self.tenant, changes))

    def undo_afterwards(self, body: Json, made: Json) -> None:
        """Subscriptions are few on a tenant: what the request itself has made is given back too."""
        call = self.tenant.client.call
        if self.operation.id == "webhook.create_subscription":
            path = {"hook_id": made["Id"]}
            self.preconditions.afterwards(lambda: call("webhook.delete_subscription", path=path))
        elif self.operation.id == "webhook_legacy.subscribe":
            self.preconditions.afterwards(lambda: call("webhook_legacy.unsubscribe", body=body))


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
    """Make what the operation's example needs, and give back afterwards what a tenant has few of.

    `settings` are the tenant's while it is prepared. Skips the test, with the reason, where the scene's tenant has no
    way to that state.
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


def change_tenant_settings(tenant: TenantContext, changes: Mapping[str, Json]) -> Callable[[], object]:
    """Change settings of the scene's tenant; gives what changes them back. Skips on a tenant without such an API."""
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
    """The settings that a scene's tenant has between tests."""
    return control.settings()


def tenant_context_of(operation: Operation, provider: TenantProvider) -> TenantContext:
    """The shared scene on which the operation's example succeeds; skips where the target does not offer its preset."""
    try:
        return provider.for_preset(operation.preset)
    except UnsupportedByTarget as reason:
        pytest.skip(str(reason))
