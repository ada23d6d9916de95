"""Rows 9 to 16, 26, 31: guesses, and what answers give away to who guesses."""

import re
from collections.abc import Iterator

from evaluation.peers.emulators.accounts import asked_code, enter, invented, member
from evaluation.peers.emulators.check import Seen, alike, check, refusal
from evaluation.peers.emulators.system import NotOffered, System
from loginradius_harness.checks.security import timing
from loginradius_harness.journey.people import new_password

HARD_STOP = 100  # wrong guesses in a row (NIST SP 800-63B-4 3.2.2)
SAMPLES = 400
MAILS = 30
GUESSABLE = re.compile(r"(?<!\d)\d{4,8}$")


@check(9, "stops guesses at a password within 100")
def passwords_run_out(system: System) -> Iterator[Seen]:
    account = member(system)
    enter(system, account)
    for _ in range(HARD_STOP):
        system.log_in(account.email, new_password())
    yield refusal(f"the right one after {HARD_STOP} wrong ones", system.log_in(account.email, account.password))


@check(14, "answers a refused login alike, whether or not there is an account")
def login_tells_nothing(system: System) -> Iterator[Seen]:
    account, nobody = member(system), invented()
    refused = [(one.email, system.log_in(one.email, nobody.password)) for one in (account, nobody)]
    yield alike(*refused)


@check(15, "takes as long to refuse a login, whether or not there is an account")
def login_time_tells_nothing(system: System) -> Iterator[Seen]:
    account, nobody = member(system), invented()
    found = timing.confirmed(
        lambda: system.log_in(account.email, nobody.password),
        lambda: system.log_in(nobody.email, nobody.password),
        SAMPLES,
    )
    yield Seen(str(found), not found.differs)


@check(16, "answers who forgot a password alike, whether or not there is an account")
def recovery_tells_nothing(system: System) -> Iterator[Seen]:
    account, nobody = member(system), invented()
    yield alike(*[(one.email, system.ask_reset(one.email)) for one in (account, nobody)])


@check(26, "rations the mails to one address")
def mail_is_rationed(system: System) -> Iterator[Seen]:
    account = member(system)
    sent = sum(system.ask_reset(account.email).ok for _ in range(MAILS))
    yield Seen(f"{sent} of {MAILS} sent", sent < MAILS)


@check(31, "stops guesses at a short code within 100")
def codes_run_out(system: System) -> Iterator[Seen]:
    account = member(system)
    code = asked_code(system, account)
    digits = GUESSABLE.search(code)
    if digits is None:
        raise NotOffered("its codes are too long to be guessed")
    for wrong in _others(digits[0]):
        system.reset(account.email, code[: digits.start()] + wrong, new_password())
    yield refusal(f"the right one after {HARD_STOP} wrong ones", system.reset(account.email, code, new_password()))


def _others(digits: str) -> Iterator[str]:
    size = 10 ** len(digits)
    return (f"{(int(digits) + step) % size:0{len(digits)}}" for step in range(1, HARD_STOP + 1))
