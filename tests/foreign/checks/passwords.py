"""Rows 1 to 7: which passwords are taken, and whether they are kept as they are."""

from collections.abc import Iterator

from harness.people import new_password
from suites.security.wordlist import common_passwords
from tests.foreign.accounts import confirm, enter, invented, member, signed_up
from tests.foreign.check import Seen, check, refusal, success
from tests.foreign.system import System

PHRASE = "correct horse battery staple by the river"


@check(1, "refuses fewer than 8 characters")
def short_is_refused(system: System) -> Iterator[Seen]:
    for password in ("a", "kX9#mQ", "kX9#mQ2"):
        yield refusal(f"{len(password)} characters", system.sign_up(invented().email, password))


@check(2, "takes 64 characters, and reads all of them")
def long_is_kept_whole(system: System) -> Iterator[Seen]:
    password = (new_password() * 4)[:63]
    account = signed_up(system, password + "x")
    if system.needs_confirmation:
        confirm(system, account)
    yield success("all 64", system.log_in(account.email, account.password))
    yield refusal("another 64th", system.log_in(account.email, password + "y"))


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
