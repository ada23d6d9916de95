"""Rows 50 and 51: access tokens that were not signed with the right key."""

from collections.abc import Iterator
from typing import Any

from evaluation.peers.emulators.accounts import active_account, log_in
from evaluation.peers.emulators.check import Observation, check
from evaluation.peers.emulators.system import NotSupported, System, require
from loginradius_harness.checks.security import jwt_forgery
from loginradius_harness.checks.security.jwt_forgery import Token

NAMES = ("sub", "user_id", "username", "email", "cognito:username")  # claims that identify the user of a token
LONG_AGO = 1


@check(50, "refuses forged tokens")
def forged_token_is_refused(system: System) -> Iterator[Observation]:
    mine, theirs = _token(system), _token(system)
    impersonation = {name: theirs.claims[name] for name in NAMES if name in theirs.claims}
    forged = dict(_forgeries(mine, impersonation))
    accepted = [name for name, text in forged.items() if system.get_profile(text).ok]
    yield Observation(
        f"{len(accepted)} of {len(forged)} accepted: {' | '.join([*accepted[:1], *accepted[-1:]]) or 'none'}",
        not accepted,
    )


@check(51, "refuses expired tokens")
def expired_token_is_refused(system: System) -> Iterator[Observation]:
    token = _token(system)
    bare = Token({**token.header, "alg": "none"}, token.claims, b"")
    if not system.get_profile(bare.with_signature(b"")).ok:
        raise NotSupported("its clock cannot be changed, and an expired token cannot be forged")
    old = Token(bare.header, {**token.claims, "exp": LONG_AGO}, b"").with_signature(b"")
    answer = system.get_profile(old)
    yield Observation(f"a token that expired in 1970: {answer}", not answer.ok)


def _token(system: System) -> Token:
    session = log_in(system, active_account(system))
    require("the genuine token", system.get_profile(session.access))
    try:
        return Token.read(session.access)
    except ValueError:
        raise NotSupported("access tokens are not JSON web tokens") from None


def _forgeries(mine: Token, impersonation: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield an attacker's token, changed to that of another user in every way that needs no key."""
    claims = {**mine.claims, **impersonation}
    yield from jwt_forgery.unsigned(Token(mine.header, claims, mine.signature))
    yield from jwt_forgery.self_keyed(mine, claims)
    if mine.signature:
        yield "another user, old signature", Token(mine.header, claims, b"").with_signature(mine.signature)
        yield from jwt_forgery.edited(mine, **impersonation)
