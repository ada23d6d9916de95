"""Password reset by mail or SMS."""

from dataclasses import replace

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.checks.support.presets import each_of
from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

KIND = "forgotpassword"


def reset_token(journey: Journey, person: Person) -> str:
    """Return the token of a new reset mail."""
    journey.forget_password(person)
    return journey.mailbox.wait(to=person.email, kind=KIND).token


@pytest.mark.rule("recovery.reset_mail_is_sent")
@pytest.mark.parametrize("way", ["email", "username"])
def test_forgot_password_sends_one_mail(journey: Journey, control: EmulatorClient, way: str) -> None:
    person = journey.verified_person("username")
    {"email": journey.password_reset.ask_by_email, "username": journey.password_reset.ask_by_username}[way](person)
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == [KIND]


@pytest.mark.preset("phone-login")
@pytest.mark.rule("recovery.unknown_user_is_refused")
@pytest.mark.parametrize("verb", ["ask_by_email", "ask_by_username", "ask_by_phone"])
def test_forgot_password_refuses_an_unknown_account(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        getattr(journey.password_reset, verb)(journey.new_person())


@pytest.mark.rule("recovery.reset_token_sets_the_password", "recovery.old_password_dies")
def test_reset_link_replaces_the_password(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    renewed = journey.reset_password(person, new_password())
    assert journey.log_in(renewed).uid == person.uid
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person)


@pytest.mark.rule("recovery.reset_token_dies_on_first_use")
def test_reset_link_works_once(journey: Journey, person: Person) -> None:
    token = reset_token(journey, person)
    journey.password_reset.reset_by_token(person, token, new_password())
    with expect_error(ErrorCode.LINK_ALREADY_USED):
        journey.password_reset.reset_by_token(person, token, new_password())


@pytest.mark.preset("default", link_seconds=3_600)
@pytest.mark.rule("recovery.reset_token_expires")
def test_reset_link_expires(journey: Journey, person: Person) -> None:
    slower = journey.verified_person()
    tokens = [reset_token(journey, new_person) for new_person in (person, slower)]
    journey.let_time_pass(3_500)
    journey.password_reset.reset_by_token(person, tokens[0], new_password())
    journey.let_time_pass(120)
    with expect_error(ErrorCode.LINK_EXPIRED):
        journey.password_reset.reset_by_token(slower, tokens[1], new_password())


@pytest.mark.rule("recovery.unknown_reset_token_is_refused")
def test_unknown_reset_link_is_refused(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    with expect_error(ErrorCode.VERIFICATION_TOKEN_INVALID):
        journey.password_reset.reset_by_token(person, "0123456789abcdef" * 2, new_password())


@pytest.mark.preset("default", new_link_cancels_old=False)
@pytest.mark.rule("recovery.used_token_ends_its_siblings")
def test_reset_invalidates_other_reset_links(journey: Journey, person: Person) -> None:
    first, second = reset_token(journey, person), reset_token(journey, person)
    journey.password_reset.reset_by_token(person, second, new_password())
    with expect_error(ErrorCode.LINK_ALREADY_USED, ErrorCode.VERIFICATION_TOKEN_INVALID):
        journey.password_reset.reset_by_token(person, first, new_password())


@pytest.mark.rule("recovery.reset_token_belongs_to_its_account")
def test_reset_link_changes_its_own_account_only(journey: Journey, api: Client, person: Person) -> None:
    other, chosen = journey.verified_person(), new_password()
    body = {"resettoken": reset_token(journey, person), "password": chosen, "email": other.email}
    api.call("authentication.reset_password_by_reset_token", body=body)
    assert journey.log_in(other).uid == other.uid
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(other, password=chosen)
    assert journey.log_in(person, password=chosen).uid == person.uid


@pytest.mark.rule("recovery.parallel_resets_succeed_once")
def test_concurrent_resets_succeed_once(journey: Journey, person: Person) -> None:
    token = reset_token(journey, person)
    codes = concurrent_error_codes(*[lambda: journey.password_reset.reset_by_token(person, token, new_password())] * 8)
    assert codes.count(None) == 1


@pytest.mark.preset("otp-verification")
@pytest.mark.rule("recovery.mail_otp_sets_the_password")
@pytest.mark.parametrize("way", ["email", "username"])
def test_email_code_resets_the_password(journey: Journey, way: str) -> None:
    person = journey.verified_person("username")
    journey.forget_password(person)
    code = journey.mailbox.wait(to=person.email, kind=KIND).otp
    journey.log_in(journey.password_reset.reset_by_code(person, code, new_password(), by=way))


@pytest.mark.preset("phone-login")
@pytest.mark.rule("recovery.sms_otp_sets_the_password")
def test_sms_code_resets_the_password(journey: Journey, control: EmulatorClient) -> None:
    person = journey.verified_person("phone")
    journey.password_reset.ask_by_phone(person)
    assert [sms["kind"] for sms in control.outbox(to=person.phone)] == [KIND]
    renewed = journey.password_reset.reset_by_sms(person, new_password())
    journey.log_in(renewed, by="phone")


@pytest.mark.rule("recovery.reset_is_confirmed_by_mail")
def test_reset_is_confirmed_by_mail(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    journey.reset_password(person, new_password())
    journey.mailbox.wait(to=person.email, kind="passwordreset")


@pytest.mark.rule("recovery.reset_by_token_verifies_the_address")
def test_reset_by_mail_verifies_the_email(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    journey.forget_password(person)
    renewed = journey.reset_password(person, new_password())
    assert journey.profile(journey.log_in(renewed))["EmailVerified"] is True


@each_of("default", "otp-verification", login_on_password_reset=True)
@pytest.mark.rule("recovery.reset_logs_in_only_where_set")
def test_reset_logs_in_when_configured(journey: Journey, api: Client, person: Person) -> None:
    session = Session.of(reset(journey, api, person))
    assert journey.profile(session)["Uid"] == person.uid


@each_of("default", "otp-verification")
@pytest.mark.rule("recovery.reset_logs_in_only_where_set")
def test_reset_does_not_log_in_by_default(journey: Journey, api: Client, person: Person) -> None:
    answer = reset(journey, api, person).data
    assert answer["IsPosted"] is True
    assert not answer.get("Data")


def reset(journey: Journey, api: Client, person: Person) -> ApiResponse:
    """Reset a forgotten password by link or by code, whichever is mailed."""
    journey.forget_password(person)
    mail = journey.mailbox.wait(to=person.email, kind=KIND)
    if mail.token:
        body = {"resettoken": mail.token, "password": new_password()}
        return api.call("authentication.reset_password_by_reset_token", body=body).must_succeed()
    body = {"email": person.email, "otp": mail.otp, "password": new_password()}
    return api.call("authentication.reset_password_by_email_otp", body=body).must_succeed()


@pytest.mark.preset("mfa-optional", login_on_password_reset=True)
@pytest.mark.rule("recovery.reset_keeps_the_second_factor")
def test_reset_does_not_bypass_the_second_factor(journey: Journey, api: Client, person: Person) -> None:
    app = journey.enrol_totp(journey.mfa.log_in(person))
    token = reset_token(journey, person)
    chosen = new_password()
    answer = api.call("authentication.reset_password_by_reset_token", body={"resettoken": token, "password": chosen})
    assert not answer.must_succeed().data.get("Data")
    challenge = journey.mfa.begin(replace(person, password=chosen))
    journey.mfa.answer_totp(challenge, app)


@pytest.mark.preset("lockout-suspend")
@pytest.mark.rule("recovery.reset_opens_a_lock")
def test_reset_ends_the_lockout(journey: Journey, person: Person) -> None:
    token = reset_token(journey, person)
    for _ in range(3):
        with expect_error(ErrorCode.CREDENTIALS_INCORRECT, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
            journey.log_in(person, password=new_password())
    journey.log_in(journey.password_reset.reset_by_token(person, token, new_password()))


@pytest.mark.preset("default", server_side_validation=True)
@pytest.mark.rule("recovery.refused_password_keeps_the_token")
def test_rejected_password_does_not_use_up_the_reset_link(journey: Journey, person: Person) -> None:
    token = reset_token(journey, person)
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED):
        journey.password_reset.reset_by_token(person, token, "short")
    journey.log_in(journey.password_reset.reset_by_token(person, token, new_password()))
