"""Rows 1 to 7: which passwords are accepted, and whether they are stored unchanged."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import active_account, log_in, new_account
from evaluation.peers.emulators.check import Observation, check, refusal, success
from evaluation.peers.emulators.system import System
from loginradius_harness.checks.security.wordlist import common_passwords
from loginradius_harness.journey.people import new_password

PHRASE = "correct horse battery staple by the river"


@check(1, "refuses fewer than 8 characters")
def short_password_is_refused(system: System) -> Iterator[Observation]:
    for password in ("a", "kX9#mQ", "kX9#mQ2"):
        yield refusal(f"{len(password)} characters", system.sign_up(new_account().email, password))


@check(2, "accepts 64 characters, and does not truncate longer passwords")
def long_password_is_not_truncated(system: System) -> Iterator[Observation]:
    password = (new_password() * 4)[:79]
    yield success("64 characters", system.sign_up(new_account().email, password[:64]))
    account = active_account(system, password + "x")
    log_in(system, account)
    yield refusal("80 characters, the last one wrong", system.log_in(account.email, password + "y"))


@check(3, "accepts a long phrase without digits and symbols")
def passphrase_is_accepted(system: System) -> Iterator[Observation]:
    yield success("a phrase", system.sign_up(new_account().email, PHRASE))


@check(4, "distinguishes upper and lower case")
def password_is_case_sensitive(system: System) -> Iterator[Observation]:
    account = active_account(system)
    log_in(system, account)
    yield refusal("swapped case", system.log_in(account.email, account.password.swapcase()))


@check(5, "refuses the most common passwords")
def common_password_is_refused(system: System) -> Iterator[Observation]:
    words = common_passwords()
    accepted = [word for word in words if system.sign_up(new_account().email, word).ok]
    yield Observation(f"{len(accepted)} of {len(words)} accepted: {', '.join(accepted[:2]) or 'none'}", not accepted)


@check(6, "refuses the user's own address as password")
def own_address_is_refused(system: System) -> Iterator[Observation]:
    email = new_account().email
    yield refusal("the address as password", system.sign_up(email, email))


@check(7, "changes a password only with the current one")
def change_needs_current_password(system: System) -> Iterator[Observation]:
    account = active_account(system)
    session = log_in(system, account)
    yield refusal("without it", system.change_password(session.access, new_password(), new_password()))
