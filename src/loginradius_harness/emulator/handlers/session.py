"""Sliding sessions (product-facts.md#lifetimes)."""

from typing import Any

from loginradius_harness.emulator.http.handler_registry import handles
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.state.sessions import token_body

Json = Any


@handles("session.slide_access_token")
def slide_access_token(call: RequestContext) -> Json:
    """Restart the token's lifetime (inferred: no source says whether its value changes)."""
    session, settings = call.session, call.settings
    life = settings.remember_me_seconds if session.remember else settings.access_token_seconds
    session.expires = call.now + life
    return token_body(session)
