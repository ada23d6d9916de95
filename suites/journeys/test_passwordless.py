"""Passwordless login by a mailed link, a mailed code or an SMS code."""

from dataclasses import replace

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

KIND = "passwordlesslogin"

with_codes = pytest.mark.preset("passwordless")


@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_carries_link_or_otp")
def test_passwordless_mail_carries_a_link(journey: Journey, way: str) -> None:
    person = journey.verified_person("username")
    journey.passwordless.ask_for_link(person, by=way)
    mail = journey.mailbox.wait(to=person.email, kind=KIND)
    assert (bool(mail.token), mail.otp) == (True, "")


@with_codes
@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_carries_link_or_otp")
def test_passwordless_mail_carries_a_code_when_configured(journey: Journey, way: str) -> None:
    person = journey.verified_person("username")
    journey.passwordless.ask_for_link(person, by=way)
    mail = journey.mailbox.wait(to=person.email, kind=KIND)
    assert (mail.token, bool(mail.otp)) == ("", True)


@pytest.mark.rule("passwordless.link_answers_a_session")
def test_passwordless_link_logs_in(journey: Journey) -> None:
    _bystander, person = journey.verified_person(), journey.verified_person()
    journey.passwordless.ask_for_link(person)
    session = journey.passwordless.follow_link(person)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("links.login_verifies_the_address", "passwordless.unverified_address_gets_a_link")
def test_passwordless_link_verifies_the_email(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    journey.passwordless.ask_for_link(person)
    assert journey.profile(journey.passwordless.follow_link(person))["EmailVerified"] is True


@pytest.mark.rule("passwordless.link_is_single_use")
def test_passwordless_link_works_once(journey: Journey, person: Person) -> None:
    journey.passwordless.ask_for_link(person)
    token = journey.mailbox.wait(to=person.email, kind=KIND).token
    journey.passwordless.open_link(token)
    with expect_error(ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED):
        journey.passwordless.open_link(token)


@with_codes
@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_otp_answers_a_session")
def test_passwordless_email_code_logs_in(journey: Journey, way: str) -> None:
    person = journey.verified_person("username")
    journey.passwordless.ask_for_link(person, by=way)
    code = journey.mailbox.wait(to=person.email, kind=KIND).otp
    session = journey.passwordless.type_code(person, code, by=way)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.preset("phone-login")
@pytest.mark.rule("passwordless.sms_otp_answers_a_session")
def test_passwordless_sms_code_logs_in(journey: Journey) -> None:
    person = journey.verified_person("phone")
    journey.passwordless.ask_for_sms(person)
    session = journey.passwordless.type_sms_code(person)
    assert journey.profile(session)["Uid"] == person.uid


@with_codes
@pytest.mark.parametrize("verb", ["ask_for_link", "ask_for_sms", "begin_smart_login"])
@pytest.mark.rule("passwordless.unknown_user_is_refused")
def test_passwordless_refuses_an_unknown_account(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        getattr(journey.passwordless, verb)(journey.new_person())


@with_codes
@pytest.mark.parametrize("verb", ["ask_for_link", "begin_smart_login"])
@pytest.mark.rule("passwordless.unknown_user_is_refused")
def test_passwordless_refuses_an_unknown_username(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        getattr(journey.passwordless, verb)(journey.new_person(), by="username")


@pytest.mark.preset("default", passwordless=False)
@pytest.mark.rule("passwordless.off_is_refused")
def test_passwordless_is_refused_when_disabled(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.PASSWORDLESS_LOGIN_DISABLED):
        journey.passwordless.ask_for_link(person)


@pytest.mark.preset("default", no_registration_passwordless=True)
@pytest.mark.rule("passwordless.unknown_address_may_get_an_account")
def test_passwordless_registers_unknown_account_when_configured(journey: Journey) -> None:
    other_person = journey.new_person()
    journey.passwordless.ask_for_link(other_person)
    session = journey.passwordless.follow_link(other_person)
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": other_person.email}]
    assert journey.accounts.find(other_person)["Uid"] == journey.profile(session)["Uid"]


@pytest.mark.preset("passwordless-registration")
@pytest.mark.rule("passwordless.profile_registers_the_unknown")
@pytest.mark.parametrize("way", ["email", "phone"])
def test_passwordless_request_with_a_profile_registers(journey: Journey, way: str) -> None:
    person = journey.new_person()
    journey.passwordless.ask_with_profile(person, by=way)
    passwordless = journey.passwordless
    session = passwordless.type_sms_code(person) if way == "phone" else passwordless.follow_link(person)
    profile = journey.profile(session)
    assert profile["FirstName"] == person.first_name
    assert profile["PhoneId"] == (person.phone if way == "phone" else None)
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person, by=way)


@pytest.mark.preset("passwordless-registration")
@pytest.mark.rule("passwordless.profile_does_not_change_the_known")
def test_passwordless_request_with_a_profile_changes_no_account(journey: Journey) -> None:
    person = journey.verified_person()
    before = journey.profile(journey.log_in(person))["FirstName"]
    journey.passwordless.ask_with_profile(replace(person, first_name="Mallory"))
    assert journey.profile(journey.passwordless.follow_link(person))["FirstName"] == before
