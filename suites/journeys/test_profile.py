"""Reading and changing a profile."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from harness.client import Client
from harness.journey import Journey
from harness.people import Person
from harness.reply import refused
from harness.session import Session

MASKED = "**********"
HASH = "Rfc2898DeriveBytes$"

Updater = Callable[..., None]


@pytest.fixture
def person(journey: Journey) -> Person:
    """Somebody with a user name."""
    return journey.somebody("username")


def change(api: Client, session: Session, changes: dict[str, object], *, nulls: bool) -> None:
    """Change one's own profile; `nulls` is `nullSupport`."""
    query = {"nullSupport": True} if nulls else {}
    api.call("authentication.update_profile", token=session.token, query=query, body=changes).must_succeed()


def change_by_operator(api: Client, session: Session, changes: dict[str, object], *, nulls: bool) -> None:
    """Have the server side change it."""
    query = {"nullSupport": True} if nulls else {}
    path = {"uid": session.uid}
    api.call("account.update_account_by_uid", path=path, query=query, body=changes).must_succeed()


either_side = pytest.mark.parametrize("update", [change, change_by_operator])


@pytest.mark.rule("profile.is_the_callers_own")
def test_everybody_reads_the_own_profile(journey: Journey) -> None:
    people = [journey.somebody() for _ in range(2)]
    profiles = [journey.profile(journey.log_in(person)) for person in people]
    assert [profile["Uid"] for profile in profiles] == [person.uid for person in people]
    assert [profile["Email"][0]["Value"] for profile in profiles] == [person.email for person in people]


@either_side
@pytest.mark.rule("profile.update_merges")
def test_a_change_leaves_the_rest_as_it_was(journey: Journey, api: Client, session: Session, update: Updater) -> None:
    before = journey.profile(session)
    update(api, session, {"FirstName": "Ada", "City": "Vancouver"}, nulls=False)
    update(api, session, {"City": "Victoria"}, nulls=False)
    after = journey.profile(session)
    changed = {name for name in before if before[name] != after[name]} - {"ModifiedDate", "ProfileModifiedDate"}
    assert changed == {"FirstName", "FullName", "City"}
    assert (after["FirstName"], after["City"]) == ("Ada", "Victoria")


@either_side
@pytest.mark.rule("profile.null_clears_only_on_request")
def test_a_null_clears_a_member_only_where_that_is_said(
    journey: Journey, api: Client, session: Session, update: Updater
) -> None:
    update(api, session, {"City": "Vancouver"}, nulls=False)
    update(api, session, {"City": None, "State": "BC"}, nulls=False)
    assert journey.profile(session)["City"] == "Vancouver"
    update(api, session, {"City": None}, nulls=True)
    assert journey.profile(session)["City"] is None


@either_side
@pytest.mark.rule("profile.null_clears_listed_members_only")
def test_a_null_clears_only_what_may_be_cleared(
    journey: Journey, api: Client, session: Session, update: Updater
) -> None:
    update(api, session, {"Country": {"Code": "CA", "Name": "Canada"}, "Quota": "5"}, nulls=False)
    update(api, session, {"Country": None, "Quota": None, "Email": None, "FirstName": "Ada"}, nulls=True)
    profile = journey.profile(session)
    assert (profile["Country"], profile["Quota"]) == ({"Code": "CA", "Name": "Canada"}, "5")
    assert profile["Email"]


@pytest.mark.rule("profile.null_clears_listed_members_only")
def test_only_an_operator_clears_a_user_name(journey: Journey, api: Client, person: Person, session: Session) -> None:
    change(api, session, {"UserName": None, "FirstName": "Ada"}, nulls=True)
    assert journey.profile(session)["UserName"] == person.username
    change_by_operator(api, session, {"UserName": None}, nulls=True)
    assert journey.profile(session)["UserName"] is None


@pytest.mark.rule("profile.privileged_members_are_ignored")
def test_nobody_makes_more_of_themselves(journey: Journey, api: Client, session: Session) -> None:
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
def test_nobody_takes_the_name_or_number_of_another(journey: Journey, session: Session) -> None:
    other = journey.somebody("username", "phone")
    with refused(1017):
        journey.update_profile(session, UserName=other.username)
    with refused(1058):
        journey.update_profile(session, PhoneId=other.phone)


@pytest.mark.rule("profile.password_is_masked_for_users")
def test_nobody_sees_a_password(api: Client, person: Person) -> None:
    body = {"email": person.email, "password": person.password}
    answer = api.call("authentication.login_by_email", body=body).must_succeed().data
    profile = api.call("authentication.get_profile", token=answer["access_token"]).must_succeed().data
    for shown in (answer["Profile"], profile):
        assert shown["Password"] == MASKED
        assert HASH not in str(shown)


@pytest.mark.preset("username-login")
@pytest.mark.rule("profile.user_name_change_takes_effect")
def test_a_new_user_name_takes_the_place_of_the_old(journey: Journey, person: Person) -> None:
    session, other, chosen = journey.log_in(person, by="username"), journey.somebody("username"), journey.new_person()
    for name, codes in ((other.username, (1017,)), ("two words", (1204, 1024)), ("x" * 33, (1204, 1024))):
        with refused(*codes):
            journey.change_username(session, name)
    journey.change_username(session, chosen.username)
    journey.log_in(replace(person, username=chosen.username), by="username")
    with refused(938):
        journey.log_in(person, by="username")
