"""Invitations to organizations: sending, showing and accepting them (product-facts.md#organizations)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.one_time_codes import OneTimeCode
from loginradius_harness.emulator.state.organizations.records import Invitation, Organization
from loginradius_harness.emulator.state.single_use_tokens import SingleUseToken

Json = Any

KIND = "invitation"  # of the mail


def mail(call: RequestContext, invitation: Invitation) -> None:
    """Send an invitation, which lives on from now. That the link has the form of others is inferred."""
    invitation.expires = call.now + call.settings.invitation_seconds
    token = SingleUseToken(kind=KIND, value=invitation.token, uid=None, expires=invitation.expires)
    call.tenant.messages.link(token, invitation.email, url=call.allowed_url("invitation_url"))


def shown(call: RequestContext, invitation: Invitation) -> Json:
    """Return an invitation as management sees it, without its token."""
    return {
        "Id": invitation.id,
        "EmailId": invitation.email,
        "Status": invitation.status_at(call.now),
        "RoleIds": invitation.role_ids,
        "OrgId": invitation.organization_id,
        "CreatedDate": iso(invitation.created),
        "ExpirationDate": iso(invitation.expires),
        "ModifiedDate": iso(invitation.modified),
        "InviterUid": invitation.inviter_uid,
    }


def offered(call: RequestContext, account: Account) -> Invitation | None:
    """Return the open invitation whose token a log-in or registration carries; None without a token.

    Raise VERIFICATION_LINK_INVALID for an invitation of another address, one that is no longer open, one to an
    organization that is not active, or one to an address outside of the domains that its organization is restricted to;
    LINK_EXPIRED (all inferred).
    """
    token = call.query.get("invitation_token")
    return None if token is None or not call.settings.organizations else _usable(call, account, token)


def token_offered(call: RequestContext, account: Account) -> str | None:
    """Return the token of `offered`, for a challenge, link or code to remember. Raise what `offered` raises."""
    invitation = offered(call, account)
    return invitation.token if invitation else None


def remembered(call: RequestContext, account: Account, proof: SingleUseToken | OneTimeCode | None) -> Invitation | None:
    """Return the open invitation that a challenge, link or code remembers.

    None for one that has been used, revoked or has expired meanwhile: the log-in goes on without it (inferred).
    """
    token = proof.data.get("invitation") if proof else None
    if token is None or not call.settings.organizations:
        return None
    try:
        return _usable(call, account, token)
    except ApiError:
        return None


def _usable(call: RequestContext, account: Account, token: str) -> Invitation:
    invitation = call.tenant.organizations.invitation_of(token)
    if invitation is None:
        raise ApiError(ErrorCode.VERIFICATION_LINK_INVALID)
    status = invitation.status_at(call.now)
    if status == "expired":
        raise ApiError(ErrorCode.LINK_EXPIRED)
    if status != "invited" or account.email(invitation.email) is None:
        raise ApiError(ErrorCode.VERIFICATION_LINK_INVALID)
    if not _lets_in(call.tenant.organizations.find(invitation.organization_id), invitation.email):
        raise ApiError(ErrorCode.VERIFICATION_LINK_INVALID)
    return invitation


def _lets_in(organization: Organization, email: str) -> bool:
    """Return whether an organization is active and, where it restricts log-in, has verified the domain (inferred)."""
    if not organization.active:
        return False
    names = {domain.name for domain in organization.domains if domain.verified}
    return not organization.restricted_to_domains or email.rpartition("@")[2].lower() in names


def accept(call: RequestContext, account: Account, invitation: Invitation | None) -> None:
    """Make an account a member with the roles of an invitation or, where it names none, the default role (inferred)."""
    if invitation is None or invitation.status != "invited":
        return
    invitation.status, invitation.modified = "accepted", call.now
    organizations = call.tenant.organizations
    role_ids = invitation.role_ids or organizations.default_roles(organizations.find(invitation.organization_id))
    organizations.assign(account.uid, invitation.organization_id, role_ids)
