"""Push notifications and Duo: what must not stand in for the user's own approval."""

import pytest

from loginradius_harness.client.errors import InfrastructureError
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("mfa-devices")

LONGER_THAN_A_PROMPT = 301.0


@pytest.mark.security(76, "ASVS 5.0 6.6.2")
@pytest.mark.rule("mfa.forged_approval_is_refused")
def test_approval_needs_the_signature_of_the_phone(journey: Journey) -> None:
    devices, person = journey.factor_devices, journey.verified_person()
    devices.register_phone(journey.accounts.log_in(person), "forge")
    challenge = journey.mfa.begin(person)
    with expect_error(ErrorCode.PUSH_VERIFICATION_FAILED):
        devices.finish(challenge)


@pytest.mark.security(76, "ASVS 5.0 6.6.2")
@pytest.mark.rule("mfa.approval_serves_its_login_only")
def test_approval_of_one_login_finishes_no_other(journey: Journey) -> None:
    devices, person = journey.factor_devices, journey.verified_person()
    phone = devices.register_phone(journey.accounts.log_in(person), "approve")
    approved = journey.mfa.begin(person)
    devices.answer(phone, "wait")
    waiting = journey.mfa.begin(person)
    with expect_error(ErrorCode.PUSH_NOTIFICATION_PENDING):
        devices.finish(waiting)
    assert journey.profile(devices.finish(approved))["Uid"] == person.uid


@pytest.mark.preset("mfa-devices", mfa="required")
@pytest.mark.security(76, "ASVS 5.0 6.3.3", "NIST SP 800-63B-4 4.1.2")
@pytest.mark.rule("mfa.password_registers_no_second_phone")
def test_qr_code_of_a_password_registers_no_phone_beside_a_factor(journey: Journey) -> None:
    devices, person = journey.factor_devices, journey.verified_person()
    shown_to_a_thief = journey.mfa.begin(person).push_code
    journey.enrol_totp(journey.accounts.log_in(person))
    with pytest.raises(InfrastructureError, match="no such phone"):
        devices.scan(shown_to_a_thief, "approve")
    assert journey.mfa.begin(person).factors == {"totp"}


@pytest.mark.security(76, "ASVS 5.0 6.6.2", "RFC 9700 4.7")
@pytest.mark.rule("mfa.duo_state_works_once")
@pytest.mark.parametrize("how", ["used", "late", "foreign"])
def test_state_of_duo_works_once_for_its_user(journey: Journey, how: str) -> None:
    devices, person, thief = journey.factor_devices, journey.verified_person(), journey.verified_person()
    session = journey.accounts.log_in(person)
    devices.enrol_duo(session)
    devices.enrol_duo(journey.accounts.log_in(thief))
    challenge = devices.begin(person)
    returned = devices.pass_duo((devices.begin(thief) if how == "foreign" else challenge).duo_endpoint)
    if how == "used":
        devices.prove_duo(challenge, returned)
    elif how == "late":
        journey.let_time_pass(LONGER_THAN_A_PROMPT)
    with expect_error(ErrorCode.DUO_STATE_INCORRECT):
        devices.prove_duo(devices.begin(person), returned)
    if how != "late":
        with expect_error(ErrorCode.DUO_STATE_INCORRECT):
            devices.step_up(session, returned)
