"""Rows 23, 42, 44, 47, 49: the lifetime of tokens."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import active_account, log_in
from evaluation.peers.emulators.check import Observation, check, refusal
from evaluation.peers.emulators.system import NotSupported, System, require
from loginradius_harness.checks.security.randomness import bits

LOGINS = 200
MIN_BITS = 120  # a random UUID has 122


@check(23, "issues refresh tokens that cannot be guessed")
def refresh_tokens_are_random(system: System) -> Iterator[Observation]:
    account = active_account(system)
    tokens = [log_in(system, account).refresh for _ in range(LOGINS)]
    length = min(map(len, tokens))
    found = bits([token[-length:] for token in tokens])
    yield Observation(f"{found:.0f} bits", found >= MIN_BITS)
    yield Observation(f"{len(set(tokens))} different ones in {LOGINS} logins", len(set(tokens)) == LOGINS)


@check(42, "invalidates the access token at sign-out")
def sign_out_invalidates_access_token(system: System) -> Iterator[Observation]:
    session = log_in(system, active_account(system))
    require("the token before", system.get_profile(session.access))
    require("sign-out", system.sign_out(session))
    yield refusal("the access token", system.get_profile(session.access))


@check(42, "invalidates the refresh token at sign-out")
def sign_out_invalidates_refresh_token(system: System) -> Iterator[Observation]:
    account = active_account(system)
    require("the token before", system.refresh(log_in(system, account).refresh))
    session = log_in(system, account)
    require("sign-out", system.sign_out(session))
    yield refusal("the refresh token", system.refresh(session.refresh))


@check(44, "invalidates all tokens when the account is deleted")
def deletion_invalidates_tokens(system: System) -> Iterator[Observation]:
    session = log_in(system, active_account(system))
    require("deletion", system.delete(session.access))
    yield refusal("the access token", system.get_profile(session.access))
    yield refusal("the refresh token", system.refresh(session.refresh))


@check(47, "refuses a refresh token that was used")
def used_refresh_token_is_refused(system: System) -> Iterator[Observation]:
    session = log_in(system, active_account(system))
    renewed = system.renewed(system.refresh(session.refresh))
    if renewed.refresh in {"", session.refresh}:
        raise NotSupported("refresh tokens do not rotate")
    yield refusal("the used one", system.refresh(session.refresh))


@check(49, "accepts a token only for its own purpose")
def token_kinds_are_not_interchangeable(system: System) -> Iterator[Observation]:
    session = log_in(system, active_account(system))
    yield refusal("refresh token as access token", system.get_profile(session.refresh))
    yield refusal("access token as refresh token", system.refresh(session.access))
    if session.identity:
        yield refusal("identity token as access token", system.get_profile(session.identity))
