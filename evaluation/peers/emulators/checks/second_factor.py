"""Rows 24, 30, 31, 34 to 37: codes of an authenticator app."""

from collections.abc import Iterator
from uuid import uuid4

from evaluation.peers.emulators.accounts import Account, active_account, grants_access, log_in, reset
from evaluation.peers.emulators.authenticator import STEP, raw, step_now, totp_code
from evaluation.peers.emulators.check import Observation, check
from evaluation.peers.emulators.system import Inconclusive, Response, System

MIN_BITS = 112
MAX_GUESSES = 100


@check(37, "asks for the code of an enrolled app")
def code_is_required(system: System) -> Iterator[Observation]:
    account, _secret = enrolled(system)
    answer = system.log_in(account.email, account.password)
    yield access(system, account, "the password alone", answer)


@check(24, "asks for the code after a password reset")
def reset_keeps_the_factor(system: System) -> Iterator[Observation]:
    account, _secret = enrolled(system)
    account = reset(system, account)
    answer = system.log_in(account.email, account.password)
    yield access(system, account, "the new password alone", answer)


@check(35, "accepts codes of the current time plus or minus 30 seconds")
def code_window_is_narrow(system: System) -> Iterator[Observation]:
    account, secret = enrolled(system)
    for steps in (-20, -2, 2, 20):
        began = step_now()
        answer = log_in_with_code(system, account, totp_code(secret, steps))
        if step_now() == began:  # otherwise the code was closer to the current time
            yield access(system, account, f"a code of {STEP * steps:+} s", answer)


@check(34, "accepts a code once")
def code_works_once(system: System) -> Iterator[Observation]:
    account, secret = enrolled(system)
    code = totp_code(secret, 1)  # the current one was used to enrol the app
    if not grants_access(system, account, log_in_with_code(system, account, code)):
        raise Inconclusive("the first login with a code")
    yield access(system, account, "the same code again", log_in_with_code(system, account, code))


@check(31, "stops guessing of an app's code within 100 attempts")
def code_guessing_is_stopped(system: System) -> Iterator[Observation]:
    account, secret = enrolled(system)
    for steps in range(10, 10 + MAX_GUESSES):
        log_in_with_code(system, account, totp_code(secret, steps))
    right = log_in_with_code(system, account, totp_code(secret, 1))
    yield access(system, account, f"the right one after {MAX_GUESSES} wrong ones", right)


@check(30, "accepts a code only for a login of the same account")
def code_belongs_to_one_login(system: System) -> Iterator[Observation]:
    account, secret = enrolled(system)
    system.log_in(account.email, account.password)  # the account itself waits for the second step
    never_started = Response(200, "", {"Session": str(uuid4())}, {})
    answer = system.submit_totp(never_started, account.email, totp_code(secret, 1))
    yield access(system, account, "a code for a login that was never started", answer)
    attacker, own = enrolled(system)
    begun = system.log_in(attacker.email, attacker.password)
    answer = system.submit_totp(begun, account.email, totp_code(own, 1))
    yield access(system, account, "an attacker's login and code for another account", answer)


@check(36, "issues a long and unique secret for each app")
def secrets_are_long_and_unique(system: System) -> Iterator[Observation]:
    first, second = (enrolled(system)[1] for _ in range(2))
    bits = 8 * len(raw(first))
    yield Observation(f"{bits} bits", bits >= MIN_BITS)
    yield Observation("the same secret for all" if first == second else "different secrets", first != second)


def access(system: System, account: Account, what: str, answer: Response) -> Observation:
    """Return an observation that is safe if the response gives no access to the account."""
    is_in = grants_access(system, account, answer)
    return Observation(f"{what} {'gives' if is_in else 'does not give'} access: {answer}", not is_in)


def enrolled(system: System) -> tuple[Account, str]:
    """Create an account with an authenticator app, and return both account and secret."""
    account = active_account(system)
    return account, system.enrol_totp(log_in(system, account))


def log_in_with_code(system: System, account: Account, code: str) -> Response:
    """Log in with password and code."""
    begun = system.log_in(account.email, account.password)
    return system.submit_totp(begun, account.email, code)
