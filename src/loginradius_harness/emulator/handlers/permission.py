"""Permissions that the roles of members may grant (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.organizations import shown_permission
from loginradius_harness.emulator.state.organizations.records import Permission

Json = Any


@handles("permission.create")
def create(call: RequestContext) -> Json:
    """Create a permission. Raise REQUEST_INVALID for a name that one has (inferred)."""
    sent = call.body
    _require_free(call, sent["Name"])
    permission = Permission(
        id=call.tenant.organizations.new_id("permission"),
        name=sent["Name"],
        original_name=sent["Name"],
        created=call.now,
        modified=call.now,
        description=sent.get("Description", ""),
        resource_id=sent.get("ResourceId", ""),
    )
    call.tenant.organizations.permissions.put(permission.id, permission)
    return shown_permission(permission)


@handles("permission.list")
def list_permissions(call: RequestContext) -> Json:
    """Return every permission, the oldest first."""
    known = sorted((one for _, one in call.tenant.organizations.permissions.scan()), key=lambda one: one.created)
    return {"Data": [shown_permission(one) for one in known]}


@handles("permission.get")
def get(call: RequestContext) -> Json:
    """Return a permission."""
    return shown_permission(_named(call))


@handles("permission.update")
def update(call: RequestContext) -> Json:
    """Change a permission. Raise REQUEST_INVALID for a name that another has (inferred)."""
    permission, sent = _named(call), call.body
    _require_free(call, sent["Name"], permission)
    permission.name, permission.description = sent["Name"], sent["Description"]
    permission.resource_id = sent.get("ResourceId", permission.resource_id)
    permission.modified = call.now
    return shown_permission(permission)


@handles("permission.delete")
def delete(call: RequestContext) -> Json:
    """Delete a permission; every role loses it (inferred)."""
    call.tenant.organizations.delete_permission(_named(call))
    return {"IsDeleted": True}


def _named(call: RequestContext) -> Permission:
    return call.tenant.organizations.permission(call.path["permission_id"])


def _require_free(call: RequestContext, name: str, permission: Permission | None = None) -> None:
    known = call.tenant.organizations.permissions.scan()
    if any(one.name == name and one is not permission for _, one in known):
        raise ApiError(ErrorCode.REQUEST_INVALID)
