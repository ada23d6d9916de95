"""Smart login and one touch login: a mail opened on one device logs another in."""

from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person


@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("smart_login.mail_is_sent")
def test_smart_login_sends_one_mail(journey: Journey, control: EmulatorClient, way: str) -> None:
    person = journey.verified_person("username")
    journey.passwordless.begin_smart_login(person, by=way)
    mails = control.outbox(to=person.email)
    assert [(mail["kind"], bool(mail["link"])) for mail in mails] == [("smartlogin", True)]


@pytest.mark.rule(
    "smart_login.ping_waits_for_the_link",
    "smart_login.ping_answers_a_session_after_the_link",
    "smart_login.ping_answers_once",
)
def test_waiting_device_logs_in_after_the_link_is_opened(journey: Journey, person: Person) -> None:
    guid = journey.passwordless.begin_smart_login(person)
    with expect_error(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED):
        journey.passwordless.ping_smart_login(guid)
    journey.passwordless.open_smart_login(person)
    session = journey.passwordless.ping_smart_login(guid)
    assert journey.profile(session)["Uid"] == person.uid
    with expect_error(ErrorCode.SMART_LOGIN_LINK_ALREADY_USED):
        journey.passwordless.ping_smart_login(guid)


@pytest.mark.rule("smart_login.link_gives_no_session")
def test_opening_the_smart_link_does_not_log_in(journey: Journey, person: Person) -> None:
    journey.passwordless.begin_smart_login(person)
    assert journey.passwordless.open_smart_login(person).data == {"IsPosted": True, "IsVerified": True}


@pytest.mark.rule("smart_login.link_is_single_use")
@pytest.mark.parametrize("taken", [False, True])
def test_smart_link_works_once(journey: Journey, person: Person, *, taken: bool) -> None:
    guid = journey.passwordless.begin_smart_login(person)
    token = journey.mailbox.wait(to=person.email, kind="smartlogin").token
    journey.passwordless.open_smart_link(token)
    if taken:
        journey.passwordless.ping_smart_login(guid)
    with expect_error(ErrorCode.SMART_LOGIN_LINK_ALREADY_USED, ErrorCode.SMART_LOGIN_LINK_ALREADY_VERIFIED):
        journey.passwordless.open_smart_link(token)


@pytest.mark.rule("smart_login.client_guid_is_its_own")
def test_client_guid_works_once(journey: Journey, person: Person) -> None:
    guid = journey.passwordless.begin_smart_login(person)
    with expect_error(ErrorCode.CLIENT_GUID_ALREADY_USED):
        journey.passwordless.begin_smart_login(person, guid=guid)
    with expect_error(ErrorCode.CLIENT_GUID_ALREADY_USED):
        journey.passwordless.begin_one_touch(person.email, guid=guid)
    with expect_error(ErrorCode.CLIENT_GUID_INVALID):
        journey.passwordless.ping_smart_login(str(uuid4()))


@pytest.mark.rule("one_touch.mail_makes_a_new_account", "one_touch.ping_answers_after_the_link")
def test_one_touch_registers_a_new_account_by_mail(journey: Journey) -> None:
    person = journey.new_person()
    guid = journey.passwordless.begin_one_touch(person.email)
    with expect_error(ErrorCode.SMART_LOGIN_LINK_NOT_VERIFIED):
        journey.passwordless.ping_one_touch(guid)
    journey.passwordless.open_one_touch(person.email)
    session = journey.passwordless.ping_one_touch(guid)
    profile = journey.profile(session)
    assert (profile["Email"], profile["EmailVerified"]) == ([{"Type": "Primary", "Value": person.email}], True)
    assert journey.accounts.find(person)["Uid"] == profile["Uid"]


@pytest.mark.rule("one_touch.known_address_keeps_its_account")
def test_one_touch_logs_in_to_the_existing_account(journey: Journey, person: Person) -> None:
    guid = journey.passwordless.begin_one_touch(person.email)
    journey.passwordless.open_one_touch(person.email)
    assert journey.passwordless.ping_one_touch(guid).uid == person.uid


@pytest.mark.preset("phone-login")
@pytest.mark.rule("one_touch.known_address_keeps_its_account", "one_touch.sms_otp_answers_a_session")
def test_one_touch_by_phone_logs_in_to_the_existing_account(journey: Journey) -> None:
    person = journey.verified_person("phone")
    journey.passwordless.begin_one_touch_by_phone(person.phone)
    assert journey.passwordless.finish_one_touch_by_phone(person.phone).uid == person.uid


@pytest.mark.rule("one_touch.link_is_single_use")
def test_one_touch_link_works_once(journey: Journey) -> None:
    person = journey.new_person()
    journey.passwordless.begin_one_touch(person.email)
    token = journey.mailbox.wait(to=person.email, kind="onetouchlogin").token
    journey.passwordless.open_one_touch_link(token)
    with expect_error(ErrorCode.ONE_TOUCH_LOGIN_LINK_ALREADY_USED):
        journey.passwordless.open_one_touch_link(token)


@pytest.mark.rule("one_touch.sms_otp_answers_a_session")
def test_one_touch_registers_a_new_account_by_sms(journey: Journey) -> None:
    person = journey.new_person()
    journey.passwordless.begin_one_touch_by_phone(person.phone)
    profile = journey.profile(journey.passwordless.finish_one_touch_by_phone(person.phone))
    assert (profile["PhoneId"], profile["PhoneIdVerified"]) == (person.phone, True)


def test_legacy_one_touch_by_email_needs_no_body(journey: Journey, api: Client) -> None:
    person, guid = journey.new_person(), str(uuid4())
    query = {"clientguid": guid, "email": person.email, "name": person.first_name}
    api.call("one_touch_login.by_email_legacy", query=query).must_succeed()
    journey.passwordless.open_one_touch(person.email)
    assert journey.profile(journey.passwordless.ping_one_touch(guid))["FirstName"] == person.first_name


def test_legacy_one_touch_by_phone_needs_no_body(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    query = {"phone": person.phone, "name": person.first_name}
    api.call("one_touch_login.by_phone_legacy", query=query).must_succeed()
    session: Session = journey.passwordless.finish_one_touch_by_phone(person.phone)
    assert journey.profile(session)["FirstName"] == person.first_name
