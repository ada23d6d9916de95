"""Tokens and sessions of the legacy operations under /api/v2 (product-facts.md#tokens, #social-login)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services import user_agents
from loginradius_harness.emulator.services.social_login import asked_again, linked_profile, log_in, refresh
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.profile import render
from loginradius_harness.emulator.state.sessions import Session, token_body

Json = Any

REFRESHABLE = frozenset({"email", "phone", "facebook", "google", "yahoo", "apple"})
LONGEST_SECONDS = 129_600 * 60  # the longest life that a tenant can give an access token (product-facts.md#lifetimes)


@handles("social.exchange_access_token")
def exchange(call: RequestContext) -> Json:
    """Exchange a request token of the hosted page's callback for a session, once.

    Raise PROVIDER_NOT_CONFIGURED for a provider that has been removed since (inferred).
    """
    token = call.tenant.single_use_tokens.redeem("request", call.query["token"])
    if token.data["provider"] not in (*call.settings.social_providers, *call.settings.custom_jwt_providers):
        raise ApiError(ErrorCode.PROVIDER_NOT_CONFIGURED)
    identity = call.tenant.provider.ask(token.data["provider"], token.data["provider_id"])
    body = log_in(call, identity)
    return {"access_token": body["access_token"], "expires_in": body["expires_in"]}


@handles("social.validate_access_token")
def validate(call: RequestContext) -> Json:
    """Return the token and its expiry."""
    return {"access_token": call.session.token, "expires_in": iso(call.session.expires)}


@handles("social.invalidate_access_token")
def invalidate(call: RequestContext) -> Json:
    """Invalidate the token; its refresh token stays valid unless the caller says otherwise."""
    prevent = call.query.get("preventRefresh", False)
    call.tenant.sessions.end(call.session.id, call.account, refresh_too=prevent)
    return {"isPosted": True}


@handles("social.get_active_session")
def sessions_by_token(call: RequestContext) -> Json:
    """Return the sessions of the token's owner."""
    session = call.tenant.sessions.find(call.query["token"])
    return _listed(call, call.tenant.accounts.by_uid(session.uid))


@handles("social.get_active_session_by_account_id")
def sessions_by_account_id(call: RequestContext) -> Json:
    """Return the sessions of an account."""
    return _listed(call, call.tenant.accounts.by_uid(call.query["accountId"]))


@handles("social.get_active_session_by_profile_id")
def sessions_by_profile_id(call: RequestContext) -> Json:
    """Return the sessions of the account that a profile belongs to; the id is the product's or the provider's."""
    accounts, profile_id = call.tenant.accounts, call.query["profileId"]
    linked = (accounts.by_provider(provider, profile_id) for provider in call.settings.social_providers)
    return _listed(call, accounts.by_id(profile_id) or next(filter(None, linked), None))


def _listed(call: RequestContext, account: Account | None) -> Json:
    if account is None:
        raise ApiError(ErrorCode.ACCOUNT_NOT_FOUND)
    return {"data": [_row(session) for session in call.tenant.sessions.of(account)], "nextcursor": 0}


def _row(session: Session) -> dict[str, Json]:
    agent = user_agents.read(session.user_agent)
    return {
        "AccessToken": session.token,
        "Browser": agent.browser,
        "Device": agent.device,
        "Os": agent.os,
        "DeviceType": agent.device_type,
        "City": None,  # addresses are not looked up on a map
        "Country": None,
        "Ip": session.ip,
        "LoginDate": iso(session.began, 3),
    }


@handles("social.refresh_access_token")
def refresh_access_token(call: RequestContext) -> Json:
    """Open a further session of the same provider; the old token keeps its own expiry."""
    if not call.settings.token_refresh_by_provider:
        raise ApiError(ErrorCode.ENDPOINT_NOT_IN_PLAN)
    provider = call.session.provider
    if provider.lower() not in REFRESHABLE:
        raise ApiError(ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED)
    social = provider.lower() not in {"email", "phone"}
    if social:
        asked_again(call)
    # seconds for a provider, else minutes (product-facts.md#contradictions)
    wanted = call.query.get("expiresIn", 0) * (1 if social else 60)
    session = call.tenant.sessions.open(
        call.account,
        call.settings,
        seconds=min(wanted, LONGEST_SECONDS) or None,
        provider=provider,
        ip=call.ip,
        user_agent=call.user_agent,
    )
    return token_body(session)


@handles("social.refresh_user_profile")
def refresh_user_profile(call: RequestContext) -> Json:
    """Return the profile, updated with the provider's current data where the session is a provider's."""
    if linked_profile(call.account, call.session.provider) is not None:
        refresh(call, call.account, asked_again(call))
    return render(call.account, call.settings)
