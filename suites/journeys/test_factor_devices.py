"""Push notifications and Duo as second factor (product-facts.md#push, #duo)."""

from collections.abc import Callable

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.factor_devices import FactorDevices
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("mfa-devices")

LONGER_THAN_A_NOTIFICATION = 301.0


@pytest.fixture
def devices(journey: Journey) -> FactorDevices:
    """Return the phones and Duo prompts of the journey."""
    return journey.factor_devices


@pytest.mark.parametrize("operation", ["mfa.ping_push", "mfa.validate_push_legacy"])
@pytest.mark.rule("mfa.approved_push_opens_a_session")
def test_approved_push_completes_a_login(
    journey: Journey, devices: FactorDevices, person: Person, operation: str
) -> None:
    session = journey.accounts.log_in(person)
    assert devices.has_phone(session) is False
    phone = devices.register_phone(session)
    assert devices.has_phone(session) is True
    challenge = journey.mfa.begin(person)
    assert challenge.factors == {"push"}
    with expect_error(ErrorCode.PUSH_NOTIFICATION_PENDING):
        devices.finish(challenge, operation)
    assert devices.answer(phone, "approve") == 0
    assert journey.profile(devices.finish(challenge, operation))["Uid"] == person.uid
    with expect_error(ErrorCode.PUSH_NOTIFICATION_ALREADY_APPROVED):
        devices.finish(challenge, operation)


@pytest.mark.rule("mfa.declined_push_is_refused")
def test_declined_push_is_refused(journey: Journey, devices: FactorDevices, person: Person) -> None:
    phone = devices.register_phone(journey.accounts.log_in(person), "decline")
    challenge = journey.mfa.begin(person)
    with expect_error(ErrorCode.PUSH_NOTIFICATION_DECLINED):
        devices.finish(challenge)
    devices.answer(phone, "approve")
    with expect_error(ErrorCode.PUSH_NOTIFICATION_DECLINED):
        devices.resend(challenge)
    with expect_error(ErrorCode.PUSH_NOTIFICATION_DECLINED):
        devices.finish(challenge)


@pytest.mark.rule("mfa.push_can_be_sent_again")
def test_push_that_is_too_old_can_be_sent_again(journey: Journey, devices: FactorDevices, person: Person) -> None:
    phone = devices.register_phone(journey.accounts.log_in(person))
    challenge = journey.mfa.begin(person)
    journey.let_time_pass(LONGER_THAN_A_NOTIFICATION)
    devices.answer(phone, "approve")
    with expect_error(ErrorCode.PUSH_TOKEN_INVALID_OR_EXPIRED):
        devices.finish(challenge)
    devices.resend(challenge)
    assert journey.profile(devices.finish(challenge))["Uid"] == person.uid


@pytest.mark.preset("mfa-devices", mfa="required")
@pytest.mark.rule("mfa.approved_push_opens_a_session")
def test_first_login_registers_a_phone(journey: Journey, devices: FactorDevices, person: Person) -> None:
    challenge = journey.mfa.begin(person)
    devices.scan(challenge.push_code, "approve")
    devices.resend(challenge)
    assert journey.profile(devices.finish(challenge))["Uid"] == person.uid


@pytest.mark.rule("mfa.duo_code_opens_a_session")
def test_duo_completes_a_login(journey: Journey, devices: FactorDevices, person: Person) -> None:
    assert devices.enrol_duo(journey.accounts.log_in(person))["Uid"] == person.uid
    challenge = devices.begin(person)
    assert challenge.factors == {"duo"}
    session = devices.prove_duo(challenge, devices.pass_duo(challenge.duo_endpoint))
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.preset("mfa-devices", mfa="required")
@pytest.mark.rule("mfa.duo_code_opens_a_session")
def test_first_login_enrols_duo(devices: FactorDevices, person: Person) -> None:
    challenge = devices.begin(person)
    devices.prove_duo(challenge, devices.pass_duo(challenge.duo_endpoint))
    assert devices.begin(person).factors == {"duo"}


@pytest.mark.rule("mfa.declined_duo_is_refused")
def test_declined_duo_is_refused(journey: Journey, devices: FactorDevices, person: Person) -> None:
    devices.enrol_duo(journey.accounts.log_in(person))
    challenge = devices.begin(person)
    returned = devices.pass_duo(challenge.duo_endpoint, approve=False)
    with expect_error(ErrorCode.DUO_VERIFICATION_FAILED):
        devices.prove_duo(challenge, returned)


@pytest.mark.rule("mfa.duo_leads_back_to_allowed_urls")
@pytest.mark.preset("mfa-devices", allowed_urls=["https://emulated.hub.loginradius.com/"])
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://elsewhere.example/", ErrorCode.DUO_REDIRECT_URI_NOT_ALLOWED),
        ("nowhere", ErrorCode.DUO_REDIRECT_URI_INVALID),
    ],
)
def test_duo_leads_back_to_allowed_urls_only(
    journey: Journey, api: Client, person: Person, url: str, code: ErrorCode
) -> None:
    token = journey.accounts.log_in(person).token
    api.call("mfa.get_settings", token=token, query={"duoredirecturi": url}).must_be_refused(code)


@pytest.mark.rule("step_up.proof_answers_a_token")
def test_duo_steps_up(journey: Journey, devices: FactorDevices, person: Person) -> None:
    session = journey.accounts.log_in(person)
    devices.enrol_duo(session)
    proof = devices.step_up(session, devices.pass_duo(devices.begin_step_up(session)))
    assert journey.reauthentication.check(person.uid, "mfa", proof).data == {"IsValid": True}


ENROLMENTS: dict[str, Callable[[FactorDevices, Session], object]] = {
    "push": lambda devices, session: devices.register_phone(session),
    "duo": lambda devices, session: devices.enrol_duo(session),
}
REMOVALS: dict[str, Callable[[Journey, Person, Session, str], object]] = {
    "owner": lambda journey, _, session, factor: journey.mfa_removal.remove(session, factor),
    "operator": lambda journey, person, _, factor: journey.mfa_removal.remove_from(person.uid, factor),
}


@pytest.mark.parametrize("who", REMOVALS)
@pytest.mark.parametrize("factor", ENROLMENTS)
@pytest.mark.rule("mfa.removed_factor_is_not_required", "mfa.operator_removes_factors")
def test_removed_device_is_not_asked_for(
    journey: Journey, devices: FactorDevices, person: Person, factor: str, who: str
) -> None:
    session = journey.accounts.log_in(person)
    journey.enrol_totp(session)
    ENROLMENTS[factor](devices, session)
    assert journey.mfa.begin(person).factors == {factor, "totp"}
    REMOVALS[who](journey, person, session, factor)
    assert journey.mfa.begin(person).factors == {"totp"}
