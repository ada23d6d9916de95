"""Rows 9 to 13: password guessing, sequential, concurrent and distributed."""

from typing import Any

import pytest

from loginradius_harness.checks.security.login_attempts import (
    LOCKED,
    WRONG_PASSWORD,
    attempt_login,
    log_in,
    login_succeeds,
)
from loginradius_harness.checks.support.concurrency import repeat_concurrently
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

HARD_STOP = 100
MAIL_LIMIT = ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED


@pytest.fixture
def threshold(journey: Journey) -> int:
    """Return how many wrong passwords in a row lock an account."""
    allowed: int = journey.configuration["LoginLockedConfiguration"]["MaximumFailedLoginAttempts"]
    if not allowed:
        pytest.skip("the tenant locks no account: set a lockout threshold")
    return allowed


def guess(journey: Journey, person: Person, times: int, **how: Any) -> list[ApiResponse]:
    """Try so many wrong passwords."""
    return [attempt_login(journey, person, new_password(), **how) for _ in range(times)]


def is_locked(journey: Journey, person: Person, **how: Any) -> bool:
    """Return whether the correct password is refused for a lock."""
    return attempt_login(journey, person, **how).error_code in LOCKED


@pytest.mark.security(9, "ASVS 5.0 6.3.1", "NIST SP 800-63B-4 3.2.2", "WSTG-ATHN-03", "API2:2023")
@pytest.mark.rule("lockout.threshold_locks_the_account")
def test_account_locks_after_the_configured_number_of_wrong_passwords(
    journey: Journey, person: Person, threshold: int
) -> None:
    guess(journey, person, threshold - 1)
    log_in(journey, person)
    guess(journey, person, threshold)
    assert is_locked(journey, person)


@pytest.mark.security(9, "NIST SP 800-63B-4 3.2.2", "WSTG-ATHN-03")
@pytest.mark.rule("lockout.guesses_end_within_a_hundred")
def test_account_locks_within_a_hundred_attempts(journey: Journey, person: Person) -> None:
    judged = 0
    while judged <= HARD_STOP and attempt_login(journey, person, new_password()).error_code == WRONG_PASSWORD:
        judged += 1
    assert judged <= HARD_STOP


@pytest.mark.preset("pin")
@pytest.mark.security(9, "ASVS 5.0 6.3.1", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("pin.guesses_are_limited")
def test_pin_attempts_are_limited(journey: Journey, threshold: int) -> None:
    person = journey.verified_person("pin")
    query = {"session_token": log_in(journey, person).session_token}

    def enter(pin: str) -> ApiResponse:
        return journey.client.call("pin.login", query=query, body={"PIN": pin})

    other = "1" * len(person.pin) if person.pin[0] != "1" else "2" * len(person.pin)
    for _ in range(threshold):
        assert not enter(other).ok
    assert not login_succeeds(enter(person.pin))


@pytest.mark.security(10, "ASVS 5.0 6.3.1", "WSTG-ATHN-03")
@pytest.mark.rule("lockout.right_password_is_refused_while_locked", "lockout.locked_answer_is_no_oracle")
def test_locked_account_answers_correct_and_wrong_passwords_alike(
    journey: Journey, person: Person, threshold: int
) -> None:
    guess(journey, person, threshold)
    wrong, right = attempt_login(journey, person, new_password()), attempt_login(journey, person)
    assert right.error_code in LOCKED
    assert (right.status, right.data) == (wrong.status, wrong.data)


@pytest.mark.security(10, "ASVS 5.0 6.1.1", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("lockout.success_resets_the_count")
def test_login_resets_the_failure_counter(journey: Journey, person: Person, threshold: int) -> None:
    for _ in range(2):
        guess(journey, person, threshold - 1)
        log_in(journey, person)


@pytest.mark.preset("strict-security", lockout_seconds=900)
@pytest.mark.security(10, "WSTG-ATHN-03", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("lockout.suspension_ends_by_time")
def test_suspension_ends_at_the_stated_time(journey: Journey, person: Person, threshold: int) -> None:
    guess(journey, person, threshold)
    journey.let_time_pass(880)
    assert is_locked(journey, person)
    journey.let_time_pass(30)
    log_in(journey, person)


@pytest.mark.security(11, "ASVS 5.0 6.1.1", "WSTG-ATHN-03")
@pytest.mark.rule("lockout.lock_spares_other_accounts")
def test_lock_affects_no_other_account(journey: Journey, person: Person, threshold: int) -> None:
    bystander = journey.verified_person()
    guess(journey, person, threshold)
    assert is_locked(journey, person)
    log_in(journey, bystander)


@pytest.mark.preset("phone-login")
@pytest.mark.security(11, "ASVS 5.0 6.1.1", "ASVS 5.0 6.3.1")
@pytest.mark.rule("lockout.identifiers_share_one_count")
def test_another_identifier_gives_no_new_attempts(journey: Journey, threshold: int) -> None:
    person = journey.verified_person("phone")
    guess(journey, person, threshold - 1, by="email")
    guess(journey, person, 1, by="phone")
    assert is_locked(journey, person, by="email")
    assert is_locked(journey, person, by="phone")


@pytest.mark.preset("username-login")
@pytest.mark.security(11, "ASVS 5.0 6.1.1", "ASVS 5.0 6.3.1")
@pytest.mark.rule("lockout.identifiers_share_one_count", "lockout.other_failures_are_counted")
def test_attempts_at_login_and_password_change_are_counted_together(journey: Journey, threshold: int) -> None:
    person = journey.verified_person("username")
    token = journey.accounts.log_in(person).token
    guess(journey, person, threshold - 1, by="username")
    body = {"oldpassword": new_password(), "newpassword": new_password()}
    journey.client.call("authentication.change_password", token=token, body=body)
    assert is_locked(journey, person, by="username")


@pytest.mark.security(11, "ASVS 5.0 6.1.1")
@pytest.mark.rule("lockout.unknown_identifiers_lock_no_account")
def test_unregistered_email_cannot_be_locked(journey: Journey, threshold: int) -> None:
    new_person = journey.new_person()
    guess(journey, new_person, threshold * 2)
    log_in(journey, journey.accounts.create(new_person))


@pytest.mark.security(11, "ASVS 5.0 6.1.1", "WSTG-ATHN-03")
@pytest.mark.rule("lockout.victim_can_be_locked_by_anyone")
def test_stranger_cannot_lock_out_an_account(journey: Journey, person: Person, threshold: int) -> None:
    guess(journey, person, threshold, headers={"X-Origin-IP": "192.0.2.66"})
    assert login_succeeds(attempt_login(journey, person, headers={"X-Origin-IP": "192.0.2.1"}))


@pytest.mark.security(11, "ASVS 5.0 6.1.1", "WSTG-ATHN-03", "API2:2023")
@pytest.mark.rule("lockout.spraying_is_noticed")
def test_password_spraying_is_detected(journey: Journey) -> None:
    password = new_password()
    answers = {attempt_login(journey, journey.verified_person(), password).error_code for _ in range(20)}
    assert answers != {WRONG_PASSWORD}


@pytest.mark.security(12, "ASVS 5.0 6.3.1", "ASVS 5.0 2.3.4", "ASVS 5.0 6.6.3")
@pytest.mark.rule("lockout.parallel_guesses_are_counted")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_attempts_are_counted(journey: Journey, person: Person, threshold: int) -> None:
    attempt_login(journey, journey.new_person())  # fill the journey's cache before the race
    replies = repeat_concurrently(lambda: attempt_login(journey, person, new_password()))
    judged = [reply for reply in replies if reply.error_code == WRONG_PASSWORD]
    assert len(judged) <= threshold
    assert is_locked(journey, person)


@pytest.mark.security(13, "ASVS 5.0 4.1.3", "WSTG-ATHN-11")
@pytest.mark.rule("lockout.sender_address_does_not_reset_count")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Origin-IP", "X-Real-IP", "Forwarded"])
def test_another_ip_address_gives_no_new_attempts(
    journey: Journey, person: Person, threshold: int, header: str
) -> None:
    for number in range(threshold):
        attempt_login(journey, person, new_password(), headers={header: f"192.0.2.{number}"})
    assert is_locked(journey, person, headers={header: "192.0.2.250"})


@pytest.mark.needs("mail-limit")
@pytest.mark.security(13, "ASVS 5.0 4.1.3")
@pytest.mark.rule("limits.sender_address_does_not_reset_them")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Origin-IP"])
def test_another_ip_address_gives_no_new_mails(journey: Journey, person: Person, header: str) -> None:
    def ask(number: int) -> ApiResponse:
        headers = {header: f"192.0.2.{number}"}
        return journey.client.call("authentication.forgot_password", body={"email": person.email}, headers=headers)

    assert any(ask(number).error_code == MAIL_LIMIT for number in range(10))


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(13, "ASVS 5.0 4.1.3", "WSTG-ATHN-11")
@pytest.mark.rule("login.mfa_tenant_refuses_plain_login")
@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Origin-IP"])
def test_trusted_ip_address_does_not_skip_the_second_factor(journey: Journey, person: Person, header: str) -> None:
    journey.enrol_totp(log_in(journey, person))
    assert not login_succeeds(attempt_login(journey, person, headers={header: "127.0.0.1"}))
    body = {"email": person.email, "password": person.password}
    plain = journey.client.call("authentication.login_by_email", body=body, headers={header: "127.0.0.1"})
    assert not login_succeeds(plain)
