"""Rows 23, 42, 44, 47, 49: the life of tokens."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import enter, member
from evaluation.peers.emulators.check import Seen, check, refusal
from evaluation.peers.emulators.system import NotOffered, System, needed
from loginradius_harness.checks.security.randomness import bits

LOGINS = 200
ENOUGH_BITS = 120  # a random UUID has 122


@check(23, "gives out refresh tokens that nobody can guess")
def refresh_tokens_are_chance(system: System) -> Iterator[Seen]:
    account = member(system)
    tokens = [enter(system, account).refresh for _ in range(LOGINS)]
    length = min(map(len, tokens))
    found = bits([token[-length:] for token in tokens])
    yield Seen(f"{found:.0f} bits", found >= ENOUGH_BITS)
    yield Seen(f"{len(set(tokens))} different ones in {LOGINS} logins", len(set(tokens)) == LOGINS)


@check(42, "ends the access token at sign-out")
def sign_out_ends_access(system: System) -> Iterator[Seen]:
    session = enter(system, member(system))
    needed("the token before", system.who_is(session.access))
    needed("sign-out", system.sign_out(session))
    yield refusal("the access token", system.who_is(session.access))


@check(42, "ends the refresh token at sign-out")
def sign_out_ends_refresh(system: System) -> Iterator[Seen]:
    account = member(system)
    needed("the token before", system.refresh(enter(system, account).refresh))
    session = enter(system, account)
    needed("sign-out", system.sign_out(session))
    yield refusal("the refresh token", system.refresh(session.refresh))


@check(44, "ends all tokens with the account")
def deletion_ends_tokens(system: System) -> Iterator[Seen]:
    session = enter(system, member(system))
    needed("deletion", system.delete(session.access))
    yield refusal("the access token", system.who_is(session.access))
    yield refusal("the refresh token", system.refresh(session.refresh))


@check(47, "refuses a refresh token that was used")
def used_refresh_token_is_refused(system: System) -> Iterator[Seen]:
    session = enter(system, member(system))
    renewed = system.renewed(system.refresh(session.refresh))
    if renewed.refresh in {"", session.refresh}:
        raise NotOffered("refresh tokens do not rotate")
    yield refusal("the used one", system.refresh(session.refresh))


@check(49, "takes a token for what it was given out for, and nothing else")
def kinds_are_kept_apart(system: System) -> Iterator[Seen]:
    session = enter(system, member(system))
    yield refusal("refresh token as access token", system.who_is(session.refresh))
    yield refusal("access token as refresh token", system.refresh(session.access))
    if session.identity:
        yield refusal("identity token as access token", system.who_is(session.identity))
