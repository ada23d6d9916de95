"""Rows 37 to 40: ways around the second factor."""

from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.endpoints import USER_CALLS
from loginradius_harness.checks.security.login_attempts import (
    attempt_login,
    is_refused,
    log_in,
    login_succeeds,
    provider_user,
)
from loginradius_harness.checks.support.concurrency import CONCURRENT_CALLS, count_successes
from loginradius_harness.client.errors import UnsupportedByTarget
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.client.session import Challenge, Session
from loginradius_harness.client.totp import Authenticator
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.target.target import Target

Way = Callable[[Journey, Person], Session]

WRONG_BACKUP_CODE = (ErrorCode.BACKUP_CODES_NOT_CONFIGURED, ErrorCode.BACKUP_CODE_INCORRECT_OR_USED)
NO_TOKEN = "00000000-0000-0000-0000-000000000000"
GUESSES = 20


@pytest.fixture
def app(journey: Journey, session: Session) -> Authenticator:
    """Enrol the victim's authenticator app."""
    return journey.enrol_totp(session)


@pytest.fixture
def settable(target: Target) -> None:
    """Skip on a tenant whose settings cannot be changed."""
    if target.is_shared:
        raise UnsupportedByTarget("needs a tenant whose settings can be changed: an emulator")


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(37, "ASVS 5.0 2.3.1", "ASVS 5.0 6.3.3", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.challenge_carries_no_session")
@pytest.mark.usefixtures("app")
def test_pending_login_carries_no_session(journey: Journey, person: Person) -> None:
    data = journey.mfa.first_factor(person).data
    assert data["access_token"] == NO_TOKEN
    assert data.get("Profile") is None
    assert not data.get("refresh_token")


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(37, "ASVS 5.0 2.3.1", "ASVS 5.0 6.3.4", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.challenge_token_opens_nothing_else")
@pytest.mark.usefixtures("settable")
def test_pending_login_authorizes_no_operation(prepared_request: PreparedRequest) -> None:
    journey = prepared_request.tenant.journey
    prepared_request.change_settings({"mfa": "optional"})
    victim = journey.verified_person()
    journey.enrol_totp(journey.accounts.log_in(victim))
    token = journey.mfa.begin(victim).token
    assert not prepared_request.send(token=token).ok
    assert not prepared_request.send(token=None, query={**prepared_request.query, "access_token": token}).ok


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(37, "ASVS 5.0 2.3.1")
@pytest.mark.rule("privacy_policy.that_token_only_accepts")
@pytest.mark.usefixtures("settable")
def test_policy_token_authorizes_acceptance_only(prepared_request: PreparedRequest) -> None:
    policy = {"privacy_policy_version": "2.0", "privacy_policy_mode": "Strict"}
    prepared_request.change_settings({**policy, "mfa": "disabled", "pin_required": False, "consent_strict": False})
    journey = prepared_request.tenant.journey
    person = journey.verified_person()
    with expect_error(ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED) as refusal:
        journey.log_in(person)
    reply = prepared_request.send(token=str(refusal.data["access_token"]))
    assert reply.ok is (prepared_request.operation.id == "authentication.accept_privacy_policy")


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(38, "ASVS 5.0 6.3.3", "WSTG-ATHN-11")
@pytest.mark.rule("login.mfa_tenant_refuses_plain_login")
@pytest.mark.parametrize("form", ["authentication.login_by_email", "risk_based.login_by_email"])
@pytest.mark.usefixtures("app")
def test_plain_login_does_not_bypass_mfa(journey: Journey, person: Person, form: str) -> None:
    body = {"email": person.email, "password": person.password}
    query = {"rbaBrowserEmailTemplate": "new-browser"} if form.startswith("risk") else {}
    assert not login_succeeds(journey.client.call(form, query=query, body=body))


def by_link(journey: Journey, person: Person) -> Session:
    journey.passwordless.ask_for_link(person)
    return journey.passwordless.follow_link(person)


def smartly(journey: Journey, person: Person) -> Session:
    guid = journey.passwordless.begin_smart_login(person)
    journey.passwordless.open_smart_login(person)
    return journey.passwordless.ping_smart_login(guid)


def by_one_touch(journey: Journey, person: Person) -> Session:
    guid = journey.passwordless.begin_one_touch(person.email)
    journey.passwordless.open_one_touch(person.email)
    return journey.passwordless.ping_one_touch(guid)


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(38, "ASVS 5.0 6.3.4", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.login_links_do_not_skip_it")
@pytest.mark.parametrize("way", [by_link, smartly, by_one_touch])
@pytest.mark.usefixtures("app")
def test_link_login_does_not_bypass_mfa(journey: Journey, person: Person, way: Way) -> None:
    assert is_refused(lambda: way(journey, person))


@pytest.mark.preset("mfa-optional", pin=True)
@pytest.mark.security(38, "ASVS 5.0 6.3.4", "WSTG-ATHN-10")
@pytest.mark.rule("mfa.pin_and_social_do_not_skip_it")
def test_pin_login_does_not_bypass_mfa(journey: Journey) -> None:
    person = journey.verified_person("pin")
    session = log_in(journey, person)
    journey.enrol_totp(session)
    assert is_refused(lambda: journey.pins.log_in(person, session))


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(38, "ASVS 5.0 6.3.4", "WSTG-ATHN-10")
@pytest.mark.rule("mfa.pin_and_social_do_not_skip_it")
@pytest.mark.usefixtures("app")
def test_social_login_does_not_bypass_mfa(journey: Journey, person: Person) -> None:
    granted = provider_user(journey, "google", email=person.email, email_verified=True)
    assert is_refused(lambda: journey.social.log_in("google", granted))


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(38, "ASVS 5.0 6.3.4", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.server_skips_it")
@pytest.mark.usefixtures("app")
def test_impersonation_does_not_bypass_mfa(journey: Journey, person: Person) -> None:
    reply = journey.client.call("account.get_access_token_by_uid", query={"uid": person.uid})
    assert not login_succeeds(reply)


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(39, "ASVS 5.0 7.5.1", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.removal_needs_only_the_token")
@pytest.mark.usefixtures("app")
def test_stolen_session_cannot_remove_a_factor(journey: Journey, session: Session) -> None:
    assert not remove(journey, session.token).ok


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(39, "ASVS 5.0 8.2.2", "API1:2023", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.removal_reaches_own_account_only")
@pytest.mark.usefixtures("app")
def test_another_account_cannot_remove_a_factor(journey: Journey, person: Person) -> None:
    thief = log_in(journey, journey.verified_person())
    remove(journey, thief.token, query={"uid": person.uid}, headers={"uid": person.uid})
    assert "totp" in journey.mfa.begin(person).factors


def remove(journey: Journey, token: str, **more: Any) -> ApiResponse:
    operation = "mfa.reset_authenticator_by_access_token"
    return journey.client.call(operation, token=token, body={"authenticator": True}, **more)


def use(journey: Journey, challenge: Challenge, code: str) -> ApiResponse:
    """Complete a login with a backup code."""
    query = {"secondFactorAuthenticationToken": challenge.token}
    return journey.client.call("mfa.validate_backup_code", query=query, body={"backupcode": code})


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(40, "ASVS 5.0 6.5.1", "NIST SP 800-63B-4 4.2.1.1", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.backup_code_is_single_use")
@pytest.mark.usefixtures("app")
def test_backup_code_works_once(journey: Journey, person: Person, session: Session) -> None:
    code = journey.backup_codes(session)[0]
    use(journey, journey.mfa.begin(person), "aaaaa-00000").must_be_refused(*WRONG_BACKUP_CODE)
    use(journey, journey.mfa.begin(person), code).must_succeed()
    use(journey, journey.mfa.begin(person), code).must_be_refused(*WRONG_BACKUP_CODE)


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(40, "ASVS 5.0 2.3.4", "ASVS 5.0 6.5.1")
@pytest.mark.rule("mfa.parallel_backup_codes_succeed_once")
@pytest.mark.usefixtures("requires_private_tenant", "app")
def test_concurrent_use_of_a_backup_code_succeeds_once(journey: Journey, person: Person, session: Session) -> None:
    code = journey.backup_codes(session)[0]
    challenges = deque(journey.mfa.begin(person) for _ in range(CONCURRENT_CALLS))
    assert count_successes(lambda: use(journey, challenges.popleft(), code)) == 1


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(40, "ASVS 5.0 6.5.1", "NIST SP 800-63B-4 4.2.1.1")
@pytest.mark.rule("mfa.new_set_ends_the_old")
@pytest.mark.usefixtures("app")
def test_new_backup_codes_invalidate_the_old(journey: Journey, person: Person, session: Session) -> None:
    old = journey.backup_codes(session)
    new = journey.mfa.new_backup_codes(session)
    assert not set(old) & set(new)
    use(journey, journey.mfa.begin(person), old[0]).must_be_refused(*WRONG_BACKUP_CODE)
    use(journey, journey.mfa.begin(person), new[0]).must_succeed()


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(40, "ASVS 5.0 6.5.2", "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 4.2.1.1")
@pytest.mark.rule("mfa.backup_code_guesses_are_limited")
@pytest.mark.usefixtures("app")
def test_backup_code_attempts_are_limited(journey: Journey, person: Person, session: Session) -> None:
    code = journey.backup_codes(session)[0]
    challenge = journey.mfa.begin(person)
    for number in range(GUESSES):
        use(journey, challenge, f"{number:05}-guess")
    assert not login_succeeds(use(journey, challenge, code))
    assert not login_succeeds(attempt_login(journey, person))


@pytest.mark.preset("step-up")
@pytest.mark.security(40, "ASVS 5.0 6.5.1")
@pytest.mark.rule("step_up.backup_code_is_spent")
@pytest.mark.usefixtures("app")
def test_backup_code_used_for_reauthentication_is_spent(journey: Journey, person: Person, session: Session) -> None:
    code = journey.backup_codes(session)[0]
    journey.reauthentication.prove(session, "backup", code)
    use(journey, journey.mfa.begin(person), code).must_be_refused(*WRONG_BACKUP_CODE)
