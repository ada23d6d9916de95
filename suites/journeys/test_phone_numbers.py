"""A phone number instead of an e-mail address, or beside it."""

from dataclasses import replace

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey import phones
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_phone

pytestmark = pytest.mark.preset("phone-login")


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a verified phone number."""
    return journey.verified_person("phone")


@pytest.mark.rule("phone.registration_sends_an_otp")
def test_registration_by_phone_sends_a_code(journey: Journey, control: EmulatorClient) -> None:
    person = journey.new_person()
    answer = journey.phones.register(person).data
    assert answer["IsPosted"] is True
    assert "access_token" not in str(answer)
    assert [sms["kind"] for sms in control.outbox(to=person.phone)] == [phones.KIND]


@pytest.mark.rule("phone.otp_verifies_the_number")
def test_sms_code_verifies_the_phone_and_logs_in(journey: Journey) -> None:
    person = journey.new_person()
    journey.phones.register(person)
    profile = journey.profile(journey.phones.confirm(person))
    assert (profile["PhoneId"], profile["PhoneIdVerified"]) == (person.phone, True)


@pytest.mark.rule("phone.taken_number_is_refused")
def test_phone_of_another_account_cannot_be_used(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.PHONE_ALREADY_EXISTS):
        journey.phones.register(person)
    session = journey.log_in(journey.verified_person())
    with expect_error(ErrorCode.PHONE_ALREADY_EXISTS):
        journey.phones.ask_for_change(session, person.phone)


@pytest.mark.rule("phone.malformed_number_is_refused")
@pytest.mark.parametrize("number", ["call me", "12", "+1 (555) CALL-NOW"])
def test_malformed_phone_is_refused(journey: Journey, person: Person, number: str) -> None:
    with expect_error(ErrorCode.PHONE_MALFORMED):
        journey.phones.register(replace(journey.new_person(), phone=number))
    with expect_error(ErrorCode.PHONE_MALFORMED):
        journey.phones.ask_for_change(journey.log_in(person), number)


@pytest.mark.rule("phone.resend_sends_an_otp")
def test_verification_sms_can_be_resent(journey: Journey) -> None:
    person = journey.new_person()
    journey.phones.register(person)
    journey.mailbox.wait(to=person.phone, kind=phones.KIND)
    journey.phones.resend(person)
    assert journey.profile(journey.phones.confirm(person))["PhoneIdVerified"] is True


@pytest.mark.rule("phone.resend_sends_an_otp")
def test_verification_sms_can_be_resent_with_an_access_token(
    journey: Journey, person: Person, session: Session
) -> None:
    number = new_phone()
    journey.phones.ask_for_change(session, number)
    journey.mailbox.wait(to=number, kind=phones.CHANGE_KIND)
    journey.phones.resend_own(session)
    journey.log_in(journey.phones.confirm_change(person, session, number), by="phone")


@pytest.mark.rule("phone.new_number_waits_for_its_otp")
def test_old_phone_works_until_the_new_one_is_verified(journey: Journey, person: Person, session: Session) -> None:
    in_location = replace(person, phone=new_phone())
    journey.phones.ask_for_change(session, in_location.phone)
    journey.log_in(person, by="phone")
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(in_location, by="phone")
    journey.phones.confirm_change(person, session, in_location.phone)
    journey.log_in(in_location, by="phone")
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person, by="phone")


@pytest.mark.rule("phone.removed_number_is_gone")
def test_removed_phone_becomes_available(journey: Journey, person: Person, session: Session) -> None:
    journey.phones.remove(session)
    assert journey.profile(session)["PhoneId"] is None
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person, by="phone")
    with expect_error(ErrorCode.ACCOUNT_HAS_NO_PHONE):
        journey.phones.remove(session)


@pytest.mark.rule("phone.operator_sets_it")
def test_management_sets_a_phone(journey: Journey, person: Person) -> None:
    number = new_phone()
    assert journey.accounts.put_phone(person.uid, number)["PhoneId"] == number
    assert journey.accounts.read(person.uid)["PhoneId"] == number


@pytest.mark.rule("phone.invalidated_one_is_unverified_again")
def test_management_invalidates_phone_verification(journey: Journey, person: Person) -> None:
    journey.accounts.invalidate_phone(person.uid)
    assert journey.accounts.read(person.uid)["PhoneIdVerified"] is False
    with expect_error(ErrorCode.PHONE_INVALIDATION_NO_PHONE, ErrorCode.PHONE_INVALIDATION_NOT_VERIFIED):
        journey.accounts.invalidate_phone(person.uid)
    with expect_error(ErrorCode.PHONE_INVALIDATION_NO_PHONE):
        journey.accounts.invalidate_phone(journey.verified_person().uid)
    journey.phones.confirm(person)
    journey.log_in(person, by="phone")


def test_management_finds_an_account_by_phone(api: Client, person: Person) -> None:
    found = api.call("account.get_account_profile_by_phone", query={"phone": person.phone}).must_succeed().data
    assert found["Uid"] == person.uid
