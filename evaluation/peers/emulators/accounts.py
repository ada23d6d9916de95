"""Accounts on a system under test."""

from dataclasses import dataclass, field
from time import time

from evaluation.peers.emulators.system import Inconclusive, Response, Session, System, require
from loginradius_harness.journey.people import new_password, new_person


@dataclass(frozen=True)
class Account:
    """An address and its password."""

    email: str
    password: str = field(repr=False)


def new_account() -> Account:
    """Return an address that no account has yet, and a password."""
    person = new_person()
    return Account(person.email, person.password)


def unconfirmed_account(system: System, password: str = "") -> Account:
    """Create an account whose address is not confirmed."""
    account = new_account()
    account = Account(account.email, password or account.password)
    require("sign-up", system.sign_up(account.email, account.password))
    return account


def active_account(system: System, password: str = "") -> Account:
    """Create an account that can log in; confirm its address if a login needs that."""
    account = unconfirmed_account(system, password)
    if system.needs_confirmation:
        confirm(system, account)
    return account


def confirm(system: System, account: Account) -> None:
    """Confirm an address with the code that was sent to it."""
    code = system.confirmation_code(account.email, account.password)
    require("confirmation", system.confirm(account.email, code))


def log_in(system: System, account: Account) -> Session:
    """Log in and return the session."""
    return system.session(system.log_in(account.email, account.password))


def grants_access(system: System, account: Account, answer: Response) -> bool:
    """Return whether a response has a session that gives access to this account."""
    try:
        session = system.session(answer)
    except Inconclusive:
        return False
    profile = system.get_profile(session.access)
    return profile.ok and account.email in profile.text


def request_code(system: System, account: Account) -> str:
    """Request a new code that resets the password, and return it."""
    require("request of a reset code", system.request_reset(account.email))
    return system.reset_code(account.email)


def reset(system: System, account: Account) -> Account:
    """Reset the password with a code, and return the account with its new password."""
    code, password = request_code(system, account), new_password()
    require("reset", system.reset(account.email, code, password))
    return Account(account.email, password)


def wait_for_next_second(system: System, session: Session) -> None:
    """Send harmless requests until the next second begins: some systems store times in whole seconds."""
    began = int(time())
    while int(time()) == began:
        system.get_profile(session.access)
