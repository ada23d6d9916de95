"""Rows 1 to 7: which passwords are taken, and whether they are kept as they are."""

from collections.abc import Iterator

from evaluation.peers.emulators.accounts import enter, invented, member
from evaluation.peers.emulators.check import Seen, check, refusal, success
from evaluation.peers.emulators.system import System
from loginradius_harness.checks.security.wordlist import common_passwords
from loginradius_harness.journey.people import new_password

PHRASE = "correct horse battery staple by the river"


@check(1, "refuses fewer than 8 characters")
def short_is_refused(system: System) -> Iterator[Seen]:
    for password in ("a", "kX9#mQ", "kX9#mQ2"):
        yield refusal(f"{len(password)} characters", system.sign_up(invented().email, password))


@check(2, "takes 64 characters, and reads all of longer ones")
def long_is_kept_whole(system: System) -> Iterator[Seen]:
    password = (new_password() * 4)[:79]
    yield success("64 characters", system.sign_up(invented().email, password[:64]))
    account = member(system, password + "x")
    enter(system, account)
    yield refusal("80 characters, the last one wrong", system.log_in(account.email, password + "y"))


@check(3, "takes a long phrase without a mixture of characters")
def phrase_is_taken(system: System) -> Iterator[Seen]:
    yield success("a phrase", system.sign_up(invented().email, PHRASE))


@check(4, "tells capital letters from small ones")
def case_is_kept(system: System) -> Iterator[Seen]:
    account = member(system)
    enter(system, account)
    yield refusal("swapped case", system.log_in(account.email, account.password.swapcase()))


@check(5, "refuses the most common passwords")
def common_is_refused(system: System) -> Iterator[Seen]:
    words = common_passwords()
    taken = [word for word in words if system.sign_up(invented().email, word).ok]
    yield Seen(f"{len(taken)} of {len(words)} taken: {', '.join(taken[:2]) or 'none'}", not taken)


@check(6, "refuses one's own address")
def own_address_is_refused(system: System) -> Iterator[Seen]:
    email = invented().email
    yield refusal("the address as password", system.sign_up(email, email))


@check(7, "changes a password for who knows the present one")
def change_needs_present_one(system: System) -> Iterator[Seen]:
    account = member(system)
    session = enter(system, account)
    yield refusal("without it", system.change_password(session.access, new_password(), new_password()))
