"""Taking up a second factor."""

import pytest

from loginradius_harness.checks.support.mfa_users import FACTORS, MfaUser
from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("mfa-optional")

LEAST_SECRET = 26  # base32 characters: 128 bits
FLAGS = {
    "totp": "IsAuthenticatorVerified",
    "sms": "IsOTPAuthenticatorVerified",
    "email": "IsEmailOtpAuthenticatorVerified",
    "answers": "IsSecurityQuestionAuthenticatorVerified",
}


@pytest.fixture
def session(journey: Journey, person: Person) -> Session:
    """The person, logged in without a second factor."""
    return journey.mfa.log_in(person)


def verified(journey: Journey, session: Session) -> set[str]:
    """Which factors the settings of an account call verified."""
    settings = journey.mfa.settings(session)
    return {factor for factor, flag in FLAGS.items() if settings[flag]}


@pytest.mark.rule("mfa.secret_is_long_and_its_own")
def test_every_app_gets_a_long_secret_of_its_own(journey: Journey) -> None:
    secrets = [journey.mfa.settings(journey.mfa.log_in(journey.somebody()))["ManualEntryCode"] for _ in range(5)]
    assert len(set(secrets)) == 5
    assert min(map(len, secrets)) >= LEAST_SECRET


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.secret_is_long_and_its_own")
def test_a_challenge_offers_a_long_secret_as_well(journey: Journey) -> None:
    secrets = [journey.mfa.begin(journey.somebody()).secret for _ in range(5)]
    assert len(set(secrets)) == 5
    assert min(map(len, secrets)) >= LEAST_SECRET


@pytest.mark.rule("mfa.secret_is_hidden_after_enrolment")
def test_the_secret_is_shown_until_it_is_in_use(journey: Journey, person: Person, session: Session) -> None:
    before = journey.mfa.settings(session)
    assert before["ManualEntryCode"] in before["QRCode"]
    journey.enrol_totp(session)
    asked = journey.mfa.first_factor(person).data["SecondFactorAuthentication"]
    for shown in (journey.mfa.settings(session), asked):
        assert (shown["QRCode"], shown["ManualEntryCode"]) == (None, None)


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.first_code_enrols")
def test_the_first_code_typed_in_at_log_in_enrols_the_app(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    app = journey.mfa.app_of(challenge)
    session = journey.mfa.answer_totp(challenge, app)
    assert verified(journey, session) == {"totp"}
    assert journey.mfa.begin(person).factors == {"totp"}


@pytest.mark.rule("mfa.code_by_token_enrols")
@pytest.mark.parametrize(
    ("operation", "member"),
    [
        ("mfa.verify_authenticator_code_by_access_token", "authenticatorcode"),
        ("mfa.verify_google_code_by_access_token", "googleauthenticatorcode"),
    ],
)
def test_the_right_code_enrols_the_app_and_no_other(
    journey: Journey, api: Client, person: Person, operation: str, member: str
) -> None:
    session = journey.mfa.log_in(person)
    app = journey.authenticator(journey.mfa.settings(session)["ManualEntryCode"])
    api.call(operation, token=session.token, body={member: app.old_code(9)}).must_be_refused(
        ErrorCode.AUTHENTICATOR_CODE_INCORRECT
    )
    assert verified(journey, session) == set()
    api.call(operation, token=session.token, body={member: app.code()}).must_succeed()
    assert journey.mfa.begin(person).factors == {"totp"}


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.factors_are_enrolled_at_login")
def test_a_phone_is_enrolled_at_log_in(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    journey.mfa.offer_phone(challenge, person.phone)
    session = journey.mfa.answer_sms(challenge, person.phone)
    assert verified(journey, session) == {"sms"}


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.factors_are_enrolled_at_login")
def test_security_answers_are_enrolled_at_log_in(journey: Journey, person: Person) -> None:
    session = journey.mfa.offer_answers(journey.mfa.begin(person), {journey.question_id: person.answer})
    assert verified(journey, session) == {"answers"}


@pytest.mark.preset("mfa-required")
def test_an_address_is_enrolled_at_log_in(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    journey.mfa.send_email(challenge, person.email)
    session = journey.mfa.answer_email(challenge, person.email)
    assert verified(journey, session) == {"email"}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.rule("mfa.factors_are_enrolled_by_token", "mfa.settings_tell_the_factors")
def test_who_is_logged_in_takes_up_a_factor(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey)
    assert verified(journey, owner.session) == set()
    owner.enrol(factor)
    assert verified(journey, owner.session) == {factor}
    assert owner.begin().factors == {factor}


@pytest.mark.rule("mfa.factors_are_enrolled_by_token")
def test_a_number_or_address_is_no_factor_before_its_code_came_back(
    journey: Journey, person: Person, session: Session
) -> None:
    journey.mfa.name_phone(session, person.phone)
    journey.mfa.name_email(session, person.email)
    assert verified(journey, session) == set()
    journey.mfa.log_in(person)


@pytest.mark.rule("mfa.settings_tell_the_factors")
def test_the_settings_tell_every_factor(journey: Journey) -> None:
    owner = MfaUser(journey, *FACTORS)
    assert verified(journey, owner.session) == set(FACTORS)


@pytest.mark.rule("mfa.answers_are_replaced_on_request")
def test_answers_change_where_that_is_said(journey: Journey) -> None:
    owner, changed = MfaUser(journey, "answers"), {journey.question_id: "another answer"}
    journey.mfa.enrol_answers(owner.session, changed)
    challenge = owner.begin()
    with expect_error(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.mfa.answer_questions(challenge, {journey.question_id: owner.person.answer})
    journey.mfa.answer_questions(challenge, changed)
