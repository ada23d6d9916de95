"""Sessions that the tenant's own servers open, renew and revoke (product-facts.md#tokens)."""

from typing import Any

from loginradius_harness.emulator.handlers.account import managed
from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import require_usable_account
from loginradius_harness.emulator.state.sessions import token_body

Json = Any


@handles("account.get_access_token_by_uid")
def get_access_token_by_uid(call: RequestContext) -> Json:
    """Open a session without a password; it does not count as a login (inferred)."""
    account = call.tenant.managed_account(call.query["uid"])
    require_usable_account(account)
    sessions, provider = call.tenant.sessions, account.provider
    return token_body(sessions.open(account, call.settings, provider=provider, ip=call.ip, user_agent=call.user_agent))


@handles("account.refresh_access_token_by_refresh_token")
def refresh_access_token_by_refresh_token(call: RequestContext) -> Json:
    """Issue a new pair of tokens.

    The refresh token is used up; the old access token keeps its own expiry (inferred).
    """
    sessions = call.tenant.sessions
    refresh = sessions.find_refresh(call.query["refresh_Token"], call.settings)
    account = call.tenant.managed_account(refresh.uid)
    require_usable_account(account)
    return token_body(sessions.rotate(refresh, account, call.settings, ip=call.ip, user_agent=call.user_agent))


@handles("account.revoke_refresh_token")
def revoke_refresh_token(call: RequestContext) -> Json:
    """Revoke the refresh token; the access token stays valid until its expiry."""
    refresh = call.tenant.sessions.find_refresh(call.query["refresh_Token"], call.settings)
    call.tenant.sessions.revoke(refresh.token, call.tenant.managed_account(refresh.uid))
    return {"IsDeleted": True}


@handles("account.revoke_all_refresh_tokens_by_uid")
def revoke_all_refresh_tokens_by_uid(call: RequestContext) -> Json:
    """Revoke all refresh tokens of the user."""
    call.tenant.sessions.revoke_all(managed(call))
    return {"IsDeleted": True}
