"""Rows 54 to 56, 61, 65: who may call what, and what responses reveal."""

import json
import re
from collections.abc import Iterator

from evaluation.peers.emulators.accounts import active_account, confirm, log_in, new_account
from evaluation.peers.emulators.check import Observation, check, refusal
from evaluation.peers.emulators.system import Json, System
from loginradius_harness.checks.security.information_leaks import PASSWORD_HASH, SECRET_MEMBER, members
from loginradius_harness.checks.support.concurrency import CONCURRENT_CALLS, repeat_concurrently
from loginradius_harness.journey.people import new_password

# Stack traces of Python and of node. The word Exception alone does not do: Cognito's error names end in it.
STACK = re.compile(r"Traceback \(most recent|/site-packages/|/node_modules/|\bat \S+ \(\S+:\d+:\d+\)")
MALFORMED = (b"", b"{", b"[]", b"null", b'"x"', b'{"a":', b"\xff\xfe", b"[" * 20_000)
OTHER_TYPES: tuple[Json, ...] = (None, 7, [], {}, True)


@check(54, "sets no password without admin credentials")
def admin_calls_need_credentials(system: System) -> Iterator[Observation]:
    account, password = active_account(system), new_password()
    answer = system.set_password_without_credentials(account.email, password)
    login = system.log_in(account.email, password)
    yield refusal(f"{answer}, then a login with it", login)


@check(55, "ignores a user's claim that an address is verified")
def users_cannot_verify_themselves(system: System) -> Iterator[Observation]:
    claimed = new_account()
    if system.sign_up_verified(claimed.email, claimed.password).ok:
        yield unverified(system, claimed.email, "claimed at sign-up")
    account = active_account(system)
    if not system.is_verified(account.email):
        system.claim_verified(log_in(system, account).access)
        yield unverified(system, account.email, "claimed later")


def unverified(system: System, email: str, claim: str) -> Observation:
    """Return an observation that is safe if a claim changed nothing."""
    accepted = system.is_verified(email)
    return Observation(f"{claim}: {'accepted' if accepted else 'ignored'}", not accepted)


@check(56, "reveals no password, hash or secret")
def responses_contain_no_secret(system: System) -> Iterator[Observation]:
    account = new_account()
    answers = {"sign-up": system.sign_up(account.email, account.password)}
    if system.needs_confirmation:
        confirm(system, account)
    answers["login"] = system.log_in(account.email, account.password)
    answers["profile"] = system.get_profile(system.session(answers["login"]).access)
    answers["refused login"] = system.log_in(account.email, new_password())
    for response, answer in answers.items():
        shown = [name for name, value in members(answer.data) if SECRET_MEMBER.match(name) and value]
        shown += PASSWORD_HASH.findall(answer.text) + (["the password"] if account.password in answer.text else [])
        yield Observation(f"{response} reveals {', '.join(shown) or 'none'}", not shown)


@check(61, "answers malformed requests without an internal error or a stack trace")
def malformed_requests_are_refused(system: System) -> Iterator[Observation]:
    account = active_account(system)
    sent = [*MALFORMED, *_with_other_types(system.login_content(account.email, account.password))]
    answers = [system.send_login(content) for content in sent]
    crashed = sum(answer.crashed for answer in answers)
    shown = sum(bool(STACK.search(answer.text)) for answer in answers)
    yield Observation(f"{crashed} of {len(sent)} cause an internal error", not crashed)
    yield Observation(f"{shown} responses contain a stack trace", not shown)


@check(65, "creates one account for an address that signs up many times at once")
def one_account_per_address(system: System) -> Iterator[Observation]:
    account = new_account()
    answers = repeat_concurrently(lambda: system.sign_up(account.email, account.password))
    wins = sum(answer.ok for answer in answers)
    yield Observation(f"{wins} of {CONCURRENT_CALLS} at once succeed", wins == 1)


def _with_other_types(content: Json) -> Iterator[bytes]:
    """Yield logins in which one member has another type."""
    for name, value in content.items():
        inner = value if isinstance(value, dict) else {}
        for odd in OTHER_TYPES:
            yield json.dumps({**content, name: odd}).encode()
            for member_name in inner:
                yield json.dumps({**content, name: {**inner, member_name: odd}}).encode()
