"""E-mail verification by link or by code."""

from dataclasses import replace

import pytest

from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

KIND = "emailverification"


@pytest.fixture
def unverified_person(journey: Journey) -> Person:
    """Register an account and leave its address unverified."""
    person = journey.new_person()
    journey.register(person)
    return person


def token_of(journey: Journey, person: Person) -> str:
    """Return the token of the newest verification mail."""
    return journey.mailbox.wait(to=person.email, kind=KIND).token


@pytest.mark.rule("verification.link_verifies_the_address")
def test_verification_link_verifies_the_email(journey: Journey, unverified_person: Person) -> None:
    assert journey.accounts.find(unverified_person)["EmailVerified"] is False
    journey.confirm_email(unverified_person)
    profile = journey.accounts.find(unverified_person)
    assert (profile["EmailVerified"], profile["UnverifiedEmail"]) == (True, None)


@pytest.mark.needs("verification-required")
@pytest.mark.rule("login.unverified_email_is_refused_where_required")
def test_unverified_email_cannot_log_in(journey: Journey, unverified_person: Person) -> None:
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(unverified_person)
    journey.confirm_email(unverified_person)
    journey.log_in(unverified_person)


@pytest.mark.rule("verification.link_dies_on_first_use")
def test_verification_link_works_once(journey: Journey, unverified_person: Person) -> None:
    token = token_of(journey, unverified_person)
    journey.emails.verify(token)
    with expect_error(ErrorCode.LINK_ALREADY_USED):
        journey.emails.verify(token)


@pytest.mark.preset("default", link_seconds=3_600)
@pytest.mark.rule("verification.link_expires")
def test_expired_verification_link_is_refused(journey: Journey, unverified_person: Person) -> None:
    slower = journey.new_person()
    journey.register(slower)
    journey.let_time_pass(3_500)
    journey.confirm_email(unverified_person)
    journey.let_time_pass(120)
    with expect_error(ErrorCode.LINK_EXPIRED):
        journey.confirm_email(slower)


@pytest.mark.rule("verification.unknown_link_is_refused")
def test_unknown_verification_link_is_refused(journey: Journey) -> None:
    with expect_error(ErrorCode.VERIFICATION_LINK_INVALID, ErrorCode.VERIFICATION_TOKEN_INVALID):
        journey.emails.verify("0123456789abcdef" * 2)


@pytest.mark.needs("verification-required")
@pytest.mark.rule("verification.link_verifies_no_other_address")
def test_verification_link_verifies_its_own_email_only(journey: Journey) -> None:
    person, second = journey.new_person(), journey.new_person().email
    addresses = [{"Type": "Primary", "Value": person.email}, {"Type": "Secondary", "Value": second}]
    journey.accounts.create(person, Email=addresses, EmailVerified=False)
    journey.resend_confirmation(person)
    journey.confirm_email(person)
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(replace(person, email=second))


@pytest.mark.rule("verification.link_dies_with_its_address")
def test_removing_the_email_invalidates_its_verification_link(journey: Journey, session: Session) -> None:
    address = journey.new_person().email
    journey.emails.add(session, address)
    journey.emails.remove(session, address)
    with expect_error(
        ErrorCode.VERIFICATION_LINK_INVALID,
        ErrorCode.LINK_ALREADY_USED,
        ErrorCode.LINK_EXPIRED,
        ErrorCode.LINK_EXPIRED_OR_USED,
        ErrorCode.VERIFICATION_TOKEN_INVALID,
    ):
        journey.emails.confirm(address)


@each_of("default", "otp-verification", login_on_email_verification=True)
@pytest.mark.rule("verification.logs_in_only_where_set")
def test_verification_logs_in_when_configured(journey: Journey, unverified_person: Person) -> None:
    session = Session.of(journey.confirm_email(unverified_person))
    assert journey.profile(session)["EmailVerified"] is True


@each_of("default", "otp-verification")
@pytest.mark.rule("verification.logs_in_only_where_set")
def test_verification_does_not_log_in_by_default(journey: Journey, unverified_person: Person) -> None:
    answer = journey.confirm_email(unverified_person).data
    assert answer["IsPosted"] is True
    assert not answer.get("Data")


@pytest.mark.preset("otp-verification")
@pytest.mark.rule("verification.otp_mode_mails_an_otp")
def test_verification_mail_can_carry_a_code(journey: Journey, unverified_person: Person) -> None:
    first = journey.mailbox.wait(to=unverified_person.email, kind=KIND)
    journey.resend_confirmation(unverified_person)
    second = journey.mailbox.wait(to=unverified_person.email, kind=KIND)
    for mail in (first, second):
        assert (bool(mail.otp), mail.token, mail.link) == (True, "", "")


@pytest.mark.preset("otp-verification")
@pytest.mark.rule("verification.otp_verifies_the_address")
def test_verification_code_verifies_the_email(journey: Journey, unverified_person: Person) -> None:
    journey.confirm_email(unverified_person)
    assert journey.accounts.find(unverified_person)["EmailVerified"] is True


@pytest.mark.rule("verification.resend_sends_a_mail")
def test_verification_mail_can_be_resent(journey: Journey, unverified_person: Person) -> None:
    lost = token_of(journey, unverified_person)
    journey.resend_confirmation(unverified_person)
    token = token_of(journey, unverified_person)
    assert token != lost
    journey.emails.verify(token)
    assert journey.accounts.find(unverified_person)["EmailVerified"] is True


@pytest.mark.rule("verification.resend_has_conditions")
def test_verification_mail_is_refused_for_verified_or_unknown_email(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.EMAIL_ALREADY_VERIFIED):
        journey.resend_confirmation(person)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.resend_confirmation(journey.new_person())


@pytest.mark.preset("verification-disabled")
@pytest.mark.rule("verification.resend_has_conditions")
def test_verification_mail_is_refused_when_verification_is_disabled(
    journey: Journey, unverified_person: Person
) -> None:
    with expect_error(ErrorCode.EMAIL_VERIFICATION_DISABLED):
        journey.resend_confirmation(unverified_person)


@pytest.mark.preset("verification-optional")
@pytest.mark.rule("profile.welcome_mail_on_request")
def test_welcome_mail_can_be_resent(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    session = Session.of(journey.register(person))
    for _ in range(2):
        api.call("authentication.send_welcome_email", token=session.token).must_succeed()
        journey.mailbox.wait(to=person.email, kind="welcome")


@pytest.mark.rule("management.lookup_finds_unverified_addresses")
def test_account_of_unverified_email_can_be_looked_up(journey: Journey, unverified_person: Person) -> None:
    assert journey.accounts.find(unverified_person)["FirstName"] == unverified_person.first_name


@pytest.mark.preset("default", logout_on_email_verification=True)
@pytest.mark.rule("verification.ends_sessions_where_set")
def test_verification_ends_sessions_when_configured(journey: Journey, person: Person, session: Session) -> None:
    second = journey.new_person().email
    journey.emails.add(session, second)
    journey.emails.confirm(second)
    assert not journey.token_is_live(session)
    journey.log_in(person)


@pytest.mark.rule("verification.sends_no_welcome_mail")
def test_verification_sends_no_welcome_mail(
    journey: Journey, control: EmulatorClient, unverified_person: Person
) -> None:
    journey.confirm_email(unverified_person)
    assert control.outbox(to=unverified_person.email, kind="welcome") == []


@pytest.mark.preset("otp-verification")
@pytest.mark.rule("verification.otp_with_uuid_verifies_the_address")
def test_verification_code_is_accepted_with_a_uuid(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    granted = journey.social.new_user("facebook", email=person.email, email_verified=False)
    with expect_error(ErrorCode.SOCIAL_LOGIN_EMAIL_NOT_VERIFIED):
        journey.social.ping(granted)
    query = {"clientguid": granted["client_guid"]}
    sent = api.call("authentication.send_social_link_verification_email", query=query).must_succeed().data
    body = {"uuid": sent["UUID"], "otp": journey.mailbox.wait(to=person.email, kind=KIND).otp}
    api.call("authentication.verify_email_by_otp", body=body).must_succeed()
    assert journey.accounts.find(person)["EmailVerified"] is True
