"""Rows 17 to 22, 43: codes that confirm an address or set a new password."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import (
    active_account,
    confirm,
    log_in,
    request_code,
    reset,
    unconfirmed_account,
    wait_for_next_second,
)
from evaluation.peers.emulators.check import Observation, check, refusal
from evaluation.peers.emulators.system import Inconclusive, NotSupported, System, require
from loginradius_harness.checks.support.concurrency import CONCURRENT_CALLS, repeat_concurrently
from loginradius_harness.journey.people import new_password

MADE_UP = "000000"


@check(17, "confirms an address only with the code that was sent, and only once")
def confirmation_code_is_checked(system: System) -> Iterator[Observation]:
    account = unconfirmed_account(system)
    code = system.confirmation_code(account.email, account.password)
    wrong = system.confirm(account.email, _another(code))
    yield refusal("a wrong code", wrong)
    if wrong.ok:
        return
    require("confirmation", system.confirm(account.email, code))
    yield refusal("the used code", system.confirm(account.email, code))


@check(18, "refuses a login before the address is confirmed, if it requires that")
def unconfirmed_account_cannot_log_in(system: System) -> Iterator[Observation]:
    if not system.needs_confirmation:
        raise NotSupported("a login needs no confirmed address")
    account = unconfirmed_account(system)
    yield refusal("before", system.log_in(account.email, account.password))
    confirm(system, account)
    log_in(system, account)


@check(19, "accepts a reset code once, and no made-up one")
def reset_code_works_once(system: System) -> Iterator[Observation]:
    account = active_account(system)
    code = request_code(system, account)
    require("reset", system.reset(account.email, code, new_password()))
    yield refusal("the used code", system.reset(account.email, code, new_password()))
    yield refusal(f"the code {MADE_UP}", system.reset(account.email, MADE_UP, new_password()))


@check(19, "accepts a reset code once when it arrives many times at once")
def reset_code_works_once_concurrently(system: System) -> Iterator[Observation]:
    account = active_account(system)
    code = request_code(system, account)
    wins = sum(answer.ok for answer in repeat_concurrently(lambda: system.reset(account.email, code, new_password())))
    if not wins:
        raise Inconclusive("none of the concurrent requests succeeded")
    yield Observation(f"{wins} of {CONCURRENT_CALLS} at once succeed", wins == 1)


@check(20, "invalidates older codes when a newer one is sent or used")
def newer_code_invalidates_older(system: System) -> Iterator[Observation]:
    account = active_account(system)
    older, _newer = request_code(system, account), request_code(system, account)
    yield refusal("the older after a newer was sent", system.reset(account.email, older, new_password()))
    older, newer = request_code(system, account), request_code(system, account)
    require("reset", system.reset(account.email, newer, new_password()))
    yield refusal("the older after a newer was used", system.reset(account.email, older, new_password()))


@check(22, "sets only the password of the account to which the code was sent")
def reset_code_belongs_to_one_account(system: System) -> Iterator[Observation]:
    attacker, victim = active_account(system), active_account(system)
    password = new_password()
    request_code(system, victim)
    system.reset(victim.email, request_code(system, attacker), password)
    yield refusal("a login with the password set by the attacker's code", system.log_in(victim.email, password))


@check(22, "sets no password with a code that confirms an address")
def confirmation_code_resets_no_password(system: System) -> Iterator[Observation]:
    account = unconfirmed_account(system)
    code = system.confirmation_code(account.email, account.password)
    yield refusal("a confirmation code", system.reset(account.email, code, new_password()))


@check(43, "invalidates access tokens when the password is reset")
def reset_invalidates_access_token(system: System) -> Iterator[Observation]:
    account = active_account(system)
    session = log_in(system, account)
    require("the token before", system.get_profile(session.access))
    wait_for_next_second(system, session)
    reset(system, account)
    yield refusal("the access token", system.get_profile(session.access))


@check(43, "invalidates refresh tokens when the password is reset")
def reset_invalidates_refresh_token(system: System) -> Iterator[Observation]:
    account = active_account(system)
    session = log_in(system, account)
    wait_for_next_second(system, session)
    reset(system, account)
    yield refusal("the refresh token", system.refresh(session.refresh))


def _another(code: str) -> str:
    """Return another code of the same form."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")
