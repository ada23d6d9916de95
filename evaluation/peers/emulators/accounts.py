"""Accounts on a system under attack."""

from dataclasses import dataclass, field
from time import time

from evaluation.peers.emulators.system import Answer, Session, System, Unjudged, needed
from loginradius_harness.journey.people import new_password, new_person


@dataclass(frozen=True)
class Account:
    """An address and its password."""

    email: str
    password: str = field(repr=False)


def invented() -> Account:
    """Nobody has it yet."""
    person = new_person()
    return Account(person.email, person.password)


def signed_up(system: System, password: str = "") -> Account:
    """An account whose address is not confirmed."""
    account = invented()
    account = Account(account.email, password or account.password)
    needed("sign-up", system.sign_up(account.email, account.password))
    return account


def member(system: System, password: str = "") -> Account:
    """An account that may log in; its address is confirmed where that takes a confirmed one."""
    account = signed_up(system, password)
    if system.needs_confirmation:
        confirm(system, account)
    return account


def confirm(system: System, account: Account) -> None:
    """Confirm an address with the code that was sent to it."""
    code = system.confirmation_code(account.email, account.password)
    needed("confirmation", system.confirm(account.email, code))


def enter(system: System, account: Account) -> Session:
    """Log in."""
    return system.session(system.log_in(account.email, account.password))


def opens(system: System, account: Account, answer: Answer) -> bool:
    """Whether an answer carries a session that opens this account."""
    try:
        session = system.session(answer)
    except Unjudged:
        return False
    profile = system.who_is(session.access)
    return profile.ok and account.email in profile.text


def asked_code(system: System, account: Account) -> str:
    """A fresh code that resets the password."""
    needed("asking for a code", system.ask_reset(account.email))
    return system.reset_code(account.email)


def reset(system: System, account: Account) -> Account:
    """The account with a password that a code has set."""
    code, password = asked_code(system, account), new_password()
    needed("reset", system.reset(account.email, code, password))
    return Account(account.email, password)


def until_next_second(system: System, session: Session) -> None:
    """Ask idle questions until another second has begun: some systems count time in whole ones."""
    began = int(time())
    while int(time()) == began:
        system.who_is(session.access)
