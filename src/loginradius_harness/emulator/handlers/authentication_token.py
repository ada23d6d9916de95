"""A user's own access token: validate, inspect, invalidate (product-facts.md#tokens)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.sessions import token_body

Json = Any


@handles("authentication.validate_access_token")
def validate_access_token(call: RequestContext) -> Json:
    """Return the token and its expiry; an invalid one was refused before."""
    return token_body(call.session)


@handles("authentication.get_access_token_info")
def get_access_token_info(call: RequestContext) -> Json:
    """Return how the token was obtained."""
    session = call.session
    return {"provider": session.provider, "access_token": session.token, "isrememberme": session.remember}


@handles("authentication.invalidate_access_token")
def invalidate_access_token(call: RequestContext) -> Json:
    """Invalidate the token; the refresh token stays valid unless `preventRefresh` is true (inferred)."""
    refresh_too = call.query.get("preventRefresh", False)
    call.tenant.sessions.end(call.session.id, call.account, refresh_too=refresh_too)
    return {"IsPosted": True}
