"""Logging in with a social provider: whose account a provider profile belongs to (product-facts.md#social-login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import finish
from loginradius_harness.emulator.services.registration import create_account
from loginradius_harness.emulator.services.verification import send_verification
from loginradius_harness.emulator.state.accounts import Account, Email, SocialIdentity
from loginradius_harness.emulator.state.profile.members import WRITABLE
from loginradius_harness.emulator.state.social_provider import Identity

Json = Any


def log_in(call: RequestContext, identity: Identity) -> dict[str, Json]:
    """Return the `token` body of a new session; see `admit`."""
    body = admit(call, identity)
    return {name: body[name] for name in ("access_token", "refresh_token", "expires_in")}


def admit(call: RequestContext, identity: Identity) -> dict[str, Json]:
    """Return the login response for an identity that the provider has confirmed.

    Raise SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT, ACCOUNT_LINKING_DISABLED, SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED,
    SOCIAL_LOGIN_EMAIL_NOT_VERIFIED, SOCIAL_REGISTRATION_DISABLED and those of registration for who may not come in this
    way, then those of `finish`.
    """
    account = account_of(call, identity)
    _require_verified(call, account)
    body: dict[str, Json] = finish(call, account, provider=identity.provider)
    return body


def account_of(call: RequestContext, identity: Identity) -> Account:
    """Return the account that the profile is linked to, else the one with its address, else a new one."""
    linked = call.tenant.accounts.by_provider(identity.provider, identity.id)
    if linked is not None:
        refresh(call, linked, identity)
        return linked
    other = call.tenant.accounts.by_email(identity.email) if identity.email else None
    if other is None or call.settings.duplicate_emails:
        return _join(call, identity)
    _link_by_address(call, other, identity)
    return other


def _link_by_address(call: RequestContext, account: Account, identity: Identity) -> None:
    """Link to the account with the same address, where both sides have proved that it is theirs."""
    address = account.email(identity.email or "")
    if not identity.email_verified:
        raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_OF_ANOTHER_ACCOUNT)
    if not call.settings.account_linking:
        raise ApiError(ErrorCode.ACCOUNT_LINKING_DISABLED)
    if not call.settings.automatic_linking:
        raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_ALREADY_REGISTERED)
    if address is None or not address.verified:
        raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED)
    link(call, account, identity)


def link(call: RequestContext, account: Account, identity: Identity) -> None:
    """Join the provider profile to the account.

    Raise ACCOUNT_ALREADY_LINKED where it is there already, ACCOUNT_NOT_LINKABLE where it is another's.
    """
    owner = call.tenant.accounts.by_provider(identity.provider, identity.id)
    if owner is not None:
        raise ApiError(ErrorCode.ACCOUNT_ALREADY_LINKED if owner.uid == account.uid else ErrorCode.ACCOUNT_NOT_LINKABLE)
    call.tenant.accounts.link(account, _linked(call, identity))
    account.modified = call.now
    call.tenant.webhooks.fire("LinkAccount", account)


def _linked(call: RequestContext, identity: Identity) -> SocialIdentity:
    return SocialIdentity(
        id=call.tenant.identifiers.hex(),
        provider=identity.provider,
        provider_id=identity.id,
        profile=_profile(identity),
    )


def _profile(identity: Identity) -> dict[str, Json]:
    """Return what the provider says of an identity, by the product's names."""
    emails = [{"Type": "Primary", "Value": identity.email}] if identity.email else None
    return {**_known(identity), "Email": emails}


def _known(identity: Identity) -> dict[str, Json]:
    return {name: value for name, value in identity.profile.items() if name in WRITABLE}


def _join(call: RequestContext, identity: Identity) -> Account:
    """Create an account from the provider's profile; its e-mail is verified where the provider says so."""
    if not call.settings.social_registration:
        raise ApiError(ErrorCode.SOCIAL_REGISTRATION_DISABLED)
    linked = _linked(call, identity)
    emails = [Email(type="Primary", value=identity.email, verified=identity.email_verified)] if identity.email else []
    return create_account(
        call,
        identity.profile.get("BirthDate"),
        id=linked.id,
        provider=identity.provider,
        emails=emails,
        fields=_known(identity),
        identities=[linked],
    )


def refresh(call: RequestContext, account: Account, identity: Identity) -> None:
    """Store what the provider says now. An account that was created from this profile takes it over as its own."""
    linked = linked_profile(account, identity.provider)
    told = _profile(identity)
    if linked is None or linked.profile == told:
        return
    linked.profile = told
    if linked.id == account.id:
        account.fields, account.modified = {**account.fields, **_known(identity)}, call.now


def linked_profile(account: Account, provider: str) -> SocialIdentity | None:
    """Return the account's profile at a provider."""
    return next((linked for linked in account.identities or () if linked.provider == provider), None)


def _require_verified(call: RequestContext, account: Account) -> None:
    """Raise SOCIAL_LOGIN_EMAIL_NOT_VERIFIED until an address that the provider did not vouch for is verified.

    A mail goes out.
    """
    if account.emails and not account.email_verified and call.settings.email_verification == "required":
        send_verification(call, account, account.emails[0])
        raise ApiError(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED)


def asked_again(call: RequestContext) -> Identity:
    """Return what the provider of the request's session says now.

    Raise PROVIDER_ENDPOINT_NOT_SUPPORTED for a session of no provider, PROVIDER_ERROR where it says no.
    """
    linked = linked_profile(call.account, call.session.provider)
    if linked is None:
        raise ApiError(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)
    return call.tenant.provider.ask(linked.provider, linked.provider_id)
