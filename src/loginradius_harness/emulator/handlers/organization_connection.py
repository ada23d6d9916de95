"""Connections to identity providers of organizations, kept as they are set (product-facts.md#organizations).

No identity provider is asked: a log-in through a connection is not emulated.
"""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services import organizations
from loginradius_harness.emulator.services.organizations import shown_connection, shown_group_role
from loginradius_harness.emulator.state.organizations.records import Connection, GroupRole, Organization

Json = Any


@handles("organization_connection.create")
def create(call: RequestContext) -> Json:
    """Create a connection, which is off at first (inferred). Raise REQUEST_INVALID as `_check` does."""
    organization = organizations.named(call)
    _check(call, organization, call.body)
    connection = Connection(
        id=call.tenant.organizations.new_id("conn"),
        created=call.now,
        modified=call.now,
        settings=known_members(call.operation.body, call.body),
    )
    organization.connections.append(connection)
    return shown_connection(connection)


def _check(call: RequestContext, organization: Organization, sent: Json, known: Connection | None = None) -> None:
    """Raise REQUEST_INVALID for a name of another connection or a domain that another organization has verified."""
    others = [one.settings["Name"] for one in organization.connections if one is not known]
    if sent.get("Name") in others:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    if "Domain" in sent:
        organizations.require_free_domain(call, sent["Domain"].lower(), organization)


@handles("organization_connection.list")
def list_connections(call: RequestContext) -> Json:
    """Return the connections of an organization."""
    return {"Data": [shown_connection(one) for one in organizations.named(call).connections]}


@handles("organization_connection.get")
def get(call: RequestContext) -> Json:
    """Return a connection."""
    return shown_connection(_named(call))


@handles("organization_connection.update")
def update(call: RequestContext) -> Json:
    """Change the members that the body names (inferred)."""
    connection = _named(call)
    _check(call, organizations.named(call), call.body, connection)
    connection.settings = {**connection.settings, **known_members(call.operation.body, call.body)}
    connection.modified = call.now
    return shown_connection(connection)


@handles("organization_connection.update_status")
def update_status(call: RequestContext) -> Json:
    """Switch a connection on or off."""
    connection = _named(call)
    connection.active = call.body.get("Active", connection.active)
    return {"IsActive": connection.active}


@handles("organization_connection.delete")
def delete(call: RequestContext) -> Json:
    """Delete a connection."""
    organizations.named(call).connections.remove(_named(call))
    return {"IsDeleted": True}


@handles("organization_connection.create_group_role")
def create_group_role(call: RequestContext) -> Json:
    """Give a group of the identity provider a role. Raise ROLE_NOT_FOUND, also for one of another organization."""
    connection, group_id = _named(call), call.tenant.organizations.new_id("group_role")
    group_role = GroupRole(id=group_id)
    _set(call, group_role)
    connection.group_roles.append(group_role)
    return shown_group_role(group_role)


@handles("organization_connection.list_group_roles")
def list_group_roles(call: RequestContext) -> Json:
    """Return the roles of groups."""
    return {"Data": [shown_group_role(one) for one in _named(call).group_roles]}


@handles("organization_connection.update_group_role")
def update_group_role(call: RequestContext) -> Json:
    """Change the members that the body names (inferred)."""
    group_role = _group_role(call)
    _set(call, group_role)
    return shown_group_role(group_role)


@handles("organization_connection.delete_group_role")
def delete_group_role(call: RequestContext) -> Json:
    """Take its role from a group."""
    _named(call).group_roles.remove(_group_role(call))
    return {"IsDeleted": True}


def _set(call: RequestContext, group_role: GroupRole) -> None:
    sent = call.body
    if role_id := sent.get("RoleId"):
        call.tenant.organizations.role_within(role_id, organizations.named(call).id)
    group_role.group_id = sent.get("GroupId", group_role.group_id)
    group_role.name = sent.get("Name", group_role.name)
    group_role.role_id = sent.get("RoleId", group_role.role_id)


def _named(call: RequestContext) -> Connection:
    """Return the connection of the path. Raise REQUEST_INVALID where the organization has none such (inferred)."""
    known = organizations.named(call).connections
    found = next((one for one in known if one.id == call.path["connection_id"]), None)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found


def _group_role(call: RequestContext) -> GroupRole:
    """Return the group role of the path. Raise REQUEST_INVALID where the connection has none such (inferred)."""
    found = next((one for one in _named(call).group_roles if one.id == call.path["group_role_id"]), None)
    if found is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return found
