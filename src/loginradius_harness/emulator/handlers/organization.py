"""Organizations of the tenant (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.tenant_role import new_role
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.http.validation import known_members
from loginradius_harness.emulator.services import organizations
from loginradius_harness.emulator.state.organizations.records import Domain, Organization

Json = Any


@handles("organization.create")
def create(call: RequestContext) -> Json:
    """Create an organization with its domains. Raise REQUEST_INVALID for a name or a domain that another has."""
    sent = call.body
    organizations.require_free_name(call, sent["Name"])
    organization = Organization(
        id=call.tenant.organizations.new_id("org"),
        name=sent["Name"],
        created=call.now,
        modified=call.now,
        display=known_members(_schema(call, "Display"), sent.get("Display")),
        domains=_domains(call, sent.get("Domains") or []),
        metadata=sent.get("Metadata") or {},
    )
    call.tenant.organizations.by_id.put(organization.id, organization)
    return organizations.shown(organization)


def _schema(call: RequestContext, name: str) -> Json:
    return (call.operation.body or {})["properties"][name]


def _domains(call: RequestContext, sent: list[Json]) -> list[Domain]:
    """Return new domains. Raise REQUEST_INVALID where one is named twice."""
    domains = [organizations.new_domain(call, one) for one in sent]
    if len({domain.name for domain in domains}) < len(domains):
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return domains


@handles("organization.list")
def list_organizations(call: RequestContext) -> Json:
    """Return every organization, the oldest first."""
    known = sorted((one for _, one in call.tenant.organizations.by_id.scan()), key=lambda one: one.created)
    return {"Data": [organizations.shown(one) for one in known]}


@handles("organization.get")
def get(call: RequestContext) -> Json:
    """Return an organization."""
    return organizations.shown(organizations.named(call))


@handles("organization.update")
def update(call: RequestContext) -> Json:
    """Change what the body names; of the domains, those stay that are named again (inferred)."""
    organization, sent = organizations.named(call), call.body
    if "Name" in sent:
        organizations.require_free_name(call, sent["Name"], organization)
    if "Domains" in sent:
        organization.domains = _renewed(call, organization, sent["Domains"])
    organization.name = sent.get("Name", organization.name)
    display = call.sent.get("Display", organization.display)
    organization.display = known_members(_schema(call, "Display"), display)
    organization.metadata = sent.get("Metadata", organization.metadata)
    policies = known_members(_schema(call, "Policies"), sent.get("Policies", {}))
    organization.policies = {**organization.policies, **policies}
    organization.restricted_to_domains = sent.get("IsAuthRestrictedToDomain", organization.restricted_to_domains)
    organization.active = sent.get("IsActive", organization.active)
    organization.modified = call.now
    return organizations.shown(organization)


def _renewed(call: RequestContext, organization: Organization, sent: list[Json]) -> list[Domain]:
    known = {domain.name: domain for domain in organization.domains}
    names = {one["DomainName"].lower() for one in sent}
    added = [one for one in sent if one["DomainName"].lower() not in known]
    return [*(domain for name, domain in known.items() if name in names), *_domains(call, added)]


@handles("organization.delete")
def delete(call: RequestContext) -> Json:
    """Delete an organization; its domains, roles and memberships go with it (inferred)."""
    call.tenant.organizations.delete(organizations.named(call))
    return {"IsDeleted": True}


@handles("organization.get_context")
def get_context(call: RequestContext) -> Json:
    """Return the roles of all members of an organization."""
    members = call.tenant.organizations.members_of(organizations.named(call).id)
    return organizations.shown_memberships(call, members)


@handles("organization.create_role")
def create_role(call: RequestContext) -> Json:
    """Create a role of an organization."""
    return organizations.shown_role(call, new_role(call, organizations.named(call).id))


@handles("organization.list_roles")
def list_roles(call: RequestContext) -> Json:
    """Return the organization's own roles (that those of the tenant are not among them is inferred)."""
    own = call.tenant.organizations.roles_of(organizations.named(call).id)
    return {"Data": [organizations.shown_role(call, role) for role in own]}
