"""Enrolment of a second factor."""

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
    """Log in without a second factor."""
    return journey.mfa.log_in(person)


def verified(journey: Journey, session: Session) -> set[str]:
    """Return the factors that the MFA settings list as verified."""
    settings = journey.mfa.settings(session)
    return {factor for factor, flag in FLAGS.items() if settings[flag]}


@pytest.mark.rule("mfa.secret_is_long_and_its_own")
def test_authenticator_secrets_are_long_and_unique(journey: Journey) -> None:
    secrets = [journey.mfa.settings(journey.mfa.log_in(journey.verified_person()))["ManualEntryCode"] for _ in range(5)]
    assert len(set(secrets)) == 5
    assert min(map(len, secrets)) >= LEAST_SECRET


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.secret_is_long_and_its_own")
def test_mfa_challenge_offers_a_long_secret(journey: Journey) -> None:
    secrets = [journey.mfa.begin(journey.verified_person()).secret for _ in range(5)]
    assert len(set(secrets)) == 5
    assert min(map(len, secrets)) >= LEAST_SECRET


@pytest.mark.rule("mfa.secret_is_hidden_after_enrolment")
def test_authenticator_secret_is_hidden_after_enrolment(journey: Journey, person: Person, session: Session) -> None:
    before = journey.mfa.settings(session)
    assert before["ManualEntryCode"] in before["QRCode"]
    journey.enrol_totp(session)
    asked = journey.mfa.first_factor(person).data["SecondFactorAuthentication"]
    for shown in (journey.mfa.settings(session), asked):
        assert (shown["QRCode"], shown["ManualEntryCode"]) == (None, None)


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.first_code_enrols")
def test_first_code_at_login_enrols_the_authenticator(journey: Journey, person: Person) -> None:
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
def test_only_the_correct_code_enrols_the_authenticator(
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
def test_phone_is_enrolled_at_login(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    journey.mfa.offer_phone(challenge, person.phone)
    session = journey.mfa.answer_sms(challenge, person.phone)
    assert verified(journey, session) == {"sms"}


@pytest.mark.preset("mfa-required")
@pytest.mark.rule("mfa.factors_are_enrolled_at_login")
def test_security_answers_are_enrolled_at_login(journey: Journey, person: Person) -> None:
    session = journey.mfa.offer_answers(journey.mfa.begin(person), {journey.question_id: person.answer})
    assert verified(journey, session) == {"answers"}


@pytest.mark.preset("mfa-required")
def test_email_is_enrolled_at_login(journey: Journey, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    journey.mfa.send_email(challenge, person.email)
    session = journey.mfa.answer_email(challenge, person.email)
    assert verified(journey, session) == {"email"}


@pytest.mark.parametrize("factor", FACTORS)
@pytest.mark.rule("mfa.factors_are_enrolled_by_token", "mfa.settings_tell_the_factors")
def test_factor_is_enrolled_with_an_access_token(journey: Journey, factor: str) -> None:
    owner = MfaUser(journey)
    assert verified(journey, owner.session) == set()
    owner.enrol(factor)
    assert verified(journey, owner.session) == {factor}
    assert owner.begin().factors == {factor}


@pytest.mark.rule("mfa.factors_are_enrolled_by_token")
def test_phone_or_email_is_no_factor_before_its_code_is_confirmed(
    journey: Journey, person: Person, session: Session
) -> None:
    journey.mfa.name_phone(session, person.phone)
    journey.mfa.name_email(session, person.email)
    assert verified(journey, session) == set()
    journey.mfa.log_in(person)


@pytest.mark.rule("mfa.settings_tell_the_factors")
def test_mfa_settings_list_every_factor(journey: Journey) -> None:
    owner = MfaUser(journey, *FACTORS)
    assert verified(journey, owner.session) == set(FACTORS)


@pytest.mark.rule("mfa.answers_are_replaced_on_request")
def test_security_answers_can_be_changed(journey: Journey) -> None:
    owner, changed = MfaUser(journey, "answers"), {journey.question_id: "another answer"}
    journey.mfa.enrol_answers(owner.session, changed)
    challenge = owner.begin()
    with expect_error(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT):
        journey.mfa.answer_questions(challenge, {journey.question_id: owner.person.answer})
    journey.mfa.answer_questions(challenge, changed)
