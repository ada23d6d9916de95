"""Rows 50 and 51: access tokens that nobody with the right key has signed."""

from collections.abc import Iterator
from typing import Any

from evaluation.peers.emulators.accounts import enter, member
from evaluation.peers.emulators.check import Seen, check
from evaluation.peers.emulators.system import NotOffered, System, needed
from loginradius_harness.checks.security import jwt_forgery
from loginradius_harness.checks.security.jwt_forgery import Token

NAMES = ("sub", "user_id", "username", "email", "cognito:username")  # claims that say whose a token is
LONG_AGO = 1


@check(50, "refuses tokens that somebody else has made")
def forged_token_is_refused(system: System) -> Iterator[Seen]:
    mine, theirs = _token(system), _token(system)
    disguise = {name: theirs.claims[name] for name in NAMES if name in theirs.claims}
    forged = dict(_forgeries(mine, disguise))
    taken = [name for name, text in forged.items() if system.who_is(text).ok]
    yield Seen(f"{len(taken)} of {len(forged)} taken: {' | '.join([*taken[:1], *taken[-1:]]) or 'none'}", not taken)


@check(51, "refuses tokens past their end")
def expired_token_is_refused(system: System) -> Iterator[Seen]:
    token = _token(system)
    bare = Token({**token.header, "alg": "none"}, token.claims, b"")
    if not system.who_is(bare.with_signature(b"")).ok:
        raise NotOffered("no clock of its own that could be moved, and no token can be made")
    old = Token(bare.header, {**token.claims, "exp": LONG_AGO}, b"").with_signature(b"")
    answer = system.who_is(old)
    yield Seen(f"a token that ended in 1970: {answer}", not answer.ok)


def _token(system: System) -> Token:
    session = enter(system, member(system))
    needed("the genuine token", system.who_is(session.access))
    try:
        return Token.read(session.access)
    except ValueError:
        raise NotOffered("access tokens are no JSON web tokens") from None


def _forgeries(mine: Token, disguise: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """A thief's token, made to look like another's in every way that needs no key."""
    claims = {**mine.claims, **disguise}
    yield from jwt_forgery.unsigned(Token(mine.header, claims, mine.signature))
    yield from jwt_forgery.self_keyed(mine, claims)
    if mine.signature:
        yield "another person, old signature", Token(mine.header, claims, b"").with_signature(mine.signature)
        yield from jwt_forgery.edited(mine, **disguise)
