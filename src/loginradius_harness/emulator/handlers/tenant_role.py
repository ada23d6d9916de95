"""Roles for every organization, and what is done by the id of any role (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.organizations import shown_role, shown_tenant_role
from loginradius_harness.emulator.state.organizations.records import MemberRole

Json = Any


def new_role(call: RequestContext, organization_id: str | None = None) -> MemberRole:
    """Create the role of a body, for one organization or for all.

    Raise ROLE_NAME_INVALID_OR_ALREADY_EXISTS, ADDITIONAL_PERMISSION_NOT_FOUND (both inferred).
    """
    known, sent = call.tenant.organizations, call.body
    _require_free(call, sent["Name"], organization_id)
    role = MemberRole(
        id=known.new_id("role"),
        name=sent["Name"],
        original_name=sent["Name"],
        created=call.now,
        modified=call.now,
        organization_id=organization_id,
        description=sent.get("Description", ""),
        permissions=_permissions(call, sent.get("Permissions") or []),
    )
    known.roles.put(role.id, role)
    return role


def _require_free(call: RequestContext, name: str, organization_id: str | None, role: MemberRole | None = None) -> None:
    """Check that no role has the name where this one would be: a role of the tenant stands in every organization."""
    known = [one for _, one in call.tenant.organizations.roles.scan() if one.name == name and one is not role]
    if any(None in {organization_id, one.organization_id} or one.organization_id == organization_id for one in known):
        raise ApiError(ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS)


def _permissions(call: RequestContext, ids: list[str]) -> list[str]:
    return [call.tenant.organizations.permission(one).id for one in dict.fromkeys(ids)]


@handles("tenant_role.create")
def create(call: RequestContext) -> Json:
    """Create a role that members of every organization can have."""
    return shown_tenant_role(call, new_role(call))


@handles("tenant_role.list")
def list_roles(call: RequestContext) -> Json:
    """Return the roles of the tenant, without those of single organizations (inferred)."""
    return {"Data": [shown_tenant_role(call, role) for role in call.tenant.organizations.roles_of(None)]}


@handles("tenant_role.get")
def get(call: RequestContext) -> Json:
    """Return a role."""
    return shown_role(call, _named(call))


@handles("tenant_role.get_by_name")
def get_by_name(call: RequestContext) -> Json:
    """Return the role of a name: the organization's that the query names, else the tenant's.

    Raise REQUEST_INVALID for an unknown organization, ROLE_NOT_FOUND.
    """
    organization_id = call.query.get("orgId")
    if organization_id is not None:
        call.tenant.organizations.find(organization_id)
    within = call.tenant.organizations.roles_of(organization_id)
    found = next((role for role in within if role.name == call.path["name"]), None)
    if found is None:
        raise ApiError(ErrorCode.ROLE_NOT_FOUND)
    return shown_role(call, found)


@handles("tenant_role.update")
def update(call: RequestContext) -> Json:
    """Change name, description and permissions of a role."""
    role, sent = _named(call), call.body
    _require_free(call, sent["Name"], role.organization_id, role)
    role.permissions = _permissions(call, sent["Permissions"])
    role.name, role.description = sent["Name"], sent["Description"]
    role.modified = call.now
    return shown_role(call, role)


@handles("tenant_role.delete")
def delete(call: RequestContext) -> Json:
    """Delete a role; every member loses it (inferred)."""
    call.tenant.organizations.delete_role(_named(call))
    return {"IsDeleted": True}


@handles("tenant_role.set_default")
def set_default(call: RequestContext) -> Json:
    """Make a role the default one, in place of another (inferred)."""
    chosen = _named(call)
    for role_id in [key for key, role in call.tenant.organizations.roles.scan() if role.default]:
        call.tenant.organizations.role(role_id).default = False
    chosen.default = True
    return {"IsDefault": True}


def _named(call: RequestContext) -> MemberRole:
    return call.tenant.organizations.role(call.path["role_id"])
