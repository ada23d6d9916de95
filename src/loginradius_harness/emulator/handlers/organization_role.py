"""Who has which role in which organization (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.organizations import named, shown_memberships

Json = Any


@handles("organization_role.get_context_by_uid")
def get_context_by_uid(call: RequestContext) -> Json:
    """Return the roles of a user in all organizations."""
    return _held(call)


@handles("organization_role.get_context_by_uid_and_organization")
def get_context_by_uid_and_organization(call: RequestContext) -> Json:
    """Return the roles of a user in an organization."""
    return _held(call, named(call).id)


@handles("organization_role.assign_by_uid")
def assign_by_uid(call: RequestContext) -> Json:
    """Give roles of the tenant to a user in each of the user's organizations (inferred).

    Raise ROLE_NOT_FOUND, also for a role of one organization.
    """
    account, known = call.tenant.managed_account(call.path["uid"]), call.tenant.organizations
    role_ids = [known.role_within(one, None).id for one in call.body["RoleIds"]]
    for organization_id in {one.organization_id for one in known.memberships(account.uid)}:
        known.assign(account.uid, organization_id, role_ids)
    return _held(call)


@handles("organization_role.assign_by_uid_and_organization")
def assign_by_uid_and_organization(call: RequestContext) -> Json:
    """Give roles to a user in an organization, which makes the user a member; the former roles stay (inferred).

    Raise ROLE_NOT_FOUND, also for a role of another organization.
    """
    account, organization, known = call.tenant.managed_account(call.path["uid"]), named(call), call.tenant.organizations
    role_ids = [known.role_within(one, organization.id).id for one in call.body["RoleIds"]]
    known.assign(account.uid, organization.id, role_ids)
    return _held(call, organization.id)


@handles("organization_role.delete_context_by_uid")
def delete_context_by_uid(call: RequestContext) -> Json:
    """Take a user out of every organization."""
    call.tenant.organizations.leave(call.tenant.managed_account(call.path["uid"]).uid)
    return {"IsDeleted": True}


@handles("organization_role.delete_context_by_uid_and_organization")
def delete_context_by_uid_and_organization(call: RequestContext) -> Json:
    """Take a user out of an organization; one who is no member stays out (inferred)."""
    call.tenant.organizations.leave(call.tenant.managed_account(call.path["uid"]).uid, named(call).id)
    return {"IsDeleted": True}


def _held(call: RequestContext, organization_id: str | None = None) -> Json:
    """Return the roles of the user of the path, in one organization or in all."""
    account = call.tenant.managed_account(call.path["uid"])
    return shown_memberships(call, call.tenant.organizations.memberships(account.uid, organization_id))
