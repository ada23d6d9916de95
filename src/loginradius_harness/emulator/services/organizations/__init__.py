"""Organizations as answers show them, and the names and domains that they may have (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.organizations.records import (
    Connection,
    Domain,
    GroupRole,
    MemberRole,
    Membership,
    Organization,
    Permission,
)

Json = Any

POLICIES = ("JITPolicy", "MFAPolicy", "MemberPolicy", "PasswordPolicy", "SessionPolicy")


def named(call: RequestContext) -> Organization:
    """Return the organization of the request's path. Raise REQUEST_INVALID where there is none."""
    return call.tenant.organizations.find(call.path["org_id"])


def require_free_name(call: RequestContext, name: str, organization: Organization | None = None) -> None:
    """Raise REQUEST_INVALID where another organization has the name (inferred)."""
    known = call.tenant.organizations.by_id.scan()
    if any(one.name == name and one is not organization for _, one in known):
        raise ApiError(ErrorCode.REQUEST_INVALID)


def new_domain(call: RequestContext, sent: dict[str, Json]) -> Domain:
    """Return a domain that is to be verified, or that the caller says is. Raise as `require_free_domain`."""
    name = sent["DomainName"].lower()
    require_free_domain(call, name)
    return Domain(
        id=call.tenant.organizations.new_id("domain"),
        name=name,
        token=call.tenant.identifiers.hex(),
        verified=sent.get("IsVerified") is True,
    )


def require_free_domain(call: RequestContext, name: str, organization: Organization | None = None) -> None:
    """Raise REQUEST_INVALID where another organization has verified the domain (inferred)."""
    for _, other in call.tenant.organizations.by_id.scan():
        if other is not organization and any(one.name == name and one.verified for one in other.domains):
            raise ApiError(ErrorCode.REQUEST_INVALID)


def shown(organization: Organization) -> Json:
    """Return an organization."""
    return {
        "Id": organization.id,
        "Name": organization.name,
        "Display": organization.display,
        "Domains": [shown_domain(domain) for domain in organization.domains],
        "Metadata": organization.metadata,
        "Connections": [shown_connection(connection) for connection in organization.connections],
        "IsActive": organization.active,
        "Policies": {name: organization.policies.get(name) for name in POLICIES},
        "CreatedDate": iso(organization.created),
        "ModifiedDate": iso(organization.modified),
    }


def shown_domain(domain: Domain) -> Json:
    """Return a domain. That it is verified by DNS is inferred."""
    return {
        "Id": domain.id,
        "DomainName": domain.name,
        "IsVerified": domain.verified,
        "VerificationStrategy": "dns",
        "VerificationToken": domain.token,
    }


def shown_connection(connection: Connection) -> Json:
    """Return a connection, without its client secret (inferred)."""
    return {
        **{name: value for name, value in connection.settings.items() if name != "ClientSecret"},
        "Id": connection.id,
        "IsActive": connection.active,
        "GroupRoles": [shown_group_role(one) for one in connection.group_roles],
        "CreatedDate": iso(connection.created),
        "ModifiedDate": iso(connection.modified),
    }


def shown_group_role(one: GroupRole) -> Json:
    """Return the role of a group."""
    return {"Id": one.id, "GroupId": one.group_id, "Name": one.name, "RoleId": one.role_id}


def shown_permission(permission: Permission) -> Json:
    """Return a permission."""
    return {
        "Id": permission.id,
        "Name": permission.name,
        "Description": permission.description,
        "ResourceId": permission.resource_id,
        "CreatedDate": iso(permission.created),
        "ModifiedDate": iso(permission.modified),
    }


def shown_role(call: RequestContext, role: MemberRole) -> Json:
    """Return a role with its permissions; `OriginalName` is that of its creation (inferred)."""
    return {**shown_tenant_role(call, role), "OriginalName": role.original_name}


def shown_tenant_role(call: RequestContext, role: MemberRole) -> Json:
    """Return a role as creation and list of the tenant's roles show it."""
    return {
        "Id": role.id,
        "Name": role.name,
        "Description": role.description,
        "Level": "organization" if role.organization_id else "tenant",
        "OrgId": role.organization_id or "",
        "Permissions": [_granted(call.tenant.organizations.permission(one)) for one in role.permissions],
        "CreatedDate": iso(role.created),
        "ModifiedDate": iso(role.modified),
    }


def _granted(permission: Permission) -> Json:
    return {
        "ID": permission.id,
        "Name": permission.name,
        "Description": permission.description,
        "OriginalName": permission.original_name,
        "ResourceId": permission.resource_id,
    }


def shown_memberships(call: RequestContext, memberships: list[Membership]) -> Json:
    """Return who has which role in which organization."""
    return {"Data": [_membership(call, one) for one in memberships]}


def _membership(call: RequestContext, one: Membership) -> Json:
    primary = call.tenant.managed_account(one.uid).primary
    return {
        "Id": one.id,
        "Uid": one.uid,
        "RoleId": one.role_id,
        "OrgId": one.organization_id,
        "Email": primary.value if primary else "",
        "CreatedDate": iso(one.created),
    }
