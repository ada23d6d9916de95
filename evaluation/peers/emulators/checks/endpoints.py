"""Rows 54 to 56, 61, 65: what may be asked by whom, and what answers show."""

import json
import re
from collections.abc import Iterator

from evaluation.peers.emulators.accounts import confirm, enter, invented, member
from evaluation.peers.emulators.check import Seen, check, refusal
from evaluation.peers.emulators.system import Json, System
from loginradius_harness.checks.support.concurrency import CONCURRENT_CALLS, repeat_concurrently
from loginradius_harness.journey.people import new_password
from suites.security.test_data_exposure import HASH, INSIDE, members

# How stack traces of Python and of node look, quoted or not; the names of errors of this wire end in Exception as well.
STACK = re.compile(r"Traceback \(most recent|/site-packages/|/node_modules/|\bat \S+ \(\S+:\d+:\d+\)")
BROKEN = (b"", b"{", b"[]", b"null", b'"x"', b'{"a":', b"\xff\xfe", b"[" * 20_000)
STRANGE: tuple[Json, ...] = (None, 7, [], {}, True)


@check(54, "sets nobody's password for who brings no operator's credentials")
def operators_prove_themselves(system: System) -> Iterator[Seen]:
    account, password = member(system), new_password()
    answer = system.set_password_unproved(account.email, password)
    login = system.log_in(account.email, password)
    yield refusal(f"{answer}, then a login with it", login)


@check(55, "does not believe users that their address is verified")
def nobody_verifies_themselves(system: System) -> Iterator[Seen]:
    claimed = invented()
    if system.sign_up_verified(claimed.email, claimed.password).ok:
        yield unverified(system, claimed.email, "claimed at sign-up")
    account = member(system)
    if not system.is_verified(account.email):
        system.claim_verified(enter(system, account).access)
        yield unverified(system, account.email, "claimed later")


def unverified(system: System, email: str, claim: str) -> Seen:
    """Safe where a claim has changed nothing."""
    believed = system.is_verified(email)
    return Seen(f"{claim}: {'believed' if believed else 'not believed'}", not believed)


@check(56, "shows no password, hash or secret")
def answers_show_no_secret(system: System) -> Iterator[Seen]:
    account = invented()
    answers = {"sign-up": system.sign_up(account.email, account.password)}
    if system.needs_confirmation:
        confirm(system, account)
    answers["login"] = system.log_in(account.email, account.password)
    answers["profile"] = system.who_is(system.session(answers["login"]).access)
    answers["refused login"] = system.log_in(account.email, new_password())
    for name, answer in answers.items():
        shown = [member for member, value in members(answer.data) if INSIDE.match(member) and value]
        shown += HASH.findall(answer.text) + (["the password"] if account.password in answer.text else [])
        yield Seen(f"{name} shows {', '.join(shown) or 'none'}", not shown)


@check(61, "answers broken requests without an error of its own or a stack trace")
def broken_requests_are_refused(system: System) -> Iterator[Seen]:
    account = member(system)
    sent = [*BROKEN, *_strange(system.login_content(account.email, account.password))]
    answers = [system.knock(content) for content in sent]
    crashed = sum(answer.crashed for answer in answers)
    shown = sum(bool(STACK.search(answer.text)) for answer in answers)
    yield Seen(f"{crashed} of {len(sent)} end in an error of its own", not crashed)
    yield Seen(f"{shown} answers show a stack trace", not shown)


@check(65, "makes one account of an address that signs up many times at once")
def one_account_for_an_address(system: System) -> Iterator[Seen]:
    account = invented()
    answers = repeat_concurrently(lambda: system.sign_up(account.email, account.password))
    wins = sum(answer.ok for answer in answers)
    yield Seen(f"{wins} of {CONCURRENT_CALLS} at once succeed", wins == 1)


def _strange(content: Json) -> Iterator[bytes]:
    """A login, each of its members in turn of another type."""
    for name, value in content.items():
        inner = value if isinstance(value, dict) else {}
        for odd in STRANGE:
            yield json.dumps({**content, name: odd}).encode()
            for member_name in inner:
                yield json.dumps({**content, name: {**inner, member_name: odd}}).encode()
