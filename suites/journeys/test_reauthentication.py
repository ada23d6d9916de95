"""Reauthentication before a sensitive operation."""

from datetime import datetime, timedelta

import pytest

from loginradius_harness.checks.support.mfa_users import FACTORS, WRONG, MfaUser
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person
from loginradius_harness.journey.reauthentication import KIND

pytestmark = pytest.mark.preset("step-up")

UNKNOWN = "00000000-0000-4000-8000-000000000000"
CHECKS = {"mfa": "totp", "password": "password", "pin": "pin"}  # kind of check -> a proof that it accepts


def proof(owner: MfaUser, how: str) -> str:
    """Return the correct proof of this kind."""
    journey = owner.journey
    match how:
        case "sms":
            journey.reauthentication.begin(owner.session)
        case "email":
            journey.reauthentication.send_email(owner.session, owner.person.email)
        case "backup":
            return journey.backup_codes(owner.session)[0]
        case "password" | "pin":
            return str(getattr(owner.person, how))
    return owner.proof(how, KIND)


def prove(owner: MfaUser, how: str) -> str:
    """Send a proof; return the reauthentication token."""
    return owner.journey.reauthentication.prove(owner.session, how, proof(owner, how), at=owner.reference(how))


@pytest.fixture
def owner(journey: Journey) -> MfaUser:
    """Create an account with an authenticator app and a PIN."""
    return MfaUser(journey, "totp", having=("pin",))


@pytest.mark.preset("mfa-optional")
def test_reauthentication_is_refused_when_disabled(journey: Journey) -> None:
    with expect_error(ErrorCode.REAUTHENTICATION_DISABLED):
        journey.reauthentication.begin(MfaUser(journey, "totp").session)


@pytest.mark.rule("step_up.trigger_tells_and_sends")
def test_reauthentication_lists_the_factors_and_sends_a_code(journey: Journey) -> None:
    owner = MfaUser(journey, "sms")
    asked = journey.reauthentication.begin(owner.session)
    assert (asked["IsOTPAuthenticatorVerified"], asked["IsAuthenticatorVerified"]) == (True, False)
    journey.reauthentication.by_sms(owner.session, owner.person.phone)


@pytest.mark.parametrize("how", [*FACTORS, "backup", "password", "pin"])
@pytest.mark.rule("step_up.proof_answers_a_token")
def test_correct_proof_returns_a_reauthentication_token(journey: Journey, how: str) -> None:
    owner = MfaUser(journey, how if how in FACTORS else "totp", having=("pin",))
    kind = how if how in CHECKS else "mfa"
    assert journey.reauthentication.check(owner.person.uid, kind, prove(owner, how)).data["IsValid"] is True


@pytest.mark.preset("step-up", step_up_seconds=300)
@pytest.mark.rule("step_up.proof_answers_a_token")
def test_reauthentication_token_reports_its_expiry(journey: Journey, owner: MfaUser) -> None:
    body, token = {"password": owner.person.password}, owner.session.token
    answer = journey.client.call("reauthentication.by_password", token=token, body=body).must_succeed().data
    left = datetime.fromisoformat(answer["ExpireIn"]) - journey.client.clock.now()
    assert timedelta(seconds=290) < left < timedelta(seconds=310)


@pytest.mark.parametrize("how", [*FACTORS, "backup"])
@pytest.mark.rule("step_up.wrong_proof_is_refused")
def test_wrong_proof_returns_no_reauthentication_token(journey: Journey, how: str) -> None:
    owner = MfaUser(journey, how if how in FACTORS else "totp")
    proof(owner, how)
    with expect_error(WRONG[how]):
        journey.reauthentication.prove(owner.session, how, "wrong!", at=owner.reference(how))


@pytest.mark.parametrize(
    ("how", "code"), [("password", ErrorCode.REAUTHENTICATION_PASSWORD_INCORRECT), ("pin", ErrorCode.PIN_INCORRECT)]
)
@pytest.mark.rule("step_up.wrong_password_or_pin_is_refused")
def test_wrong_password_or_pin_returns_no_reauthentication_token(
    journey: Journey, owner: MfaUser, how: str, code: int
) -> None:
    with expect_error(code) as refusal:
        journey.reauthentication.prove(owner.session, how, "000000wrong")
    assert refusal.reply is not None
    assert refusal.reply.status == 401


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.rule("step_up.token_is_valid_on_the_server", "step_up.token_is_single_use")
def test_reauthentication_token_works_once(journey: Journey, owner: MfaUser, kind: str) -> None:
    shown = prove(owner, CHECKS[kind])
    assert journey.reauthentication.check(owner.person.uid, kind, shown).data["IsValid"] is True
    with expect_error(ErrorCode.REAUTHENTICATION_TOKEN_INVALID):
        journey.reauthentication.check(owner.person.uid, kind, shown)


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.rule("step_up.unknown_token_is_refused")
def test_unknown_reauthentication_token_is_refused(journey: Journey, owner: MfaUser, kind: str) -> None:
    with expect_error(ErrorCode.REAUTHENTICATION_TOKEN_INVALID):
        journey.reauthentication.check(owner.person.uid, kind, UNKNOWN)


@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.rule("step_up.token_belongs_to_its_account")
def test_reauthentication_token_works_for_its_account_only(journey: Journey, owner: MfaUser, kind: str) -> None:
    shown, other = prove(owner, CHECKS[kind]), journey.verified_person()
    with expect_error(ErrorCode.REAUTHENTICATION_TOKEN_INVALID):
        journey.reauthentication.check(other.uid, kind, shown)
    journey.reauthentication.check(owner.person.uid, kind, shown)


@pytest.mark.preset("step-up", step_up_seconds=300)
@pytest.mark.parametrize("kind", CHECKS)
@pytest.mark.rule("step_up.token_expires")
def test_reauthentication_token_expires(journey: Journey, owner: MfaUser, kind: str) -> None:
    first, second = prove(owner, CHECKS[kind]), prove(owner, CHECKS[kind])
    journey.let_time_pass(200)  # an app shows a new code every half minute
    journey.reauthentication.check(owner.person.uid, kind, first)
    journey.let_time_pass(120)
    with expect_error(ErrorCode.REAUTHENTICATION_TOKEN_INVALID):
        journey.reauthentication.check(owner.person.uid, kind, second)


@pytest.mark.rule("step_up.backup_code_is_spent")
def test_backup_code_used_for_reauthentication_cannot_log_in(journey: Journey, owner: MfaUser) -> None:
    code = proof(owner, "backup")
    journey.reauthentication.prove(owner.session, "backup", code)
    with expect_error(ErrorCode.BACKUP_CODE_INCORRECT_OR_USED):
        journey.log_in_with_backup_code(owner.person, code)


@pytest.mark.rule("step_up.mailed_code_needs_no_factor")
def test_mailed_code_steps_up_without_a_factor(journey: Journey, person: Person) -> None:
    session = journey.accounts.log_in(person)
    code = journey.reauthentication.ask_for_code(session, person.email)
    with expect_error(ErrorCode.EMAIL_OTP_INCORRECT):
        journey.reauthentication.by_code(session, person.email, "wrong!")
    proof = journey.reauthentication.by_code(session, person.email, code)
    assert journey.reauthentication.check(person.uid, "mfa", proof).data == {"IsValid": True}
