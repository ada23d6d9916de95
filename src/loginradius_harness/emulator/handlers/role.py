"""Roles of the tenant, and who has them (product-facts.md#roles-and-records)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Role

Json = Any


@handles("role.create_roles")
def create_roles(call: RequestContext) -> Json:
    """Create all roles of the request or, with ROLE_NAME_INVALID_OR_ALREADY_EXISTS for an existing name, none."""
    roles = [Role(name=sent["name"], permissions=dict(sent.get("permissions") or {})) for sent in call.body["roles"]]
    names = {role.name for role in roles}
    if len(names) < len(roles) or any(name in call.tenant.roles for name in names):
        raise ApiError(ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS)
    for role in roles:
        call.tenant.roles.put(role.name, role)
    return _listed(roles)


@handles("role.list_roles")
def list_roles(call: RequestContext) -> Json:
    """Return every role of the tenant."""
    return _listed([role for _, role in call.tenant.roles.scan()])


@handles("role.delete_role")
def delete_role(call: RequestContext) -> Json:
    """Delete the role, also from every user and context that has it (inferred)."""
    name = find(call, call.path["role"]).name
    call.tenant.roles.remove(name)
    holders = [uid for uid, account in call.tenant.accounts.scan() if _has(account, name)]
    for uid in holders:
        _strip(call.tenant.managed_account(uid), name)
    return {"IsDeleted": True}


@handles("role.add_role_permissions")
def add_role_permissions(call: RequestContext) -> Json:
    """Grant permissions to the role."""
    role = find(call, call.path["role"])
    role.permissions = role.permissions | dict.fromkeys(call.body["permissions"], True)
    return _shown(role)


@handles("role.remove_role_permissions")
def remove_role_permissions(call: RequestContext) -> Json:
    """Remove permissions from the role; unknown ones are ignored (inferred)."""
    role = find(call, call.path["role"])
    role.permissions = {name: on for name, on in role.permissions.items() if name not in call.body["permissions"]}
    return _shown(role)


@handles("role.get_roles_by_uid")
def get_roles_by_uid(call: RequestContext) -> Json:
    """Return the names of the user's roles."""
    return {"Roles": call.tenant.managed_account(call.path["uid"]).roles or []}


@handles("role.assign_roles_by_uid")
def assign_roles_by_uid(call: RequestContext) -> Json:
    """Add roles to the user's.

    Raise ROLE_NOT_FOUND for one that the tenant does not have.
    """
    account = call.tenant.managed_account(call.path["uid"])
    added = [find(call, name).name for name in call.body["roles"]]
    account.roles = unique([*(account.roles or []), *added])
    account.modified = call.now
    call.tenant.webhooks.fire("AssignRoles", account)
    return {"Roles": account.roles}


@handles("role.unassign_roles_by_uid")
def unassign_roles_by_uid(call: RequestContext) -> Json:
    """Remove roles from the user's; one that the user does not have is ignored (inferred).

    Raise ROLE_NOT_FOUND for one that the tenant does not have.
    """
    account = call.tenant.managed_account(call.path["uid"])
    gone = {find(call, name).name for name in call.body["roles"]}
    account.roles = [name for name in account.roles or [] if name not in gone] or None
    account.modified = call.now
    call.tenant.webhooks.fire("UnassignRoles", account)
    return {"IsDeleted": True}


def find(call: RequestContext, name: str) -> Role:
    """Return the role of a name, compared case-sensitively.

    Raise ROLE_NOT_FOUND.
    """
    role = call.tenant.roles.get(name)
    if role is None:
        raise ApiError(ErrorCode.ROLE_NOT_FOUND)
    return role


def unique(names: list[str]) -> list[str]:
    """Return the names in order, without repetitions."""
    return list(dict.fromkeys(names))


def _has(account: Account, name: str) -> bool:
    return name in (account.roles or ()) or any(name in context.roles for context in account.contexts or ())


def _strip(account: Account, name: str) -> None:
    account.roles = [role for role in account.roles or [] if role != name] or None
    for context in account.contexts or ():
        context.roles = [role for role in context.roles if role != name]


def _shown(role: Role) -> Json:
    return {"Name": role.name, "Permissions": role.permissions}


def _listed(roles: list[Role]) -> Json:
    return {"data": [_shown(role) for role in roles], "Count": len(roles)}
