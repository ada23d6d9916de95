"""Logging in by a mailed link, a mailed code or a texted code."""

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

KIND = "passwordlesslogin"

with_codes = pytest.mark.preset("passwordless")


@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_carries_link_or_otp")
def test_the_mail_carries_a_link(journey: Journey, way: str) -> None:
    person = journey.somebody("username")
    journey.links.ask_for_link(person, by=way)
    mail = journey.mailbox.wait(to=person.email, kind=KIND)
    assert (bool(mail.token), mail.otp) == (True, "")


@with_codes
@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_carries_link_or_otp")
def test_the_mail_carries_a_code_where_the_tenant_says_so(journey: Journey, way: str) -> None:
    person = journey.somebody("username")
    journey.links.ask_for_link(person, by=way)
    mail = journey.mailbox.wait(to=person.email, kind=KIND)
    assert (mail.token, bool(mail.otp)) == ("", True)


@pytest.mark.rule("passwordless.link_answers_a_session")
def test_the_link_lets_in_who_got_it(journey: Journey) -> None:
    _bystander, person = journey.somebody(), journey.somebody()
    journey.links.ask_for_link(person)
    session = journey.links.follow_link(person)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("links.login_verifies_the_address", "passwordless.unverified_address_gets_a_link")
def test_the_link_confirms_the_address(journey: Journey) -> None:
    person = journey.new_person()
    journey.register(person)
    journey.links.ask_for_link(person)
    assert journey.profile(journey.links.follow_link(person))["EmailVerified"] is True


@pytest.mark.rule("passwordless.link_is_single_use")
def test_a_link_lets_in_once(journey: Journey, person: Person) -> None:
    journey.links.ask_for_link(person)
    token = journey.mailbox.wait(to=person.email, kind=KIND).token
    journey.links.open_link(token)
    with expect_error(ErrorCode.PASSWORDLESS_LOGIN_LINK_ALREADY_USED):
        journey.links.open_link(token)


@with_codes
@pytest.mark.parametrize("way", ["email", "username"])
@pytest.mark.rule("passwordless.mail_otp_answers_a_session")
def test_the_mailed_code_lets_in_who_got_it(journey: Journey, way: str) -> None:
    person = journey.somebody("username")
    journey.links.ask_for_link(person, by=way)
    code = journey.mailbox.wait(to=person.email, kind=KIND).otp
    session = journey.links.type_code(person, code, by=way)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.preset("phone-login")
@pytest.mark.rule("passwordless.sms_otp_answers_a_session")
def test_the_texted_code_lets_in_who_got_it(journey: Journey) -> None:
    person = journey.somebody("phone")
    journey.links.ask_for_sms(person)
    session = journey.links.type_sms_code(person)
    assert journey.profile(session)["Uid"] == person.uid


@with_codes
@pytest.mark.parametrize("verb", ["ask_for_link", "ask_for_sms", "begin_smart_login"])
@pytest.mark.rule("passwordless.unknown_user_is_refused")
def test_a_stranger_gets_neither_link_nor_code(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        getattr(journey.links, verb)(journey.new_person())


@with_codes
@pytest.mark.parametrize("verb", ["ask_for_link", "begin_smart_login"])
@pytest.mark.rule("passwordless.unknown_user_is_refused")
def test_an_unknown_user_name_gets_no_link(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        getattr(journey.links, verb)(journey.new_person(), by="username")


@pytest.mark.preset("default", passwordless=False)
@pytest.mark.rule("passwordless.off_is_refused")
def test_where_it_is_off_nobody_logs_in_without_a_password(journey: Journey, person: Person) -> None:
    with expect_error(ErrorCode.PASSWORDLESS_LOGIN_DISABLED):
        journey.links.ask_for_link(person)


@pytest.mark.preset("default", no_registration_passwordless=True)
@pytest.mark.rule("passwordless.unknown_address_may_get_an_account")
def test_a_stranger_gets_an_account_where_the_tenant_says_so(journey: Journey) -> None:
    stranger = journey.new_person()
    journey.links.ask_for_link(stranger)
    session = journey.links.follow_link(stranger)
    assert journey.profile(session)["Email"] == [{"Type": "Primary", "Value": stranger.email}]
    assert journey.accounts.find(stranger)["Uid"] == journey.profile(session)["Uid"]
