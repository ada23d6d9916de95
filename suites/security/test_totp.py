"""Rows 34 to 36: authenticator apps."""

import base64
from datetime import timedelta
from email.utils import format_datetime

import pytest

from loginradius_harness.checks.security.login_attempts import log_in
from loginradius_harness.client import totp
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

WRONG_CODE, LOCKED_LOGIN = ErrorCode.AUTHENTICATOR_CODE_INCORRECT, ErrorCode.ACCOUNT_LOCKED_DURING_MFA
ENOUGH_BITS = 128

pytestmark = pytest.mark.preset("mfa-optional")


@pytest.fixture
def secret(journey: Journey, session: Session) -> str:
    """Return the secret of the victim's authenticator app."""
    secret = str(journey.mfa.settings(session)["ManualEntryCode"])
    align_to_time_step(journey)
    code = totp.code(secret, journey.client.clock.now())
    operation = "mfa.verify_authenticator_code_by_access_token"
    journey.client.call(operation, token=session.token, body={"authenticatorcode": code}).must_succeed()
    return secret


def align_to_time_step(journey: Journey, *, steps: int = 0) -> None:
    """Advance to the beginning of a later time step, so that a code stays valid during the test."""
    passed = journey.client.clock.now().timestamp() % totp.STEP_SECONDS
    if steps or passed > totp.STEP_SECONDS / 2:
        journey.let_time_pass((max(steps, 1) * totp.STEP_SECONDS) - passed + 2)


def try_code(journey: Journey, person: Person, code: str, **request: object) -> ApiResponse:
    """Log in with the password and a code."""
    query = {"secondFactorAuthenticationToken": journey.mfa.begin(person).token}
    body = {"authenticatorcode": code}
    call = journey.client.call
    return call("mfa.validate_authenticator_code", query=query, body=body, **request)  # type: ignore[arg-type]  # headers


@pytest.mark.preset("mfa-optional", totp_drift_steps=1)
@pytest.mark.security(34, "ASVS 5.0 6.5.1", "NIST SP 800-63B-4 3.1.4.2", "RFC 6238 5.2")
@pytest.mark.rule("mfa.authenticator_code_is_single_use")
def test_authenticator_code_works_once(journey: Journey, person: Person, secret: str) -> None:
    align_to_time_step(journey, steps=3)
    code = totp.code(secret, journey.client.clock.now())
    try_code(journey, person, code).must_succeed()
    try_code(journey, person, code).must_be_refused(WRONG_CODE)


@pytest.mark.preset("mfa-optional", totp_drift_steps=1)
@pytest.mark.security(34, "ASVS 5.0 6.5.1", "ASVS 5.0 2.3.4", "RFC 6238 5.2")
@pytest.mark.rule("mfa.authenticator_code_is_single_use")
def test_code_older_than_the_last_used_one_is_refused(journey: Journey, person: Person, secret: str) -> None:
    align_to_time_step(journey, steps=3)
    now = journey.client.clock.now()
    try_code(journey, person, totp.code(secret, now)).must_succeed()
    try_code(journey, person, totp.code(secret, now, -1)).must_be_refused(WRONG_CODE)


@pytest.mark.preset("mfa-optional", totp_drift_steps=1)
@pytest.mark.parametrize("steps", [-1, 1])
@pytest.mark.security(35, "RFC 6238 5.2")
@pytest.mark.rule("mfa.code_of_neighbour_step_is_accepted")
def test_code_of_the_adjacent_time_step_is_accepted(journey: Journey, person: Person, secret: str, steps: int) -> None:
    align_to_time_step(journey, steps=3)
    try_code(journey, person, totp.code(secret, journey.client.clock.now(), steps)).must_succeed()


@pytest.mark.preset("mfa-optional", lockout_threshold=0)
@pytest.mark.parametrize("steps", [-20, -3, -2, 2, 3, 20])
@pytest.mark.security(35, "ASVS 5.0 6.5.5", "RFC 6238 5.2")
@pytest.mark.rule("mfa.code_of_distant_step_is_refused")
def test_code_of_a_distant_time_step_is_refused(journey: Journey, person: Person, secret: str, steps: int) -> None:
    align_to_time_step(journey, steps=30)
    try_code(journey, person, totp.code(secret, journey.client.clock.now(), steps)).must_be_refused(WRONG_CODE)


@pytest.mark.preset("mfa-optional", totp_drift_steps=1)
@pytest.mark.security(35, "ASVS 5.0 6.5.8")
@pytest.mark.rule("mfa.client_time_is_ignored")
def test_client_supplied_time_is_ignored(journey: Journey, person: Person, secret: str) -> None:
    align_to_time_step(journey, steps=3)
    claimed = journey.client.clock.now() + timedelta(hours=1)
    headers = {"Date": format_datetime(claimed, usegmt=True), "X-Request-Expires": f"{claimed:%Y-%m-%d %H:%M:%S}"}
    try_code(journey, person, totp.code(secret, claimed), headers=headers).must_be_refused(WRONG_CODE)
    try_code(journey, person, totp.code(secret, journey.client.clock.now()), headers=headers).must_succeed()


@pytest.mark.security(36, "NIST SP 800-63B-4 3.1.4.1", "RFC 4226 R6", "ASVS 5.0 6.5.3")
@pytest.mark.rule("mfa.secret_is_long_and_its_own")
def test_authenticator_secrets_are_long_and_distinct(journey: Journey) -> None:
    sessions = [log_in(journey, journey.verified_person()) for _ in range(5)]
    secrets = [journey.mfa.settings(session)["ManualEntryCode"] for session in sessions]
    keys = {base64.b32decode(secret + "=" * (-len(secret) % 8)) for secret in secrets}
    assert len(keys) == len(sessions)
    assert min(len(key) * 8 for key in keys) >= ENOUGH_BITS


@pytest.mark.security(36, "NIST SP 800-63B-4 3.1.4.1")
@pytest.mark.rule("mfa.secret_is_hidden_after_enrolment")
def test_enrolled_secret_is_shown_nowhere(journey: Journey, person: Person, session: Session) -> None:
    offered = journey.mfa.settings(session)["ManualEntryCode"]
    journey.enrol_totp(session)
    shown = [
        journey.mfa.settings(session),
        journey.mfa.first_factor(person).data["SecondFactorAuthentication"],
        journey.reauthentication.begin(session),
        journey.accounts.read(person.uid),
    ]
    assert [data.get("ManualEntryCode") or data.get("QRCode") for data in shown] == [None] * len(shown)
    assert not any(offered in str(data) for data in shown)
