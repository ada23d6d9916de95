"""Account deletion: how it is confirmed, and that nothing is left."""

from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

UNFIT = (
    ErrorCode.ACCOUNT_NOT_FOUND,
    ErrorCode.VERIFICATION_LINK_INVALID,
    ErrorCode.LINK_ALREADY_USED,
    ErrorCode.LINK_EXPIRED,
    ErrorCode.VERIFICATION_TOKEN_INVALID,
)


@pytest.mark.rule("deletion.request_waits_for_its_link", "deletion.link_deletes_the_account")
def test_account_deletion_is_confirmed_by_email(journey: Journey, person: Person, session: Session) -> None:
    journey.emails.ask_for_deletion(session)
    assert journey.profile(session)["Uid"] == person.uid
    journey.emails.confirm_deletion(person)
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person)


@pytest.mark.rule("deletion.bad_token_is_refused")
def test_unknown_or_used_deletion_link_is_refused(journey: Journey, person: Person, session: Session) -> None:
    with expect_error(ErrorCode.DELETION_TOKEN_INVALID):
        journey.emails.delete_by_token("0123456789abcdef" * 2)
    journey.emails.ask_for_deletion(session)
    token = journey.mailbox.wait(to=person.email, kind="deleteuser").token
    journey.emails.delete_by_token(token)
    with expect_error(ErrorCode.DELETION_TOKEN_INVALID):
        journey.emails.delete_by_token(token)


@pytest.mark.rule("deletion.address_may_register_again")
@pytest.mark.parametrize("by_operator", [False, True])
def test_deleted_email_can_register_again(journey: Journey, person: Person, *, by_operator: bool) -> None:
    if by_operator:
        journey.accounts.delete(person.uid)
    else:
        journey.emails.ask_for_deletion(journey.log_in(person))
        journey.emails.confirm_deletion(person)
    journey.register(person)
    journey.confirm_email(person)
    assert journey.log_in(person).uid != person.uid


@pytest.mark.rule("deletion.by_management_removes_the_account")
def test_management_deletes_an_account(journey: Journey, api: Client) -> None:
    by_uid, by_address = journey.verified_person(), journey.verified_person()
    journey.accounts.delete(by_uid.uid)
    answer = api.call("account.delete_account_by_email", query={"email": by_address.email}).must_succeed().data
    assert (answer["IsDeleted"], answer["RecordsDeleted"]) == (True, 1)
    for gone in (by_uid, by_address):
        with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
            journey.accounts.read(gone.uid)


@pytest.mark.rule("deletion.ends_live_tokens")
@pytest.mark.parametrize("by_operator", [False, True])
def test_deletion_invalidates_every_session(
    journey: Journey, api: Client, person: Person, session: Session, *, by_operator: bool
) -> None:
    if by_operator:
        journey.accounts.delete(person.uid)
    else:
        journey.emails.ask_for_deletion(session)
        journey.emails.confirm_deletion(person)
    api.call("authentication.validate_access_token", token=session.token).must_be_refused(
        ErrorCode.ACCESS_TOKEN_INVALID
    )
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(session)


@pytest.mark.rule("deletion.ends_open_links")
def test_links_of_a_deleted_account_are_refused(journey: Journey) -> None:
    uid, person = f"lrh-{uuid4().hex}", journey.new_person()
    journey.accounts.create(person, Uid=uid, EmailVerified=False)
    verification = journey.accounts.make_token("emailverification", Email=person.email)
    reset = journey.accounts.make_token("forgotpassword", Email=person.email)
    journey.accounts.delete(uid)
    journey.accounts.create(person, Uid=uid, EmailVerified=False)
    with expect_error(*UNFIT):
        journey.emails.verify(verification)
    with expect_error(*UNFIT):
        journey.password_reset.reset_by_token(person, reset, new_password())
    assert journey.accounts.read(uid)["EmailVerified"] is False


@pytest.mark.rule("deletion.takes_owned_data_along")
def test_data_of_a_deleted_account_is_not_restored(journey: Journey) -> None:
    uid, person = f"lrh-{uuid4().hex}", journey.new_person()
    journey.accounts.create(person, Uid=uid)
    journey.custom_objects.create(uid, {"colour": "red"})
    journey.roles.give(uid, journey.roles.create())
    journey.accounts.delete(uid)
    journey.accounts.create(person, Uid=uid)
    assert journey.custom_objects.all(uid)["Count"] == 0
    assert not journey.roles.of(uid)


@pytest.mark.preset("phone-login")
@pytest.mark.rule("deletion.sms_code_deletes_the_account")
def test_account_deletion_is_confirmed_by_sms(journey: Journey) -> None:
    person = journey.verified_person("phone")
    session = journey.accounts.log_in(person)
    code = journey.phones.ask_for_deletion(session, person)
    with expect_error(ErrorCode.OTP_INCORRECT):
        journey.phones.delete_by_code(session, "wrong!")
    assert journey.profile(session)["Uid"] == person.uid
    assert journey.phones.delete_by_code(session, code).data["IsDeleted"] is True
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person, by="phone")
