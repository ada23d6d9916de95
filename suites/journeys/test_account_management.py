"""Account management by the tenant's own server."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password, new_phone


@pytest.mark.rule("management.created_account_is_verified", "management.created_account_logs_in")
def test_account_created_by_management_is_verified(journey: Journey, control: EmulatorClient) -> None:
    person = journey.accounts.create(journey.new_person())
    assert control.outbox(to=person.email) == []
    assert journey.accounts.read(person.uid)["EmailVerified"] is True
    assert journey.log_in(person).uid == person.uid


@pytest.mark.rule("management.created_account_is_verified")
def test_account_created_by_management_can_be_unverified(journey: Journey, control: EmulatorClient) -> None:
    person = journey.accounts.create(journey.new_person(), EmailVerified=False)
    assert control.outbox(to=person.email) == []
    assert journey.accounts.read(person.uid)["EmailVerified"] is False
    with expect_error(ErrorCode.EMAIL_NOT_VERIFIED):
        journey.log_in(person)


@pytest.mark.rule("management.taken_identifiers_are_refused")
def test_management_cannot_create_a_duplicate_account(journey: Journey) -> None:
    holder = journey.verified_person("phone", "username")
    taken: dict[int, dict[str, Any]] = {
        ErrorCode.EMAIL_ALREADY_EXISTS: {"Email": [{"Type": "Primary", "Value": holder.email}]},
        ErrorCode.PHONE_ALREADY_EXISTS: {"PhoneId": holder.phone},
        ErrorCode.USERNAME_ALREADY_EXISTS: {"UserName": holder.username},
        ErrorCode.UID_ALREADY_EXISTS: {"Uid": holder.uid},
    }
    for code, member in taken.items():
        with expect_error(code):
            journey.accounts.create(journey.new_person(), **member)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("management.every_lookup_finds_one_account", "management.unknown_account_is_refused")
def test_every_account_lookup_finds_the_same_account(journey: Journey, api: Client) -> None:
    person, other_person = journey.verified_person("phone", "username"), journey.new_person()
    lookups: dict[str, Callable[[Person], dict[str, dict[str, str]]]] = {
        "email": lambda who: {"query": {"email": who.email}},
        "phone": lambda who: {"query": {"phone": who.phone}},
        "username": lambda who: {"query": {"userName": who.username}},
        "uid": lambda who: {"path": {"uid": who.uid or uuid4().hex}},
    }
    codes = {
        "email": {ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.EMAIL_NOT_FOUND},
        "phone": {ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.PHONE_NOT_FOUND},
        "username": {ErrorCode.ACCOUNT_NOT_FOUND, ErrorCode.USERNAME_NOT_FOUND},
        "uid": {ErrorCode.ACCOUNT_NOT_FOUND},
    }
    for way, named in lookups.items():
        operation = f"account.get_account_profile_by_{way}"
        assert look_up(api, operation, **named(person)).must_succeed().data["Uid"] == person.uid
        assert look_up(api, operation, **named(other_person)).error_code in codes[way]


def look_up(api: Client, operation: str, **named: dict[str, str]) -> ApiResponse:
    """Look an account up by any of its identifiers."""
    return api.call(operation, path=named.get("path"), query=named.get("query"))


@pytest.mark.rule("management.blocked_by_update")
def test_management_blocks_and_unblocks_an_account(journey: Journey, person: Person) -> None:
    journey.accounts.update(person.uid, IsActive=False)
    with expect_error(ErrorCode.ACCOUNT_BLOCKED):
        journey.log_in(person)
    journey.accounts.update(person.uid, IsActive=True)
    journey.log_in(person)


@pytest.mark.rule("management.uid_change_moves_the_account")
def test_account_uid_can_be_changed(journey: Journey, person: Person) -> None:
    new, other = f"lrh-{uuid4().hex}", journey.verified_person()
    with expect_error(ErrorCode.UID_ALREADY_EXISTS):
        journey.accounts.rename(person.uid, other.uid)
    journey.accounts.rename(person.uid, new)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.accounts.read(person.uid)
    in_location = journey.accounts.read(new)
    assert in_location["Email"][0]["Value"] == person.email
    assert in_location["PreviousUids"] in ([person.uid], person.uid)  # a text in some printed samples
    assert journey.log_in(person).uid == new


@pytest.mark.rule("management.verification_token_works")
def test_generated_verification_token_verifies_the_email(
    journey: Journey, api: Client, control: EmulatorClient
) -> None:
    person = journey.accounts.create(journey.new_person(), EmailVerified=False)
    operation, body = "account.get_email_verification_token", {"email": person.email}
    token = api.call(operation, body=body).must_succeed().data["VerificationToken"]
    assert control.outbox(to=person.email) == []
    journey.emails.verify(token)
    assert journey.accounts.read(person.uid)["EmailVerified"] is True
    api.call(operation, body=body).must_be_refused(ErrorCode.VERIFICATION_TOKEN_EMAIL_ALREADY_VERIFIED)


@pytest.mark.rule("management.forgot_token_works")
@pytest.mark.parametrize("mails", [False, True])
def test_generated_reset_token_resets_the_password(
    journey: Journey, api: Client, control: EmulatorClient, person: Person, *, mails: bool
) -> None:
    query = {"sendEmail": True} if mails else {}
    made = api.call("account.get_forgot_password_token", query=query, body={"email": person.email})
    assert [mail["kind"] for mail in control.outbox(to=person.email)] == ["forgotpassword"] * mails
    journey.log_in(
        journey.password_reset.reset_by_token(person, made.must_succeed().data["ForgotToken"], new_password())
    )


def verifies(journey: Journey, _person: Person) -> None:
    """Use a token for an unverified address."""
    unverified_person = journey.accounts.create(journey.new_person(), EmailVerified=False)
    journey.emails.verify(journey.accounts.make_token("emailverification", Email=unverified_person.email))
    assert journey.accounts.read(unverified_person.uid)["EmailVerified"] is True


def adds(journey: Journey, person: Person) -> None:
    """Use a token for a further address."""
    address = journey.new_person().email
    token = journey.accounts.make_token("addemail", Uid=person.uid, Email=address, Type="Secondary")
    journey.emails.verify(token)
    assert {"Type": "Secondary", "Value": address} in journey.accounts.read(person.uid)["Email"]


def resets(journey: Journey, person: Person) -> None:
    """Use a token for a new password."""
    token = journey.accounts.make_token("forgotpassword", Email=person.email)
    journey.log_in(journey.password_reset.reset_by_token(person, token, new_password()))


def deletes(journey: Journey, person: Person) -> None:
    """Use a token for the deletion of the account."""
    journey.emails.delete_by_token(journey.accounts.make_token("deleteuser", Email=person.email))
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.accounts.read(person.uid)


def lets_in(journey: Journey, person: Person) -> None:
    """Use a token for a passwordless login."""
    token = journey.accounts.make_token("passwordlesslogin", Email=person.email)
    assert journey.passwordless.open_link(token).uid == person.uid


def resets_a_pin(journey: Journey, person: Person) -> None:
    """Use a token for a new PIN."""
    session = journey.log_in(person)
    token = journey.accounts.make_token("forgotpin", Email=person.email)
    journey.pins.log_in(journey.pins.reset_by_token(person, token, "864209"), session)


def lets_a_device_in(journey: Journey, person: Person) -> None:
    """Use a token for a waiting device."""
    guid = str(uuid4())
    journey.passwordless.open_smart_link(journey.accounts.make_token("autologin", Email=person.email, ClientGuid=guid))
    assert journey.passwordless.ping_smart_login(guid).uid == person.uid


def lets_a_touch_in(journey: Journey, person: Person) -> None:
    """Use a token for a device waiting by one touch."""
    guid = str(uuid4())
    token = journey.accounts.make_token("onetouchlogin", Email=person.email, ClientGuid=guid)
    journey.passwordless.open_one_touch_link(token)
    assert journey.passwordless.ping_one_touch(guid).uid == person.uid


def confirms_a_number(journey: Journey, _person: Person) -> None:
    """Use a code for an unverified number."""
    unverified_person = journey.new_person()
    journey.phones.register(unverified_person)
    assert journey.phones.verify(
        unverified_person, journey.accounts.make_code("phoneidverification", Phone=unverified_person.phone)
    ).uid


def changes_a_number(journey: Journey, person: Person) -> None:
    """Use a code for another number."""
    session, number = journey.log_in(person), new_phone()
    journey.phones.verify_own(session, journey.accounts.make_code("addphone", Uid=person.uid, Phone=number))
    assert journey.profile(session)["PhoneId"] == number


def resets_by_sms(journey: Journey, person: Person) -> None:
    """Use a code for a new password."""
    code = journey.accounts.make_code("forgotpassword", Phone=person.phone)
    journey.log_in(journey.password_reset.reset_by_code(person, code, new_password(), by="phone"))


def resets_a_pin_by_sms(journey: Journey, person: Person) -> None:
    """Use a code for a new PIN."""
    session, code = journey.log_in(person), journey.accounts.make_code("forgotpin", Phone=person.phone)
    journey.pins.log_in(journey.pins.reset_by_code(person, code, "864209", by="phone"), session)


def lets_in_by_sms(journey: Journey, person: Person) -> None:
    """Use a code for a passwordless login."""
    code = journey.accounts.make_code("passwordlesslogin", Phone=person.phone)
    assert journey.passwordless.type_code(person, code, by="phone").uid == person.uid


def lets_a_touch_in_by_sms(journey: Journey, person: Person) -> None:
    """Use a code for a one touch login."""
    code = journey.accounts.make_code("onetouchlogin", Phone=person.phone)
    assert journey.passwordless.type_one_touch_code(person.phone, code).uid == person.uid


@pytest.mark.preset("phone-login", pin=True)
@pytest.mark.rule("management.generated_tokens_serve_their_type")
@pytest.mark.parametrize(
    "serves",
    [
        verifies, adds, resets, deletes, lets_in, resets_a_pin, lets_a_device_in, lets_a_touch_in, confirms_a_number,
        changes_a_number, resets_by_sms, resets_a_pin_by_sms, lets_in_by_sms, lets_a_touch_in_by_sms,
    ],
)  # fmt: skip
def test_generated_token_works_for_its_type(
    journey: Journey, control: EmulatorClient, serves: Callable[[Journey, Person], None]
) -> None:
    person = journey.verified_person("phone", "pin")
    serves(journey, person)
    sent = {mail["kind"] for mail in [*control.outbox(to=person.email), *control.outbox(to=person.phone)]}
    assert sent <= {"passwordreset", "welcome"}


@pytest.mark.preset("default", blocked_email_domains=["example.org"], minimum_age=18)
@pytest.mark.rule("management.restrictions_do_not_bind_it")
def test_registration_restrictions_do_not_apply_to_management(journey: Journey) -> None:
    person = journey.new_person()
    address = person.email.replace("example.com", "example.org")
    made = journey.accounts.create(
        person, Email=[{"Type": "Primary", "Value": address}], BirthDate=f"01-01-{journey.client.clock.now().year - 3}"
    )
    assert journey.accounts.read(made.uid)["Email"] == [{"Type": "Primary", "Value": address}]
