"""Invitations to organizations, seen by management and by the invited (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.organizations import invitations
from loginradius_harness.emulator.state.organizations.records import Invitation

Json = Any


@handles("organization_invitation.send")
def send(call: RequestContext) -> Json:
    """Invite an address to an organization and mail it a link.

    Raise REQUEST_INVALID for an unknown organization, ROLE_NOT_FOUND, ACCOUNT_NOT_FOUND for an unknown inviter (all
    inferred).
    """
    known, sent = call.tenant.organizations, call.body
    organization = known.find(sent["orgId"])
    invitation = Invitation(
        id=known.new_id("inv"),
        token=call.tenant.identifiers.hex(),
        email=sent["email"].lower(),
        organization_id=organization.id,
        role_ids=_roles(call, sent["roleIds"], organization.id),
        inviter_uid=call.tenant.managed_account(sent["inviterUid"]).uid,
        created=call.now,
        modified=call.now,
        expires=call.now,
    )
    invitations.mail(call, invitation)
    known.invitations.put(invitation.id, invitation)
    return invitations.shown(call, invitation)


def _roles(call: RequestContext, role_ids: list[str], organization_id: str) -> list[str]:
    known = call.tenant.organizations
    return [known.role_within(one, organization_id).id for one in dict.fromkeys(role_ids)]


@handles("organization_invitation.list")
def list_invitations(call: RequestContext) -> Json:
    """Return the invitations to an organization."""
    organization = call.tenant.organizations.find(call.query["orgId"])
    known = call.tenant.organizations.invitations_to(organization.id)
    return {"Data": [invitations.shown(call, one) for one in known]}


@handles("organization_invitation.get")
def get(call: RequestContext) -> Json:
    """Return an invitation."""
    return invitations.shown(call, _named(call))


@handles("organization_invitation.update")
def update(call: RequestContext) -> Json:
    """Change the roles of an open invitation, and mail it again if the body says so."""
    invitation, sent = _open(call), call.body
    if "RolesIds" in sent:
        invitation.role_ids = _roles(call, sent["RolesIds"], invitation.organization_id)
    invitation.modified = call.now
    if sent.get("ResendEmail"):
        invitations.mail(call, invitation)
    return invitations.shown(call, invitation)


@handles("organization_invitation.resend")
def resend(call: RequestContext) -> Json:
    """Mail an open or expired invitation again; it lives on from now (inferred)."""
    invitations.mail(call, _open(call))
    return {"Resent": True}


@handles("organization_invitation.delete")
def delete(call: RequestContext) -> Json:
    """Revoke an open invitation; it stays in the list (inferred)."""
    invitation = _open(call)
    invitation.status, invitation.modified = "revoked", call.now
    return invitations.shown(call, invitation)


@handles("organization_invitation.get_by_token")
def get_by_token(call: RequestContext) -> Json:
    """Return to the invited what their link is for. Raise REQUEST_INVALID for an unknown token (inferred)."""
    invitation = call.tenant.organizations.invitation_of(call.path["invitation_token"])
    if invitation is None:
        raise ApiError(ErrorCode.REQUEST_INVALID)
    known = call.tenant.accounts.by_email(invitation.email) is not None
    status = invitation.status_at(call.now).title()
    return {"Email": invitation.email, "Status": status, "IsEmailExist": known}


def _named(call: RequestContext) -> Invitation:
    return call.tenant.organizations.invitation(call.path["invitation_id"])


def _open(call: RequestContext) -> Invitation:
    """Return the invitation of the path. Raise REQUEST_INVALID where it was accepted or revoked (inferred)."""
    invitation = _named(call)
    if invitation.status != "invited":
        raise ApiError(ErrorCode.REQUEST_INVALID)
    return invitation
