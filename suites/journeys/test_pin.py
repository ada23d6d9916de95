"""Repeated login with a PIN."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.pins import KIND

pytestmark = pytest.mark.preset("pin")

Json = Any

NEW, WRONG = "864209", "000000"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a PIN and every identifier."""
    return journey.verified_person("pin", "phone", "username", "answer")


def pin_auth_token(journey: Journey, person: Person) -> str:
    """Return the token of a login that waits for a PIN."""
    with expect_error(ErrorCode.PIN_SETUP_REQUIRED) as refusal:
        journey.log_in(person)
    return str(refusal.data["PINAuthToken"])


@pytest.mark.rule("pin.session_token_comes_with_a_login", "pin.right_pin_answers_a_session")
def test_pin_logs_in_with_a_session_token(journey: Journey, api: Client, person: Person) -> None:
    body = {"email": person.email, "password": person.password}
    answer = api.call("authentication.login_by_email", body=body).must_succeed().data
    assert answer["session_token"]
    assert answer["session_expires_in"] > answer["expires_in"]
    session = journey.pins.log_in(person, Session(token="", session_token=answer["session_token"]))
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("pin.wrong_one_is_refused")
def test_wrong_pin_is_refused(journey: Journey, person: Person, session: Session) -> None:
    with expect_error(ErrorCode.PIN_INCORRECT) as refusal:
        journey.pins.log_in(replace(person, pin=WRONG), session)
    assert refusal.reply is not None
    assert refusal.reply.status == 401


@pytest.mark.rule("pin.bad_session_token_is_refused")
def test_pin_login_requires_a_live_session_token(journey: Journey, person: Person, session: Session) -> None:
    with expect_error(ErrorCode.PIN_SESSION_TOKEN_INVALID):
        journey.pins.log_in(person, Session(token="", session_token=UNKNOWN))
    journey.pins.end(session)
    with expect_error(ErrorCode.PIN_SESSION_TOKEN_INVALID):
        journey.pins.log_in(person, session)


@pytest.mark.preset("pin", pin_session_seconds=3_600)
@pytest.mark.rule("pin.bad_session_token_is_refused")
def test_pin_session_token_expires(journey: Journey, person: Person, session: Session) -> None:
    journey.let_time_pass(3_500)
    journey.pins.log_in(person, session)
    journey.let_time_pass(120)
    with expect_error(ErrorCode.PIN_SESSION_TOKEN_EXPIRED):
        journey.pins.log_in(person, session)


@pytest.mark.rule("pin.session_token_belongs_to_its_account")
def test_pin_of_another_account_is_refused(journey: Journey, session: Session) -> None:
    other = journey.verified_person("pin")
    with expect_error(ErrorCode.PIN_INCORRECT):
        journey.pins.log_in(other, session)


@pytest.mark.rule("pin.required_and_unset_stops_login", "pin.set_by_pin_auth_token_answers_a_session")
def test_required_pin_is_set_before_login_completes(journey: Journey) -> None:
    person = journey.verified_person()
    session = journey.pins.set(person, pin_auth_token(journey, person))
    assert journey.profile(session)["Uid"] == person.uid
    journey.pins.log_in(person, session)


@pytest.mark.rule("pin.bad_pin_auth_token_is_refused")
def test_unknown_or_used_pin_token_is_refused(journey: Journey) -> None:
    person = journey.verified_person()
    with expect_error(ErrorCode.PIN_AUTH_TOKEN_INVALID):
        journey.pins.set(person, UNKNOWN)
    token = pin_auth_token(journey, person)
    journey.pins.set(person, token)
    with expect_error(ErrorCode.PIN_AUTH_TOKEN_INVALID):
        journey.pins.set(person, token)


@pytest.mark.preset("pin", pin_auth_seconds=300)
@pytest.mark.rule("pin.bad_pin_auth_token_is_refused")
def test_pin_token_expires(journey: Journey) -> None:
    person = journey.verified_person()
    token = pin_auth_token(journey, person)
    journey.let_time_pass(310)
    with expect_error(ErrorCode.PIN_AUTH_TOKEN_EXPIRED):
        journey.pins.set(person, token)


@pytest.mark.rule("pin.change_takes_effect")
def test_pin_change_requires_the_current_pin(journey: Journey, person: Person, session: Session) -> None:
    with expect_error(ErrorCode.CURRENT_PIN_INCORRECT) as refusal:
        journey.pins.change(replace(person, pin=WRONG), session, NEW)
    assert refusal.reply is not None
    assert refusal.reply.status == 401
    renewed = journey.pins.change(person, session, NEW)
    journey.pins.log_in(renewed, session)
    with expect_error(ErrorCode.PIN_INCORRECT):
        journey.pins.log_in(person, session)


@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("pin.reset_is_mailed_or_sent")
def test_forgot_pin_sends_a_link(journey: Journey, person: Person, session: Session, way: str) -> None:
    {"email": journey.pins.forget_by_email, "username": journey.pins.forget_by_username}[way](person)
    renewed = journey.pins.reset_by_mail(person, NEW)
    journey.pins.log_in(renewed, session)


@pytest.mark.rule("pin.reset_is_mailed_or_sent", "pin.otp_sets_it")
def test_forgot_pin_sends_an_sms(journey: Journey, person: Person, session: Session) -> None:
    journey.pins.forget_by_phone(person)
    with expect_error(ErrorCode.OTP_INCORRECT):
        journey.pins.reset_by_code(person, "wrong!", NEW, by="phone")
    renewed = journey.pins.reset_by_sms(person, NEW)
    journey.pins.log_in(renewed, session)


@pytest.mark.preset("pin-otp")
@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("pin.otp_sets_it")
def test_forgot_pin_sends_an_email_code(journey: Journey, person: Person, session: Session, way: str) -> None:
    journey.pins.forget_by_email(person)
    code = journey.mailbox.wait(to=person.email, kind=KIND).otp
    with expect_error(ErrorCode.EMAIL_OTP_INCORRECT):
        journey.pins.reset_by_code(person, "wrong!", NEW, by=way)
    renewed = journey.pins.reset_by_code(person, code, NEW, by=way)
    journey.pins.log_in(renewed, session)


@pytest.mark.parametrize("way", ["email", "phone", "username"])
@pytest.mark.rule("pin.answer_sets_it")
def test_security_answer_resets_the_pin(journey: Journey, person: Person, session: Session, way: str) -> None:
    with expect_error(ErrorCode.SECURITY_ANSWER_INCORRECT, ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.pins.reset_by_answer(replace(person, answer="wrong"), journey.question_id, NEW, by=way)
    renewed = journey.pins.reset_by_answer(person, journey.question_id, NEW, by=way)
    journey.pins.log_in(renewed, session)


@pytest.mark.rule("pin.reset_token_is_single_use")
def test_pin_reset_link_works_once(journey: Journey, person: Person) -> None:
    journey.pins.forget_by_email(person)
    token = journey.mailbox.wait(to=person.email, kind=KIND).token
    journey.pins.reset_by_token(person, token, NEW)
    with expect_error(ErrorCode.PIN_RESET_LINK_ALREADY_USED):
        journey.pins.reset_by_token(person, token, WRONG)


@pytest.mark.preset("pin", lockout_type="Suspend", lockout_threshold=3)
@pytest.mark.rule("pin.guesses_are_limited")
def test_wrong_pins_lock_the_account(journey: Journey, person: Person, session: Session) -> None:
    for _ in range(3):
        with expect_error(ErrorCode.PIN_INCORRECT, ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
            journey.pins.log_in(replace(person, pin=WRONG), session)
    with expect_error(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY):
        journey.pins.log_in(person, session)


@pytest.mark.rule("pin.is_never_shown")
def test_pin_is_never_returned(journey: Journey, person: Person, session: Session) -> None:
    shown = [journey.profile(session), journey.accounts.read(person.uid), journey.accounts.find(person)]
    assert person.pin not in {*leaves(shown)}


def leaves(data: Json) -> Iterator[Json]:
    """Yield every value of a response."""
    if isinstance(data, dict | list):
        for item in data.values() if isinstance(data, dict) else data:
            yield from leaves(item)
    else:
        yield data


@pytest.mark.preset("pin", pin_required=False)
@pytest.mark.rule("pin.optional_and_unset_does_not_block_login")
def test_optional_pin_does_not_delay_login(journey: Journey) -> None:
    person = journey.verified_person()
    assert journey.log_in(person).uid == person.uid


@pytest.mark.rule("pin.given_at_registration_is_set")
def test_pin_set_at_registration_logs_in(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person, PINInfo={"PIN": person.pin, "Skipped": False})
    journey.confirm_email(person)
    session = journey.log_in(person)
    assert journey.pins.log_in(person, session).uid == session.uid


@pytest.mark.preset("pin", pin_min_length=4, pin_max_length=6)
@pytest.mark.operation("pin.set_pin_by_pin_auth_token")
@pytest.mark.parametrize(("pin", "fits"), [("123", False), ("1234", True), ("123456", True), ("1234567", False)])
def test_pin_length_is_limited(journey: Journey, api: Client, pin: str, *, fits: bool) -> None:
    query = {"pinAuthToken": pin_auth_token(journey, journey.verified_person())}
    reply = api.call("pin.set_pin_by_pin_auth_token", query=query, body={"PIN": pin})
    if fits:
        reply.must_succeed()
    else:
        reply.must_be_refused(ErrorCode.FIELD_VALIDATION_FAILED)
