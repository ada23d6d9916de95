"""Rows 24, 30, 31, 34 to 37: codes of an authenticator app."""

from collections.abc import Iterator
from uuid import uuid4

from evaluation.peers.emulators.accounts import Account, enter, member, opens, reset
from evaluation.peers.emulators.authenticator import STEP, raw, shown, step_now
from evaluation.peers.emulators.check import Seen, check
from evaluation.peers.emulators.system import Answer, System, Unjudged

FEWEST_BITS = 112
HARD_STOP = 100


@check(37, "asks for the code of an app that was set up")
def code_is_asked(system: System) -> Iterator[Seen]:
    account, _secret = enrolled(system)
    answer = system.log_in(account.email, account.password)
    yield entry(system, account, "the password alone", answer)


@check(24, "asks for the code after the password was reset")
def reset_leaves_the_factor(system: System) -> Iterator[Seen]:
    account, _secret = enrolled(system)
    account = reset(system, account)
    answer = system.log_in(account.email, account.password)
    yield entry(system, account, "the new password alone", answer)


@check(35, "takes codes of the present, give or take 30 seconds")
def window_is_narrow(system: System) -> Iterator[Seen]:
    account, secret = enrolled(system)
    for steps in (-20, -2, 2, 20):
        began = step_now()
        answer = answered(system, account, shown(secret, steps))
        if step_now() == began:  # else it was nearer to the present than it should be
            yield entry(system, account, f"a code of {STEP * steps:+} s", answer)


@check(34, "takes a code once")
def code_serves_once(system: System) -> Iterator[Seen]:
    account, secret = enrolled(system)
    code = shown(secret, 1)  # the present one was shown when the app was set up
    if not opens(system, account, answered(system, account, code)):
        raise Unjudged("the first login with a code")
    yield entry(system, account, "the same code again", answered(system, account, code))


@check(31, "stops guesses at the code of an app within 100")
def codes_run_out(system: System) -> Iterator[Seen]:
    account, secret = enrolled(system)
    for steps in range(10, 10 + HARD_STOP):
        answered(system, account, shown(secret, steps))
    right = answered(system, account, shown(secret, 1))
    yield entry(system, account, f"the right one after {HARD_STOP} wrong ones", right)


@check(30, "takes a code for the login that its own person has begun")
def code_belongs_to_a_login(system: System) -> Iterator[Seen]:
    account, secret = enrolled(system)
    system.log_in(account.email, account.password)  # its own person waits at the second step
    never_begun = Answer(200, "", {"Session": str(uuid4())}, {})
    answer = system.answer_totp(never_begun, account.email, shown(secret, 1))
    yield entry(system, account, "a code for a login that was never begun", answer)
    thief, own = enrolled(system)
    begun = system.log_in(thief.email, thief.password)
    answer = system.answer_totp(begun, account.email, shown(own, 1))
    yield entry(system, account, "a thief's login and code for another's account", answer)


@check(36, "gives every app a long secret of its own")
def secrets_are_long_and_differ(system: System) -> Iterator[Seen]:
    first, second = (enrolled(system)[1] for _ in range(2))
    bits = 8 * len(raw(first))
    yield Seen(f"{bits} bits", bits >= FEWEST_BITS)
    yield Seen("the same for everybody" if first == second else "different ones", first != second)


def entry(system: System, account: Account, what: str, answer: Answer) -> Seen:
    """Safe where the answer does not open the account."""
    is_in = opens(system, account, answer)
    return Seen(f"{what} {'opens' if is_in else 'does not open'} the account: {answer}", not is_in)


def enrolled(system: System) -> tuple[Account, str]:
    """Somebody with an authenticator app, and its secret."""
    account = member(system)
    return account, system.enrol_totp(enter(system, account))


def answered(system: System, account: Account, code: str) -> Answer:
    """A whole login."""
    begun = system.log_in(account.email, account.password)
    return system.answer_totp(begun, account.email, code)
