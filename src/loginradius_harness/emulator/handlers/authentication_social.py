"""Social identities of an account: linking, unlinking, log-in without callback (product-facts.md#social-login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.handlers.authentication_email import send_to_unverified
from loginradius_harness.emulator.http.auth import check_access_token, credential
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import social_login
from loginradius_harness.emulator.state.accounts import Account, SocialIdentity
from loginradius_harness.emulator.state.social_provider import Identity

Json = Any


@handles("authentication.get_profile_by_ping")
def get_profile_by_ping(call: RequestContext) -> Json:
    """Return the login response of a device that waits for a log-in without callback, once."""
    waiting = _waiting(call, call.query["clientGuid"])
    body = social_login.admit(call, _identity(call, waiting))
    waiting["taken"] = True
    return body


@handles("authentication.link_social_identities_by_ping")
def link_by_ping(call: RequestContext) -> Json:
    """Link the profile of a log-in without callback."""
    waiting = _waiting(call, call.body["clientGuid"])
    _require_linking(call)
    social_login.link(call, call.account, _identity(call, waiting))
    waiting["taken"] = True
    return {"IsPosted": True}


def _waiting(call: RequestContext, client_guid: str) -> dict[str, Json]:
    """Return the log-in of a client GUID.

    Raise SOCIAL_LOGIN_WITHOUT_CALLBACK_DISABLED where that is off, CLIENT_GUID_INVALID for an unknown or expired one,
    CLIENT_GUID_ALREADY_USED for one that was used before.
    """
    if not call.settings.no_callback_social:
        raise ApiError(ErrorCode.SOCIAL_LOGIN_WITHOUT_CALLBACK_DISABLED)
    waiting = call.tenant.client_guids.get(client_guid)
    if waiting is None or waiting["flow"] != "social" or waiting["expires"] <= call.now:
        raise ApiError(ErrorCode.CLIENT_GUID_INVALID)
    if waiting["taken"]:
        raise ApiError(ErrorCode.CLIENT_GUID_ALREADY_USED)
    return waiting


def _identity(call: RequestContext, waiting: dict[str, Json]) -> Identity:
    return call.tenant.provider.ask(waiting["provider"], waiting["provider_id"])


def _require_linking(call: RequestContext) -> None:
    if not call.settings.account_linking:
        raise ApiError(ErrorCode.ACCOUNT_LINKING_DISABLED)


@handles("authentication.link_social_identities", "authentication.link_social_identities_legacy")
def link(call: RequestContext) -> Json:
    """Link the profile behind a second token.

    An account that consists of this profile alone is merged into the caller's.
    """
    _require_linking(call)
    session = call.tenant.sessions.find(call.body["candidatetoken"])
    other = call.tenant.managed_account(session.uid)
    profile = social_login.linked_profile(other, session.provider)
    if profile is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_LINKABLE)
    identity = call.tenant.provider.ask(profile.provider, profile.provider_id)
    if other.uid != call.account.uid and _is_only(other, profile):
        call.tenant.forget(other)
    social_login.link(call, call.account, identity)
    return {"IsPosted": True}


def _is_only(account: Account, profile: SocialIdentity) -> bool:
    """Return whether an account was created by a provider profile and has no other way to log in."""
    return account.id == profile.id and account.password is None and len(account.identities or ()) == 1


@handles("authentication.unlink_social_identities")
def unlink(call: RequestContext) -> Json:
    """Unlink a profile.

    Raise PROVIDER_NOT_UNLINKABLE for what is no social profile, PROFILE_NOT_UNLINKABLE_FROM_ITSELF for the one that
    created the account.
    """
    account, provider = call.account, call.body["provider"].lower()
    if provider in {"email", "phone"}:
        raise ApiError(ErrorCode.PROVIDER_NOT_UNLINKABLE)
    profile = social_login.linked_profile(account, provider)
    if profile is None or profile.provider_id != call.body["providerid"]:
        raise ApiError(ErrorCode.PROVIDER_OR_PROVIDER_ID_INVALID)
    if profile.id == account.id:
        raise ApiError(ErrorCode.PROFILE_NOT_UNLINKABLE_FROM_ITSELF)
    call.tenant.accounts.unlink(account, profile)
    account.modified = call.now
    call.tenant.webhooks.fire("UnlinkAccount", account)
    return {"IsDeleted": True}


@handles("authentication.send_social_link_verification_email")
def send_verification_email(call: RequestContext) -> Json:
    """Mail the unverified address of a social log-in.

    Where a code is sent, the response's UUID stands for the address.
    """
    account = _unverified(call)
    email = account.primary
    if email is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    send_to_unverified(call, account, email)
    uuid = call.tenant.identifiers.guid()
    call.tenant.client_guids.put(uuid, {"flow": "verification", "uid": account.uid, "email": email.value})
    return {"IsPosted": True, "UUID": uuid}


def _unverified(call: RequestContext) -> Account:
    """Return the account of a client GUID or an access token.

    Raise ACCESS_TOKEN_MISSING without either.
    """
    client_guid = call.query.get("clientguid")
    if client_guid is not None:
        return social_login.account_of(call, _identity(call, _waiting(call, client_guid)))
    if credential(call, "access_token") is None:
        raise ApiError(ErrorCode.ACCESS_TOKEN_MISSING)
    check_access_token(call)
    return call.account
