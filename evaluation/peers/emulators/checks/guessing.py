"""Rows 9 to 16, 26, 31: guessing, and what responses reveal to an attacker."""

import re
from collections.abc import Iterator

from evaluation.peers.emulators.accounts import active_account, log_in, new_account, request_code
from evaluation.peers.emulators.check import Observation, check, indistinguishable, refusal
from evaluation.peers.emulators.system import NotSupported, System
from loginradius_harness.checks.security import timing
from loginradius_harness.journey.people import new_password

MAX_GUESSES = 100  # wrong guesses in a row (NIST SP 800-63B-4 3.2.2)
SAMPLES = 400
MAILS = 30
GUESSABLE = re.compile(r"(?<!\d)\d{4,8}$")


@check(9, "stops password guessing within 100 attempts")
def password_guessing_is_stopped(system: System) -> Iterator[Observation]:
    account = active_account(system)
    log_in(system, account)
    for _ in range(MAX_GUESSES):
        system.log_in(account.email, new_password())
    yield refusal(f"the right one after {MAX_GUESSES} wrong ones", system.log_in(account.email, account.password))


@check(14, "refuses a login with the same response, whether or not there is an account")
def login_does_not_reveal_accounts(system: System) -> Iterator[Observation]:
    account, nobody = active_account(system), new_account()
    refused = [(one.email, system.log_in(one.email, nobody.password)) for one in (account, nobody)]
    yield indistinguishable(*refused)


@check(15, "refuses a login in the same time, whether or not there is an account")
def login_time_does_not_reveal_accounts(system: System) -> Iterator[Observation]:
    account, nobody = active_account(system), new_account()
    found = timing.confirmed(
        lambda: system.log_in(account.email, nobody.password),
        lambda: system.log_in(nobody.email, nobody.password),
        SAMPLES,
    )
    yield Observation(str(found), not found.differs)


@check(16, "answers a password reset with the same response, whether or not there is an account")
def recovery_does_not_reveal_accounts(system: System) -> Iterator[Observation]:
    account, nobody = active_account(system), new_account()
    yield indistinguishable(*[(one.email, system.request_reset(one.email)) for one in (account, nobody)])


@check(26, "limits the mails to one address")
def mail_is_limited(system: System) -> Iterator[Observation]:
    account = active_account(system)
    sent = sum(system.request_reset(account.email).ok for _ in range(MAILS))
    yield Observation(f"{sent} of {MAILS} sent", sent < MAILS)


@check(31, "stops guessing of a short code within 100 attempts")
def code_guessing_is_stopped(system: System) -> Iterator[Observation]:
    account = active_account(system)
    code = request_code(system, account)
    digits = GUESSABLE.search(code)
    if digits is None:
        raise NotSupported("its codes are too long to guess")
    for wrong in _others(digits[0]):
        system.reset(account.email, code[: digits.start()] + wrong, new_password())
    yield refusal(f"the right one after {MAX_GUESSES} wrong ones", system.reset(account.email, code, new_password()))


def _others(digits: str) -> Iterator[str]:
    size = 10 ** len(digits)
    return (f"{(int(digits) + step) % size:0{len(digits)}}" for step in range(1, MAX_GUESSES + 1))
