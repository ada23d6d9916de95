"""Reading and updating a profile."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_phone

MASKED = "**********"
HASH = "Rfc2898DeriveBytes$"

Updater = Callable[..., None]


@pytest.fixture
def person(journey: Journey) -> Person:
    """Create an account with a user name."""
    return journey.verified_person("username")


def change(api: Client, session: Session, changes: dict[str, object], *, nulls: bool) -> None:
    """Update the own profile; `nulls` is `nullSupport`."""
    query = {"nullSupport": True} if nulls else {}
    api.call("authentication.update_profile", token=session.token, query=query, body=changes).must_succeed()


def change_by_operator(api: Client, session: Session, changes: dict[str, object], *, nulls: bool) -> None:
    """Update the profile by management."""
    query = {"nullSupport": True} if nulls else {}
    path = {"uid": session.uid}
    api.call("account.update_account_by_uid", path=path, query=query, body=changes).must_succeed()


either_side = pytest.mark.parametrize("update", [change, change_by_operator])


@pytest.mark.rule("profile.is_the_callers_own")
def test_own_profile_can_be_read(journey: Journey) -> None:
    people = [journey.verified_person() for _ in range(2)]
    profiles = [journey.profile(journey.log_in(person)) for person in people]
    assert [profile["Uid"] for profile in profiles] == [person.uid for person in people]
    assert [profile["Email"][0]["Value"] for profile in profiles] == [person.email for person in people]


@either_side
@pytest.mark.rule("profile.update_merges")
def test_profile_update_keeps_other_members(journey: Journey, api: Client, session: Session, update: Updater) -> None:
    before = journey.profile(session)
    update(api, session, {"FirstName": "Ada", "City": "Vancouver"}, nulls=False)
    update(api, session, {"City": "Victoria"}, nulls=False)
    after = journey.profile(session)
    changed = {name for name in before if before[name] != after[name]} - {"ModifiedDate", "ProfileModifiedDate"}
    assert changed == {"FirstName", "FullName", "City"}
    assert (after["FirstName"], after["City"]) == ("Ada", "Victoria")


@either_side
@pytest.mark.rule("profile.null_clears_only_on_request")
def test_null_clears_a_member_only_with_null_support(
    journey: Journey, api: Client, session: Session, update: Updater
) -> None:
    update(api, session, {"City": "Vancouver"}, nulls=False)
    update(api, session, {"City": None, "State": "BC"}, nulls=False)
    assert journey.profile(session)["City"] == "Vancouver"
    update(api, session, {"City": None}, nulls=True)
    assert journey.profile(session)["City"] is None


@either_side
@pytest.mark.rule("profile.null_clears_listed_members_only")
def test_null_clears_nullable_members_only(journey: Journey, api: Client, session: Session, update: Updater) -> None:
    update(api, session, {"Country": {"Code": "CA", "Name": "Canada"}, "Quota": "5"}, nulls=False)
    update(api, session, {"Country": None, "Quota": None, "Email": None, "FirstName": "Ada"}, nulls=True)
    profile = journey.profile(session)
    assert (profile["Country"], profile["Quota"]) == ({"Code": "CA", "Name": "Canada"}, "5")
    assert profile["Email"]


@pytest.mark.rule("profile.null_clears_listed_members_only")
def test_only_management_clears_the_username(journey: Journey, api: Client, person: Person, session: Session) -> None:
    change(api, session, {"UserName": None, "FirstName": "Ada"}, nulls=True)
    assert journey.profile(session)["UserName"] == person.username
    change_by_operator(api, session, {"UserName": None}, nulls=True)
    assert journey.profile(session)["UserName"] is None


@pytest.mark.rule("profile.privileged_members_are_ignored")
def test_user_cannot_update_protected_members(journey: Journey, api: Client, session: Session) -> None:
    claims = {
        "EmailVerified": False, "IsActive": False, "Roles": ["Administrator"], "Uid": "chosen-by-me",
        "IsLoginLocked": True, "NoOfLogins": 99,
    }  # fmt: skip
    before = journey.profile(session)
    change(api, session, {**claims, "FirstName": "Ada"}, nulls=False)
    after = journey.profile(session)
    assert after["FirstName"] == "Ada"
    assert {name: after[name] for name in claims} == {name: before[name] for name in claims}


@pytest.mark.preset("phone-login")
@pytest.mark.rule("profile.taken_names_are_refused")
def test_username_or_phone_of_another_account_is_refused(journey: Journey, session: Session) -> None:
    other = journey.verified_person("username", "phone")
    with expect_error(ErrorCode.USERNAME_ALREADY_EXISTS):
        journey.update_profile(session, UserName=other.username)
    with expect_error(ErrorCode.PHONE_ALREADY_EXISTS):
        journey.update_profile(session, PhoneId=other.phone)


@pytest.mark.rule("profile.password_is_masked_for_users")
def test_profile_never_shows_the_password(api: Client, person: Person) -> None:
    body = {"email": person.email, "password": person.password}
    answer = api.call("authentication.login_by_email", body=body).must_succeed().data
    profile = api.call("authentication.get_profile", token=answer["access_token"]).must_succeed().data
    for shown in (answer["Profile"], profile):
        assert shown.get("Password", MASKED) == MASKED  # the newest profiles have no such member
        assert HASH not in str(shown)


@pytest.mark.preset("username-login")
@pytest.mark.rule("profile.user_name_change_takes_effect")
def test_new_username_replaces_the_old(journey: Journey, person: Person) -> None:
    session, other, chosen = (
        journey.log_in(person, by="username"),
        journey.verified_person("username"),
        journey.new_person(),
    )
    for name, codes in (
        (other.username, (ErrorCode.USERNAME_ALREADY_EXISTS,)),
        ("two words", (ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID, ErrorCode.USERNAME_MALFORMED)),
        ("x" * 33, (ErrorCode.USERNAME_LENGTH_OR_CHARACTERS_INVALID, ErrorCode.USERNAME_MALFORMED)),
    ):
        with expect_error(*codes):
            journey.change_username(session, name)
    journey.change_username(session, chosen.username)
    journey.log_in(replace(person, username=chosen.username), by="username")
    with expect_error(ErrorCode.ACCOUNT_NOT_FOUND):
        journey.log_in(person, by="username")


@pytest.mark.rule("profile.birth_date_has_four_forms")
@pytest.mark.parametrize("date", ["02-09-1990", "2-9-1990", "02/09/1990", "2/9/1990"])
def test_birth_date_is_accepted_in_four_formats(journey: Journey, session: Session, date: str) -> None:
    assert journey.update_profile(session, BirthDate=date)["BirthDate"] == date


@pytest.mark.rule("profile.birth_date_has_four_forms")
@pytest.mark.parametrize("date", ["1990-02-09", "9 Feb 1990", "13-31-1990", "02.09.1990", "02-09-90"])
def test_other_birth_date_formats_are_refused(journey: Journey, session: Session, date: str) -> None:
    with expect_error(ErrorCode.DATE_INVALID):
        journey.update_profile(session, BirthDate=date)


@pytest.mark.rule("profile.gender_has_ten_spellings")
@pytest.mark.parametrize("gender", ["male", "female", "other", "unknown", "M", "F", "O", "U", "1", "0"])
def test_gender_is_accepted_in_each_spelling(journey: Journey, session: Session, gender: str) -> None:
    assert journey.update_profile(session, Gender=gender)["Gender"] == gender


@pytest.mark.rule("profile.gender_has_ten_spellings")
def test_unknown_gender_is_refused(journey: Journey, session: Session) -> None:
    with expect_error(ErrorCode.BODY_MALFORMED, ErrorCode.FIELD_VALIDATION_FAILED):
        journey.update_profile(session, Gender="lrh")


@pytest.mark.rule("profile.full_name_is_derived")
def test_full_name_follows_first_and_last_name(journey: Journey, session: Session) -> None:
    profile = journey.update_profile(session, FirstName="Ada", LastName="Lovelace", FullName="Somebody Else")
    assert profile["FullName"] == "Ada Lovelace"


@pytest.mark.rule("profile.country_may_be_text")
@pytest.mark.parametrize("country", ["Canada", {"Code": "CA", "Name": "Canada"}])
def test_country_is_accepted_as_name_or_object(journey: Journey, session: Session, country: object) -> None:
    assert journey.update_profile(session, Country=country)["Country"]["Name"] == "Canada"


@pytest.mark.rule("profile.markup_is_refused")
@pytest.mark.parametrize("member", ["FirstName", "City", "About"])
def test_script_markup_is_refused(journey: Journey, session: Session, member: str) -> None:
    with expect_error(ErrorCode.MARKUP_NOT_ALLOWED):
        journey.update_profile(session, **{member: "<script>alert(1)</script>"})


@pytest.mark.rule("profile.marked_elements_are_removed")
def test_list_entries_marked_for_deletion_are_removed(journey: Journey, session: Session) -> None:
    home, work = {"Type": "home", "City": "Vancouver"}, {"Type": "work", "City": "Victoria"}
    journey.update_profile(session, Addresses=[home, work])
    profile = journey.update_profile(session, Addresses=[{"Type": "home", "op": "delete"}])
    assert [address["Type"] for address in profile["Addresses"]] == ["work"]


@pytest.mark.preset("default", custom_fields=["shoe_size"])
@pytest.mark.rule("profile.unknown_custom_field_is_refused")
def test_only_configured_custom_fields_are_stored(journey: Journey, session: Session) -> None:
    assert journey.update_profile(session, CustomFields={"shoe_size": "44"})["CustomFields"] == {"shoe_size": "44"}
    with expect_error(993):
        journey.update_profile(session, CustomFields={"hat_size": "7"})


@pytest.mark.rule("profile.unknown_custom_field_is_refused")
def test_fifteen_custom_fields_are_accepted(journey: Journey, session: Session) -> None:
    fields = {f"field_{number}": "x" for number in range(15)}
    assert journey.update_profile(session, CustomFields=fields)["CustomFields"] == fields
    with expect_error(993):
        journey.update_profile(session, CustomFields={"field_15": "x"})


@pytest.mark.preset("phone-login")
@pytest.mark.rule("profile.new_phone_number_gets_an_otp")
def test_new_phone_in_profile_requires_verification(
    journey: Journey, control: EmulatorClient, session: Session
) -> None:
    number = new_phone()
    journey.update_profile(session, PhoneId=number)
    assert [bool(sms["otp"]) for sms in control.outbox(to=number)] == [True]
    assert journey.profile(session)["PhoneId"] != number


@pytest.mark.preset("verification-optional")
@pytest.mark.rule("profile.first_read_may_welcome")
def test_first_profile_read_can_send_a_welcome_mail(journey: Journey, api: Client, control: EmulatorClient) -> None:
    person = journey.new_person()
    session = Session.of(journey.register(person))
    for _ in range(2):
        query = {"welcomeEmailTemplate": "hello"}
        api.call("authentication.get_profile", token=session.token, query=query).must_succeed()
    assert [mail["template"] for mail in control.outbox(to=person.email, kind="welcome")] == ["hello"]


@pytest.mark.rule("errors.bad_input_never_breaks_the_server")
@pytest.mark.parametrize("text", [" ", "\u0000", "\u202e", "\ud83d\ude00", "x" * 5_000], ids=ascii)
def test_unusual_text_in_a_profile_is_stored(api: Client, session: Session, text: str) -> None:
    reply = api.call("authentication.update_profile", token=session.token, body={"FirstName": text})
    assert reply.status < 500
    api.call("authentication.get_profile", token=session.token).must_succeed()
