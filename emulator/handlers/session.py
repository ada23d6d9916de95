"""Sliding sessions (domain 2.5)."""

from typing import Any

from emulator.call import Call
from emulator.registry import handles
from emulator.sessions import token_body

Json = Any


@handles("session.slide_access_token")
def slide_access_token(call: Call) -> Json:
    """The same token, its life started anew (inferred: no source says whether its value changes)."""
    session, settings = call.session, call.settings
    life = settings.remember_me_seconds if session.remember else settings.access_token_seconds
    session.expires = call.now + life
    return token_body(session)
