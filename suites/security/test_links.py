"""Rows 17 to 21 and 24 to 27: mailed links and tokens: account, lifetime and target."""

import json
from typing import Any

import pytest

from loginradius_harness.checks.security.information_leaks import disclosed
from loginradius_harness.checks.security.login_attempts import WRONG_PASSWORD, attempt_login, log_in, login_succeeds
from loginradius_harness.checks.support.concurrency import count_successes
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

DAY = 86_400
WRONG_LINK, USED_LINK, EXPIRED_LINK, WRONG_TOKEN = (
    ErrorCode.VERIFICATION_LINK_INVALID,
    ErrorCode.LINK_ALREADY_USED,
    ErrorCode.LINK_EXPIRED,
    ErrorCode.VERIFICATION_TOKEN_INVALID,
)
DEAD = (WRONG_LINK, USED_LINK, EXPIRED_LINK, ErrorCode.LINK_EXPIRED_OR_USED, WRONG_TOKEN)
UNVERIFIED = ErrorCode.EMAIL_NOT_VERIFIED
EXPIRED_MAIL_CODE, EXPIRED_TEXT_CODE = ErrorCode.EMAIL_OTP_EXPIRED, ErrorCode.OTP_EXPIRED
MAIL_LIMIT, SMS_LIMITS = (
    ErrorCode.EMAIL_SENDING_LIMIT_EXCEEDED,
    (ErrorCode.SMS_SENDING_LIMIT_EXCEEDED, ErrorCode.SMS_PROVIDER_LIMIT_EXCEEDED),
)

FOREIGN = [
    "https://evil.example/",
    "https://emulated.hub.loginradius.com.evil.example/",
    "https://emulated.hub.loginradius.com@evil.example/",
    "//evil.example/",
    "https://evil.example/#https://emulated.hub.loginradius.com/",
    "javascript:alert(1)",
]


def mailed(journey: Journey, person: Person, kind: str = "forgotpassword") -> str:
    """Return the token of the newest mail of a kind."""
    return journey.mailbox.wait(to=person.email, kind=kind).token


def verify(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("authentication.verify_email", query={"verificationToken": token})


def reset(journey: Journey, token: str, password: str | None = None, **more: Any) -> ApiResponse:
    body = {"resettoken": token, "password": password or new_password(), **more}
    return journey.client.call("authentication.reset_password_by_reset_token", body=body)


@pytest.fixture
def unverified_person(journey: Journey) -> Person:
    """Register an account and leave its address unverified."""
    person = journey.new_person()
    journey.register(person)
    return person


@pytest.fixture
def token(journey: Journey, person: Person) -> str:
    """Return the token of a reset mail to the victim."""
    journey.forget_password(person)
    return mailed(journey, person)


@pytest.mark.security(17, "ASVS 5.0 6.4.1", "NIST SP 800-63B-4 4.2.1.2", "WSTG-IDNT-02")
@pytest.mark.rule("verification.link_dies_on_first_use")
def test_verification_link_is_single_use(journey: Journey, unverified_person: Person) -> None:
    link = mailed(journey, unverified_person, "emailverification")
    verify(journey, link).must_succeed()
    verify(journey, link).must_be_refused(*DEAD)


@pytest.mark.preset("strict-security", link_seconds=DAY)
@pytest.mark.security(17, "ASVS 5.0 6.4.1", "NIST SP 800-63B-4 4.2.1.2")
@pytest.mark.rule("verification.link_expires")
def test_verification_link_expires(journey: Journey, unverified_person: Person) -> None:
    journey.let_time_pass(DAY + 10)
    verify(journey, mailed(journey, unverified_person, "emailverification")).must_be_refused(EXPIRED_LINK)
    assert attempt_login(journey, unverified_person).error_code == UNVERIFIED


@pytest.mark.security(17, "ASVS 5.0 6.4.1", "WSTG-IDNT-02")
@pytest.mark.rule("verification.link_verifies_no_other_address")
def test_verification_link_works_for_one_email(journey: Journey, person: Person, session: Session) -> None:
    mine, foreign = journey.new_person(), journey.new_person()
    journey.emails.add(session, mine.email, "Secondary")
    journey.emails.add(session, foreign.email, "Work")
    verify(journey, mailed(journey, mine, "addemail")).must_succeed()
    assert login_succeeds(attempt_login(journey, mine, person.password))
    assert not login_succeeds(attempt_login(journey, foreign, person.password))


@pytest.mark.security(17, "ASVS 5.0 6.4.1", "WSTG-IDNT-02")
@pytest.mark.rule("verification.link_dies_with_its_address")
def test_verification_link_ends_with_its_email(journey: Journey, person: Person, session: Session) -> None:
    added = journey.new_person()
    journey.emails.add(session, added.email)
    link = mailed(journey, added, "addemail")
    body = {"email": added.email}
    journey.client.call("account.remove_email_by_uid", path={"uid": person.uid}, body=body).must_succeed()
    verify(journey, link).must_be_refused(*DEAD)
    addresses = journey.accounts.read(person.uid)["Email"]
    assert [address["Value"] for address in addresses] == [person.email]


@pytest.mark.needs("verification-required")
@pytest.mark.security(18, "ASVS 5.0 2.3.1", "ASVS 5.0 6.3.4")
@pytest.mark.rule("login.unverified_email_is_refused_where_required")
def test_unverified_account_cannot_log_in(journey: Journey, unverified_person: Person) -> None:
    attempt_login(journey, unverified_person).must_be_refused(UNVERIFIED)


@pytest.mark.preset("verification-optional")
@pytest.mark.security(18, "ASVS 5.0 2.3.1")
@pytest.mark.rule("login.unverified_email_is_accepted_where_optional")
def test_verification_not_required_allows_login(journey: Journey, unverified_person: Person) -> None:
    log_in(journey, unverified_person)


@pytest.mark.needs("verification-required")
@pytest.mark.security(18, "ASVS 5.0 2.3.1")
@pytest.mark.rule("registration.required_flow_answers_no_token")
def test_registration_returns_no_session(journey: Journey) -> None:
    assert not login_succeeds(journey.register(journey.new_person()))


@pytest.mark.needs("verification-required")
@pytest.mark.security(18, "ASVS 5.0 2.3.1")
@pytest.mark.rule("registration.suppressed_mail_leaves_account_unverified")
def test_suppressed_mail_leaves_the_account_unverified(journey: Journey) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    query = {"options": "PreventVerificationEmail"}
    journey.client.call("authentication.register_by_email", query=query, body=body).must_succeed()
    attempt_login(journey, person).must_be_refused(UNVERIFIED)


@pytest.mark.needs("verification-required")
@pytest.mark.security(18, "ASVS 5.0 2.3.1")
@pytest.mark.rule("emails.unverified_one_does_not_log_in")
def test_added_email_cannot_log_in_before_it_is_verified(journey: Journey, person: Person, session: Session) -> None:
    added = journey.new_person()
    journey.emails.add(session, added.email)
    assert not login_succeeds(attempt_login(journey, added, person.password))


@pytest.mark.security(19, "ASVS 5.0 6.4.1", "WSTG-ATHN-09")
@pytest.mark.rule("recovery.reset_token_dies_on_first_use")
def test_reset_token_works_once(journey: Journey, person: Person, token: str) -> None:
    reset(journey, token).must_succeed()
    stolen = new_password()
    reset(journey, token, stolen).must_be_refused(*DEAD)
    assert attempt_login(journey, person, stolen).error_code == WRONG_PASSWORD


@pytest.mark.security(19, "ASVS 5.0 2.3.4", "ASVS 5.0 6.4.1")
@pytest.mark.rule("recovery.parallel_resets_succeed_once")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_reset_attempts_succeed_once(journey: Journey, token: str) -> None:
    assert count_successes(lambda: reset(journey, token)) == 1


@pytest.mark.security(20, "ASVS 5.0 6.4.1", "ASVS 5.0 6.4.3", "WSTG-ATHN-09", "WSTG-ATHN-11")
@pytest.mark.rule("links.newer_one_ends_the_older")
def test_newer_reset_mail_invalidates_the_older(journey: Journey, person: Person, token: str) -> None:
    journey.forget_password(person)
    newer = mailed(journey, person)
    reset(journey, token).must_be_refused(*DEAD)
    reset(journey, newer).must_succeed()


@pytest.mark.preset("strict-security", mfa="disabled")
@pytest.mark.security(20, "ASVS 5.0 6.4.1", "WSTG-ATHN-11")
@pytest.mark.rule("links.newer_one_ends_the_older")
def test_newer_login_mail_invalidates_the_older(journey: Journey, person: Person) -> None:
    links = []
    for _ in range(2):
        journey.passwordless.ask_for_link(person)
        links.append(mailed(journey, person, "passwordlesslogin"))
    older, newer = (
        journey.client.call("passwordless_login.verify_link", query={"verificationToken": link}) for link in links
    )
    assert not login_succeeds(older)
    assert login_succeeds(newer)


@pytest.mark.security(20, "ASVS 5.0 6.4.3", "WSTG-ATHN-09")
@pytest.mark.rule("recovery.used_token_ends_its_siblings")
def test_reset_invalidates_every_other_reset_token(journey: Journey, person: Person, token: str) -> None:
    made = journey.client.call("account.get_forgot_password_token", body={"email": person.email}).must_succeed()
    reset(journey, made.data["ForgotToken"]).must_succeed()
    reset(journey, token).must_be_refused(*DEAD)


@pytest.mark.preset("strict-security", link_seconds=DAY)
@pytest.mark.security(21, "NIST SP 800-63B-4 4.2.1.2", "ASVS 5.0 6.5.5")
@pytest.mark.rule("recovery.reset_token_expires")
def test_reset_token_expires(journey: Journey, token: str) -> None:
    journey.let_time_pass(DAY + 10)
    reset(journey, token).must_be_refused(EXPIRED_LINK)


@pytest.mark.preset("strict-security", mail_limit=3)
@pytest.mark.security(21, "NIST SP 800-63B-4 4.2.1.2")
@pytest.mark.rule("recovery.reset_link_may_outlive_a_day")
def test_reset_token_expires_within_a_day(journey: Journey, token: str) -> None:
    journey.let_time_pass(DAY + 10)
    reset(journey, token).must_be_refused(*DEAD)


def by_mail(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"email": person.email, "otp": code, "password": new_password()}
    return journey.client.call("authentication.reset_password_by_email_otp", body=body)


def by_text(journey: Journey, person: Person, code: str) -> ApiResponse:
    body = {"phone": person.phone, "otp": code, "password": new_password()}
    return journey.client.call("phone.reset_password_by_otp", body=body)


@pytest.mark.preset("otp-verification", otp_seconds=300)
@pytest.mark.security(21, "ASVS 5.0 6.5.5", "NIST SP 800-63B-4 3.1.3.2")
@pytest.mark.rule("otp.mailed_one_expires")
def test_mailed_reset_code_expires(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    journey.let_time_pass(310)
    code = journey.mailbox.wait(to=person.email, kind="forgotpassword").otp
    by_mail(journey, person, code).must_be_refused(EXPIRED_MAIL_CODE)


@pytest.mark.preset("phone-login", otp_seconds=300)
@pytest.mark.security(21, "ASVS 5.0 6.5.5", "NIST SP 800-63B-4 3.1.3.2")
@pytest.mark.rule("otp.texted_one_expires")
def test_texted_reset_code_expires(journey: Journey) -> None:
    person = journey.verified_person("phone")
    journey.password_reset.ask_by_phone(person)
    journey.let_time_pass(310)
    code = journey.mailbox.wait(to=person.phone, kind="forgotpassword").otp
    by_text(journey, person, code).must_be_refused(EXPIRED_TEXT_CODE)


@pytest.mark.preset("mfa-optional", login_on_password_reset=True)
@pytest.mark.security(24, "ASVS 5.0 6.4.3", "WSTG-ATHN-09", "WSTG-ATHN-11")
@pytest.mark.rule("recovery.reset_keeps_the_second_factor")
def test_reset_does_not_bypass_the_second_factor(journey: Journey, person: Person, session: Session) -> None:
    app = journey.enrol_totp(session)
    journey.forget_password(person)
    password = new_password()
    assert not login_succeeds(reset(journey, mailed(journey, person), password))
    reply = attempt_login(journey, person, password).must_succeed()
    assert not login_succeeds(reply)
    assert reply.data["SecondFactorAuthentication"]["IsAuthenticatorVerified"] is True
    assert len(app.code()) == 6


@pytest.mark.needs("url-allow-list")
@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.security(25, "WSTG-ATHN-09", "ASVS 5.0 10.4.1")
@pytest.mark.rule("links.foreign_url_is_refused")
def test_verification_mail_cannot_link_to_a_foreign_host(journey: Journey, url: str) -> None:
    person = journey.new_person()
    body = {"Email": [{"Type": "Primary", "Value": person.email}], "Password": person.password}
    query = {"verificationUrl": url}
    journey.client.call("authentication.register_by_email", query=query, body=body).must_be_refused(
        ErrorCode.VERIFICATION_URL_NOT_ALLOWED
    )


@pytest.mark.needs("url-allow-list")
@pytest.mark.preset("pin")
@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.security(25, "WSTG-ATHN-09", "ASVS 5.0 10.4.1")
@pytest.mark.rule("links.foreign_url_is_refused")
def test_pin_reset_mail_cannot_link_to_a_foreign_host(journey: Journey, url: str) -> None:
    person = journey.verified_person("pin")
    reply = journey.client.call("pin.forgot_by_email", query={"resetPINUrl": url}, body={"email": person.email})
    reply.must_be_refused(ErrorCode.PIN_RESET_URL_NOT_ALLOWED, ErrorCode.VERIFICATION_URL_NOT_ALLOWED)


@pytest.mark.parametrize("url", FOREIGN)
@pytest.mark.security(25, "WSTG-ATHN-09", "ASVS 5.0 10.4.1")
@pytest.mark.rule("links.foreign_reset_url_is_not_mailed")
def test_reset_mail_cannot_link_to_a_foreign_host(
    journey: Journey, control: EmulatorClient, person: Person, url: str
) -> None:
    query, body = {"resetPasswordUrl": url}, {"email": person.email}
    journey.client.call("authentication.forgot_password", query=query, body=body)
    assert not any("evil" in mail["link"] or "alert" in mail["link"] for mail in control.outbox(to=person.email))


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host", "X-Host", "Forwarded", "Origin", "Referer"])
@pytest.mark.security(25, "WSTG-ATHN-09")
@pytest.mark.rule("links.host_header_is_ignored")
def test_reset_mail_ignores_forged_host_headers(journey: Journey, person: Person, header: str) -> None:
    value = {"Forwarded": "host=evil.example", "Origin": "https://evil.example", "Referer": "https://evil.example/"}
    headers = {header: value.get(header, "evil.example")}
    journey.client.call("authentication.forgot_password", body={"email": person.email}, headers=headers).must_succeed()
    link = journey.mailbox.wait(to=person.email, kind="forgotpassword").link
    if not link:
        pytest.skip("needs a mailbox that shows the whole link")
    assert "evil" not in link


@pytest.mark.needs("mail-limit")
@pytest.mark.security(26, "ASVS 5.0 2.4.1", "API4:2023", "API6:2023")
@pytest.mark.rule("limits.mail_number_is_limited", "limits.are_kept_per_account")
def test_mails_to_one_address_are_limited(journey: Journey, person: Person) -> None:
    bystander = journey.verified_person()
    answers = [journey.client.call("authentication.forgot_password", body={"email": person.email}) for _ in range(10)]
    answers[-1].must_be_refused(MAIL_LIMIT)
    journey.forget_password(bystander)


@pytest.mark.preset("strict-security", mail_limit=3)
@pytest.mark.security(26, "ASVS 5.0 2.4.1", "API4:2023")
@pytest.mark.rule("limits.mail_number_is_limited")
def test_mail_limit_follows_the_tenant_setting(journey: Journey, control: EmulatorClient, person: Person) -> None:
    for _ in range(6):
        journey.client.call("authentication.forgot_password", body={"email": person.email})
    assert len(control.outbox(to=person.email)) == 3


@pytest.mark.preset("phone-login")
@pytest.mark.security(26, "ASVS 5.0 2.4.1", "API4:2023", "API6:2023")
@pytest.mark.rule("limits.sms_number_is_limited")
def test_sms_to_one_number_are_limited(journey: Journey) -> None:
    person = journey.verified_person("phone")
    answers = [journey.client.call("phone.forgot_password", body={"phone": person.phone}) for _ in range(12)]
    answers[-1].must_be_refused(*SMS_LIMITS)


@pytest.mark.security(27, "ASVS 5.0 6.4.2", "NIST SP 800-63B-4 3.1.1.2", "WSTG-ATHN-08")
@pytest.mark.rule("recovery.answers_are_offered")
def test_security_answer_alone_does_not_log_in(journey: Journey) -> None:
    person = journey.verified_person("answer")
    assert not answered(journey, person, person.answer).ok


@pytest.mark.security(27, "ASVS 5.0 6.4.2", "WSTG-ATHN-08")
@pytest.mark.rule("lockout.answer_reset_has_its_own_limit")
def test_security_answer_attempts_are_limited(journey: Journey) -> None:
    person = journey.verified_person("answer")
    for number in range(5):
        assert not answered(journey, person, f"guess {number}").ok
    assert not answered(journey, person, person.answer).ok


@pytest.mark.security(27, "ASVS 5.0 8.2.3", "WSTG-ATHN-08")
@pytest.mark.rule("recovery.answers_are_never_shown")
def test_security_answer_is_never_shown(journey: Journey) -> None:
    person = journey.verified_person("answer")
    session = log_in(journey, person)
    query = {"email": person.email}
    seen = [
        journey.profile(session),
        journey.accounts.read(person.uid),
        attempt_login(journey, person).data,
        journey.client.call("authentication.get_security_questions_by_email", query=query).must_succeed().data,
    ]
    assert [disclosed(data, {person.answer.lower()}) for data in seen] == [[]] * len(seen)
    assert not any('"answer"' in json.dumps(data).lower() for data in seen)


def answered(journey: Journey, person: Person, answer: str) -> ApiResponse:
    """Ask for a new password with a security answer alone."""
    api: Client = journey.client
    body = {"email": person.email, "securityanswer": {journey.question_id: answer}, "password": new_password()}
    return api.call("authentication.reset_password_by_security_answer_and_email", body=body)
