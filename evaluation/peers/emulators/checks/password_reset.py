"""Rows 17 to 22, 43: codes that confirm an address or set a new password."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import asked_code, confirm, enter, member, reset, signed_up, until_next_second
from evaluation.peers.emulators.check import Seen, check, refusal
from evaluation.peers.emulators.system import NotOffered, System, Unjudged, needed
from loginradius_harness.checks.support.concurrency import CONCURRENT_CALLS, repeat_concurrently
from loginradius_harness.journey.people import new_password

MADE_UP = "000000"


@check(17, "confirms an address with the code that was sent, once")
def confirmation_code_is_checked(system: System) -> Iterator[Seen]:
    account = signed_up(system)
    code = system.confirmation_code(account.email, account.password)
    wrong = system.confirm(account.email, _another(code))
    yield refusal("a wrong code", wrong)
    if wrong.ok:
        return
    needed("confirmation", system.confirm(account.email, code))
    yield refusal("the used code", system.confirm(account.email, code))


@check(18, "keeps out whose address is not confirmed, where a login takes that")
def unconfirmed_stays_out(system: System) -> Iterator[Seen]:
    if not system.needs_confirmation:
        raise NotOffered("logins need no confirmed address")
    account = signed_up(system)
    yield refusal("before", system.log_in(account.email, account.password))
    confirm(system, account)
    enter(system, account)


@check(19, "sets one password for a code, and none for a made-up one")
def code_serves_once(system: System) -> Iterator[Seen]:
    account = member(system)
    code = asked_code(system, account)
    needed("reset", system.reset(account.email, code, new_password()))
    yield refusal("the used code", system.reset(account.email, code, new_password()))
    yield refusal(f"the code {MADE_UP}", system.reset(account.email, MADE_UP, new_password()))


@check(19, "sets one password where a code comes many times at once")
def code_serves_one_of_a_crowd(system: System) -> Iterator[Seen]:
    account = member(system)
    code = asked_code(system, account)
    wins = sum(answer.ok for answer in repeat_concurrently(lambda: system.reset(account.email, code, new_password())))
    if not wins:
        raise Unjudged("none of the crowd succeeded")
    yield Seen(f"{wins} of {CONCURRENT_CALLS} at once succeed", wins == 1)


@check(20, "ends older codes when a newer one is sent or used")
def newer_code_ends_older(system: System) -> Iterator[Seen]:
    account = member(system)
    older, _newer = asked_code(system, account), asked_code(system, account)
    yield refusal("the older after a newer was sent", system.reset(account.email, older, new_password()))
    older, newer = asked_code(system, account), asked_code(system, account)
    needed("reset", system.reset(account.email, newer, new_password()))
    yield refusal("the older after a newer was used", system.reset(account.email, older, new_password()))


@check(22, "sets the password of the one to whom the code was sent")
def code_serves_one_person(system: System) -> Iterator[Seen]:
    thief, victim = member(system), member(system)
    password = new_password()
    asked_code(system, victim)
    system.reset(victim.email, asked_code(system, thief), password)
    yield refusal("a login with what the thief's code set", system.log_in(victim.email, password))


@check(22, "sets no password with a code that confirms an address")
def code_serves_one_purpose(system: System) -> Iterator[Seen]:
    account = signed_up(system)
    code = system.confirmation_code(account.email, account.password)
    yield refusal("a confirmation code", system.reset(account.email, code, new_password()))


@check(43, "ends access tokens when the password is reset")
def reset_ends_access(system: System) -> Iterator[Seen]:
    account = member(system)
    session = enter(system, account)
    needed("the token before", system.who_is(session.access))
    until_next_second(system, session)
    reset(system, account)
    yield refusal("the access token", system.who_is(session.access))


@check(43, "ends refresh tokens when the password is reset")
def reset_ends_refresh(system: System) -> Iterator[Seen]:
    account = member(system)
    session = enter(system, account)
    until_next_second(system, session)
    reset(system, account)
    yield refusal("the refresh token", system.refresh(session.refresh))


def _another(code: str) -> str:
    """A code of the same form."""
    return code[:-1] + ("1" if code[-1] != "1" else "2")
