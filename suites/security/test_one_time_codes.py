"""Rows 28 to 33: codes sent by mail and SMS, and which channels count as a second factor."""

import string
from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from loginradius_harness.checks.security.login_attempts import LOCKED, attempt_login, is_refused, log_in, login_succeeds
from loginradius_harness.checks.security.pipelined_requests import repeat
from loginradius_harness.checks.security.randomness import worst_spread
from loginradius_harness.checks.support.concurrency import count_successes
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password, new_phone
from loginradius_harness.tenants import TenantContext

SAMPLES = 10_000
MAIL_CODES = (
    ErrorCode.EMAIL_OTP_INCORRECT,
    ErrorCode.EMAIL_OTP_ALREADY_USED,
    ErrorCode.EMAIL_OTP_EXPIRED,
    ErrorCode.EMAIL_OTP_INVALID,
)  # error codes of a mailed code: wrong, used, expired
TEXT_CODES = (ErrorCode.OTP_INCORRECT, ErrorCode.OTP_ALREADY_USED, ErrorCode.OTP_EXPIRED, ErrorCode.OTP_EXPIRED_OR_USED)
LOCKED_LOGIN, WRONG_CHALLENGE, WRONG_STEP_UP, WRONG_CODE = (
    ErrorCode.ACCOUNT_LOCKED_DURING_MFA,
    (ErrorCode.SECOND_FACTOR_TOKEN_INVALID, ErrorCode.SECOND_FACTOR_TOKEN_EXPIRED),
    ErrorCode.REAUTHENTICATION_TOKEN_INVALID,
    ErrorCode.AUTHENTICATOR_CODE_INCORRECT,
)
GUESSES = 20  # more than any tenant should allow

Send = Callable[[Journey, Person], object]
Use = Callable[[Journey, Person, str], ApiResponse]


def sent(journey: Journey, to: str, kind: str) -> str:
    """Return the code of the newest message."""
    return journey.mailbox.wait(to=to, kind=kind).otp


def reset_by_mail(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"email": person.email, "otp": code, "password": new_password()}
    return journey.client.call("authentication.reset_password_by_email_otp", body=body)


def reset_by_text(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"phone": person.phone, "otp": code, "password": new_password()}
    return journey.client.call("phone.reset_password_by_otp", body=body)


def enter_by_mail(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"email": person.email, "otp": code}
    return journey.client.call("passwordless_login.verify_email_otp", body=body)


def enter_by_text(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"phone": person.phone, "otp": code}
    return journey.client.call("passwordless_login.verify_phone_otp", body=body)


def verify_by_mail(journey: Journey, person: Person, code: str) -> ApiResponse:
    return journey.client.call("authentication.verify_email_by_otp", body={"email": person.email, "otp": code})


def touch_by_text(journey: Journey, person: Person, code: str) -> ApiResponse:
    return journey.client.call("one_touch_login.verify_otp", query={"otp": code}, body={"phone": person.phone})


@pytest.mark.preset("phone-login", sms_limit=0)
@pytest.mark.security(28, "ASVS 5.0 6.5.4", "ASVS 5.0 6.5.3", "NIST SP 800-63B-4 3.1.3.2")
@pytest.mark.rule("otp.has_six_digits", "otp.digits_are_evenly_spread")
def test_codes_have_six_evenly_distributed_digits(tenant_context: TenantContext) -> None:
    body = {"Phone": tenant_context.journey.verified_person("phone").phone}
    path = {"smsotptype": "forgotpassword"}
    codes = [
        made["Token"] for made in repeat(tenant_context, "account.generate_sms_otp", SAMPLES, path=path, body=body)
    ]
    assert min(map(len, codes)) >= 6
    assert worst_spread(codes, string.digits) < 1


@pytest.mark.preset("otp-verification", otp_seconds=300)
@pytest.mark.security(28, "ASVS 5.0 6.5.5", "NIST SP 800-63B-4 3.1.3.2")
@pytest.mark.rule("otp.life_is_at_most_ten_minutes")
def test_codes_expire_within_ten_minutes(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    code = sent(journey, person.email, "forgotpassword")
    journey.let_time_pass(601)
    reset_by_mail(journey, person, code).must_be_refused(*MAIL_CODES)


@pytest.mark.preset("otp-verification")
@pytest.mark.security(29, "ASVS 5.0 6.5.1", "WSTG-ATHN-11")
@pytest.mark.rule("otp.mailed_one_dies_on_first_use")
def test_email_code_works_once(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    code = sent(journey, person.email, "forgotpassword")
    reset_by_mail(journey, person, code).must_succeed()
    reset_by_mail(journey, person, code).must_be_refused(*MAIL_CODES)


@pytest.mark.preset("phone-login")
@pytest.mark.security(29, "ASVS 5.0 6.5.1", "WSTG-ATHN-11")
@pytest.mark.rule("otp.texted_one_dies_on_first_use")
def test_sms_code_works_once(journey: Journey) -> None:
    person = journey.verified_person("phone")
    journey.password_reset.ask_by_phone(person)
    code = sent(journey, person.phone, "forgotpassword")
    reset_by_text(journey, person, code).must_succeed()
    reset_by_text(journey, person, code).must_be_refused(*TEXT_CODES)


@pytest.mark.preset("otp-verification")
@pytest.mark.security(29, "ASVS 5.0 6.5.1", "ASVS 5.0 6.6.2", "WSTG-ATHN-11")
@pytest.mark.rule("otp.newer_one_ends_the_older")
def test_newer_code_invalidates_the_older(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    older = sent(journey, person.email, "forgotpassword")
    journey.forget_password(person)
    newer = sent(journey, person.email, "forgotpassword")
    if older != newer:  # once in a million
        reset_by_mail(journey, person, older).must_be_refused(*MAIL_CODES)
    reset_by_mail(journey, person, newer).must_succeed()


@pytest.mark.preset("phone-login")
@pytest.mark.security(29, "ASVS 5.0 2.3.4", "ASVS 5.0 6.5.1")
@pytest.mark.rule("otp.parallel_uses_succeed_once")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_use_of_a_one_time_code_succeeds_once(journey: Journey) -> None:
    person = journey.verified_person("phone")
    journey.password_reset.ask_by_phone(person)
    code = sent(journey, person.phone, "forgotpassword")
    assert count_successes(lambda: reset_by_text(journey, person, code)) == 1


@pytest.mark.preset("otp-verification")
@pytest.mark.security(30, "ASVS 5.0 6.6.2", "WSTG-ATHN-11")
@pytest.mark.rule("otp.belongs_to_its_account")
def test_code_is_bound_to_its_account(journey: Journey, person: Person) -> None:
    thief = journey.verified_person()
    for asking in (person, thief):
        journey.forget_password(asking)
    code = sent(journey, thief.email, "forgotpassword")
    assert code != sent(journey, person.email, "forgotpassword"), "two equal codes: once in a million"
    reset_by_mail(journey, person, code).must_be_refused(*MAIL_CODES)
    log_in(journey, person)


# Purpose of a code: how it is requested, the kind of message, how it is used.
BY_MAIL: dict[str, tuple[Send, Use]] = {
    "forgotpassword": (Journey.forget_password, reset_by_mail),
    "passwordlesslogin": (lambda journey, person: journey.passwordless.ask_for_link(person), enter_by_mail),
    "emailverification": (lambda journey, person: journey.resend_confirmation(person), verify_by_mail),
}
BY_TEXT: dict[str, tuple[Send, Use]] = {
    "forgotpassword": (lambda journey, person: journey.password_reset.ask_by_phone(person), reset_by_text),
    "passwordlesslogin": (lambda journey, person: journey.passwordless.ask_for_sms(person), enter_by_text),
    "onetouchlogin": (
        lambda journey, person: journey.passwordless.begin_one_touch_by_phone(person.phone),
        touch_by_text,
    ),
}
PAIRS = [
    pytest.param(table, sent_for, used_for, id=f"{channel}-{sent_for}-for-{used_for}")
    for channel, table in (("mail", BY_MAIL), ("text", BY_TEXT))
    for sent_for, used_for in permutations(table, 2)
]


@pytest.mark.preset("phone-login", otp_email_verification=True, mfa="disabled")
@pytest.mark.parametrize(("table", "sent_for", "used_for"), PAIRS)
@pytest.mark.security(30, "ASVS 5.0 6.6.2", "WSTG-ATHN-11")
@pytest.mark.rule("otp.belongs_to_its_purpose")
def test_code_is_bound_to_its_purpose(journey: Journey, table: Any, sent_for: str, used_for: str) -> None:
    person = journey.verified_person("phone")
    if "emailverification" in {sent_for, used_for}:
        person = journey.new_person()
        journey.register(person)
        journey.mailbox.wait(to=person.email, kind="emailverification")
    table[sent_for][0](journey, person)
    code = sent(journey, person.email if table is BY_MAIL else person.phone, sent_for)
    refusal = table[used_for][1](journey, person, code)
    assert not refusal.ok
    table[sent_for][1](journey, person, code).must_succeed()


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(30, "ASVS 5.0 6.5.1", "ASVS 5.0 6.6.2")
@pytest.mark.rule("mfa.challenge_is_single_use")
def test_pending_login_is_completed_once(journey: Journey, person: Person, session: Session) -> None:
    app = journey.enrol_totp(session)
    challenge = journey.mfa.begin(person)
    journey.mfa.answer_totp(challenge, app)
    answer(journey, challenge.token, app.code()).must_be_refused(*WRONG_CHALLENGE)


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(30, "ASVS 5.0 6.6.2", "WSTG-ATHN-11")
@pytest.mark.rule("mfa.challenge_belongs_to_its_account")
def test_code_does_not_complete_the_login_of_another_account(
    journey: Journey, person: Person, session: Session
) -> None:
    journey.enrol_totp(session)
    thief = journey.verified_person()
    app = journey.enrol_totp(log_in(journey, thief))
    answer(journey, journey.mfa.begin(person).token, app.code()).must_be_refused(WRONG_CODE)


@pytest.mark.preset("step-up")
@pytest.mark.security(30, "ASVS 5.0 6.6.2", "ASVS 5.0 8.2.2")
@pytest.mark.rule("step_up.token_belongs_to_its_account")
def test_reauthentication_is_bound_to_its_account(journey: Journey, person: Person, session: Session) -> None:
    proof = journey.reauthentication.by_password(session, person)
    other = journey.verified_person()
    body = {"secondfactorvalidationtoken": proof}
    check = "reauthentication.check_password"
    journey.client.call(check, path={"uid": other.uid}, body=body).must_be_refused(WRONG_STEP_UP)
    journey.reauthentication.check(person.uid, "password", proof)


def answer(journey: Journey, challenge: str, code: str) -> ApiResponse:
    """Send an authenticator code."""
    query = {"secondFactorAuthenticationToken": challenge}
    body = {"authenticatorcode": code}
    return journey.client.call("mfa.validate_authenticator_code", query=query, body=body)


@pytest.mark.preset("otp-verification")
@pytest.mark.security(31, "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 3.1.3.2", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("otp.guesses_are_limited", "lockout.other_failures_are_counted")
def test_code_attempts_are_limited(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    code = sent(journey, person.email, "forgotpassword")
    for number in range(GUESSES):
        assert not reset_by_mail(journey, person, f"x{number:05}").ok
    assert not reset_by_mail(journey, person, code).ok
    journey.forget_password(person)
    newer = sent(journey, person.email, "forgotpassword")
    assert not reset_by_mail(journey, person, newer).ok
    assert attempt_login(journey, person).error_code in LOCKED


@pytest.mark.needs("lockout")
@pytest.mark.security(31, "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("lockout.other_failures_are_counted")
def test_current_password_attempts_are_limited(journey: Journey, person: Person, session: Session) -> None:
    for _ in range(GUESSES):
        body = {"oldpassword": new_password(), "newpassword": new_password()}
        journey.client.call("authentication.change_password", token=session.token, body=body)
    assert attempt_login(journey, person).error_code in LOCKED


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(31, "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("mfa.wrong_codes_lock_the_login")
def test_second_factor_attempts_are_limited(journey: Journey, person: Person, session: Session) -> None:
    app = journey.enrol_totp(session)
    challenge, other = journey.mfa.begin(person), journey.mfa.begin(person)
    for number in range(GUESSES):
        assert not answer(journey, challenge.token, f"x{number:05}").ok
    for waiting in (challenge, other):
        assert not login_succeeds(answer(journey, waiting.token, app.code()))


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(31, "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("mfa.new_challenge_keeps_the_count")
def test_another_login_gives_no_new_second_factor_attempts(journey: Journey, person: Person, session: Session) -> None:
    journey.enrol_totp(session)
    judged = 0
    for number in range(GUESSES):
        reply = journey.client.call("mfa.login_by_email", body={"email": person.email, "password": person.password})
        if not reply.ok:
            break
        token = reply.data["SecondFactorAuthentication"]["SecondFactorAuthenticationToken"]
        judged += answer(journey, token, f"x{number:05}").error_code == WRONG_CODE
    assert judged < GUESSES


@pytest.mark.preset("step-up")
@pytest.mark.security(31, "ASVS 5.0 6.6.3", "NIST SP 800-63B-4 3.2.2")
@pytest.mark.rule("step_up.guesses_are_limited")
def test_reauthentication_attempts_are_limited(journey: Journey, person: Person, session: Session) -> None:
    def prove(password: str) -> ApiResponse:
        body = {"password": password}
        return journey.client.call("reauthentication.by_password", token=session.token, body=body)

    for _ in range(GUESSES):
        prove(new_password())
    assert not prove(person.password).ok


@pytest.mark.security(32, "ASVS 5.0 6.3.6", "NIST SP 800-63B-4 3.1.3.1")
@pytest.mark.rule("mfa.mail_is_offered_as_factor")
def test_email_is_not_a_second_factor(journey: Journey) -> None:
    factors = journey.configuration["TwoFactorAuthentication"]
    offered = {
        "as a second factor": factors["IsEmailOTPAuthenticator"],
        "as a login": journey.configuration["IsInstantSignin"]["EmailLink"],
    }
    assert [way for way, is_on in offered.items() if is_on] == []


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(32, "ASVS 5.0 6.3.6", "ASVS 5.0 6.5.1")
@pytest.mark.rule("otp.mailed_one_dies_on_first_use")
def test_email_factor_code_works_once(journey: Journey, person: Person, session: Session) -> None:
    journey.mfa.enrol_email(session, person.email)
    first, second = journey.mfa.begin(person), journey.mfa.begin(person)
    code = sent(journey, person.email, "secondfactor")
    journey.mfa.answer(first, "email", code, person.email)
    assert is_refused(lambda: journey.mfa.answer(second, "email", code, person.email))


@pytest.mark.preset("mfa-optional")
@pytest.mark.security(30, "ASVS 5.0 6.6.2", "WSTG-ATHN-11")
@pytest.mark.rule("otp.belongs_to_its_account", "mfa.challenge_belongs_to_its_account")
def test_code_to_a_shared_phone_is_bound_to_its_account(journey: Journey, person: Person, session: Session) -> None:
    thief, phone = journey.verified_person(), new_phone()
    journey.mfa.enrol_sms(session, phone)
    journey.mfa.enrol_sms(log_in(journey, thief), phone)
    foreign, own = journey.mfa.begin(person), journey.mfa.begin(thief)
    code = sent(journey, phone, "secondfactor")
    assert is_refused(lambda: journey.mfa.answer(foreign, "sms", code))
    assert own.token != foreign.token


@pytest.mark.security(33, "ASVS 5.0 6.6.1", "NIST SP 800-63B-4 3.1.3.3")
@pytest.mark.rule("mfa.sms_is_not_the_only_factor")
def test_sms_is_never_offered_without_an_authenticator(journey: Journey) -> None:
    factors = journey.configuration["TwoFactorAuthentication"]
    assert factors["IsAuthenticator"] or not factors["IsSmsOTPAuthenticator"]
