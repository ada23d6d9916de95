"""Passkeys: registration, login, autofill, a lost one, removal, and the second factor."""

from collections.abc import Callable

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.passkey_device import PasskeyDevice
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("passkeys")

second_factor = pytest.mark.preset("mfa-passkeys")


@pytest.fixture
def device(journey: Journey) -> PasskeyDevice:
    """Return a device of the person, without passkeys."""
    return journey.passkeys.device()


@pytest.fixture
def owned(journey: Journey, session: Session, device: PasskeyDevice) -> PasskeyDevice:
    """Return the device with a passkey of the person."""
    journey.passkeys.add(session, device)
    return device


@pytest.mark.rule("passkeys.registration_creates_an_account")
def test_passkey_registers_and_logs_in_without_password(journey: Journey, device: PasskeyDevice) -> None:
    person = journey.new_person()
    journey.passkeys.register(person, device)
    journey.confirm_email(person)
    session = journey.passkeys.log_in(person, device)
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": person.email}]
    assert [listed["Identifier"] for listed in journey.passkeys.all(session)] == [person.email]
    with expect_error(ErrorCode.CREDENTIALS_INCORRECT):
        journey.log_in(person)


@pytest.mark.rule("passkeys.login_answers_a_session")
def test_passkey_logs_its_owner_in(journey: Journey, person: Person, owned: PasskeyDevice) -> None:
    journey.passkeys.add(journey.log_in(journey.verified_person()), journey.passkeys.device())
    session = journey.passkeys.log_in(person, owned)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("passkeys.login_answers_a_session")
def test_passkey_logs_in_again_and_again(journey: Journey, person: Person, owned: PasskeyDevice) -> None:
    sessions = [journey.passkeys.log_in(person, owned) for _ in range(3)]
    assert len({session.token for session in sessions}) == len(sessions)


@pytest.mark.rule("passkeys.autofill_finds_the_account")
def test_autofill_logs_in_without_naming_the_user(journey: Journey, person: Person, owned: PasskeyDevice) -> None:
    journey.passkeys.add(journey.log_in(journey.verified_person()), journey.passkeys.device())
    session = journey.passkeys.log_in_by_autofill(owned)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("passkeys.list_follows_changes")
def test_list_shows_passkeys_until_they_are_removed(
    journey: Journey, person: Person, session: Session, device: PasskeyDevice
) -> None:
    first = journey.passkeys.add(session, device)
    both = journey.passkeys.add(session, journey.passkeys.device())
    assert [listed["Id"] for listed in both[:1]] == [listed["Id"] for listed in first]
    assert journey.passkeys.all(session) == journey.passkeys.all_of(person.uid) == both
    journey.passkeys.remove(session, both[0]["Id"])
    assert journey.passkeys.all(session) == both[1:]
    journey.passkeys.remove_from(person.uid, both[1]["Id"])
    assert journey.passkeys.all_of(person.uid) == []


@pytest.mark.parametrize("by_operator", [False, True])
@pytest.mark.rule("passkeys.removed_passkey_is_refused")
def test_removed_passkey_is_refused(
    journey: Journey, person: Person, session: Session, owned: PasskeyDevice, *, by_operator: bool
) -> None:
    passkey_id = journey.passkeys.all(session)[0]["Id"]
    if by_operator:
        journey.passkeys.remove_from(person.uid, passkey_id)
    else:
        journey.passkeys.remove(session, passkey_id)
    with expect_error(ErrorCode.PASSKEY_VERIFICATION_FAILED):
        journey.passkeys.log_in_by_autofill(owned)


@pytest.mark.rule("passkeys.lost_one_is_replaced", "passkeys.reset_removes_the_lost_one")
def test_lost_passkey_is_replaced_by_mail(journey: Journey, person: Person, owned: PasskeyDevice) -> None:
    new = journey.passkeys.device()
    journey.passkeys.reset(journey.passkeys.ask_for_reset(person), new)
    session = journey.passkeys.log_in(person, new)
    assert journey.profile(session)["Uid"] == person.uid
    with expect_error(ErrorCode.PASSKEY_VERIFICATION_FAILED):
        journey.passkeys.log_in_by_autofill(owned)


@pytest.mark.rule("passkeys.changes_are_announced")
def test_added_and_removed_passkeys_are_announced(
    journey: Journey, person: Person, session: Session, device: PasskeyDevice, control: EmulatorClient
) -> None:
    listed = journey.passkeys.add(session, device)
    journey.passkeys.remove(session, listed[0]["Id"])
    sent = [message["kind"] for message in control.outbox(to=person.email)]
    assert sent[-2:] == ["addpasskey", "deletepasskey"]


@second_factor
@pytest.mark.rule("passkeys.factor_is_enrolled_at_login")
def test_first_login_enrols_a_passkey_as_factor(journey: Journey, person: Person, device: PasskeyDevice) -> None:
    session = journey.passkeys.enrol_at_login(journey.mfa.begin(person), device)
    assert journey.profile(session)["Uid"] == person.uid
    assert journey.mfa.begin(person).factors == {"passkey"}


@second_factor
@pytest.mark.rule("passkeys.factor_is_enrolled_with_a_token", "passkeys.factor_completes_a_login")
def test_passkey_completes_a_login(journey: Journey, person: Person, device: PasskeyDevice) -> None:
    journey.passkeys.enrol_factor(journey.accounts.log_in(person), device)
    challenge = journey.mfa.begin(person)
    assert challenge.factors == {"passkey"}
    session = journey.passkeys.prove_factor(challenge, device)
    assert journey.profile(session)["Uid"] == person.uid


REMOVALS: dict[str, Callable[[Journey, Person, Session], object]] = {
    "owner": lambda journey, _, session: journey.mfa_removal.remove(session, "passkey"),
    "operator": lambda journey, person, _: journey.mfa_removal.remove_from(person.uid, "passkey"),
}


@second_factor
@pytest.mark.parametrize("who", REMOVALS)
@pytest.mark.rule("passkeys.factor_is_removed")
def test_removed_passkey_factor_is_not_asked_for(
    journey: Journey, api: Client, person: Person, device: PasskeyDevice, who: str
) -> None:
    session = journey.accounts.log_in(person)
    journey.enrol_totp(session)
    journey.passkeys.enrol_factor(session, device)
    assert journey.mfa.begin(person).factors == {"passkey", "totp"}
    REMOVALS[who](journey, person, session)
    challenge = journey.mfa.begin(person)
    assert challenge.factors == {"totp"}
    query = {"secondFactorAuthenticationToken": challenge.token}
    api.call("mfa.verify_passkey_begin", query=query).must_be_refused(ErrorCode.ACCOUNT_HAS_NO_PASSKEY_FACTOR)
