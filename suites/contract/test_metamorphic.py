"""Are the responses of different requests consistent with each other?"""

from itertools import combinations
from typing import Any

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.client.client import Client
from loginradius_harness.contracts import api_operations
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any

READING = [pytest.param(operation, id=operation.id) for operation in api_operations() if operation.effect == "read"]
PROJECTING = [
    pytest.param(operation, id=operation.id)
    for operation in api_operations()
    if operation.effect == "read" and "fields" in (operation.query or {}).get("properties", {})
]
CHANGES: dict[str, Json] = {
    "FirstName": "Grace",
    "LastName": "Hopper",
    "Company": "Navy",
    "Gender": "female",
    "BirthDate": "12-09-1906",
    "City": "New York",
    "Addresses": [{"Type": "home", "City": "Arlington", "Country": "USA"}],
    "PhoneNumbers": [{"PhoneType": "work", "PhoneNumber": "1"}],
    "CustomFields": {"rank": "admiral"},
    "IsProtected": True,
}
PAIRS = list(combinations(CHANGES, 2))
# Members that hold times, counters or origins, or that change with each response.
VOLATILE = frozenset(
    "ModifiedDate ProfileModifiedDate CreatedDate SignupDate LastPasswordChangeDate"
    " CurrentTime Sott ExpiryTime access_token refresh_token"
    " expires_in ExpireIn".split()
)
# Members that belong to one account only.
OWN = frozenset({"Uid", "ID", "ObjectId", "Email", "Identities", "Password", "LastPasswordChangeToken"})


def _without_volatile(data: Json, without: frozenset[str] = VOLATILE) -> Json:
    if isinstance(data, dict):
        return {name: _without_volatile(value, without) for name, value in data.items() if name not in without}
    return [_without_volatile(item, without) for item in data] if isinstance(data, list) else data


def _new_account(journey: Journey) -> Person:
    return journey.accounts.create(journey.new_person())


@pytest.mark.parametrize("operation", READING)
def test_reading_twice_returns_the_same(prepared_request: PreparedRequest) -> None:
    """A read does not change what it returns."""
    once, again = (prepared_request.send().must_succeed().data for _ in range(2))
    assert _without_volatile(once) == _without_volatile(again)


@pytest.mark.rule("wire.fields_project")
@pytest.mark.parametrize("operation", PROJECTING)
def test_field_selection_is_a_subset_of_the_full_response(prepared_request: PreparedRequest) -> None:
    """With `fields`, a response is the full one without the members not named."""
    whole = _without_volatile(prepared_request.send().must_succeed().data)
    if not isinstance(whole, dict):
        pytest.skip("a list has no members to name")
    for named in [list(whole)[:1], list(whole)[-3:], list(whole)[::2]]:
        query = {**prepared_request.query, "fields": ",".join(named)}
        assert _without_volatile(prepared_request.send(query=query).must_succeed().data) == {
            name: whole[name] for name in named
        }


WAYS = {"email": "check_email_availability", "username": "check_username_availability"}


@pytest.mark.parametrize("kind", ["email", "username", "phone"])
def test_availability_follows_registration_and_deletion(kind: str, api: Client, journey: Journey) -> None:
    """A registered identifier exists; a deleted one does not and can register again."""
    person = journey.new_person()
    operation = f"authentication.{WAYS[kind]}" if kind in WAYS else "phone.check_availability"
    query = {kind: getattr(person, kind)}

    def exists() -> bool:
        reported: bool = api.call(operation, query=query).must_succeed().data["IsExist"]
        return reported

    assert not exists()
    for _ in range(2):
        made = journey.accounts.create(person, UserName=person.username, PhoneId=person.phone)
        assert exists()
        journey.accounts.delete(made.uid)
        assert not exists()


DERIVED = {"FirstName": {"FullName"}, "LastName": {"FullName"}, "BirthDate": {"Age"}}  # product-facts.md#profile


@pytest.mark.rule("profile.update_merges")
@pytest.mark.parametrize("name", CHANGES)
def test_update_changes_only_the_members_it_names(name: str, journey: Journey) -> None:
    """A profile read after an update is the earlier one with the named members changed."""
    person = _new_account(journey)
    before = _without_volatile(journey.accounts.read(person.uid))
    journey.accounts.update(person.uid, **{name: CHANGES[name]})
    after = _without_volatile(journey.accounts.read(person.uid))
    derived = DERIVED.get(name, set())
    assert {other for other in after if after[other] != before[other]} == {name} | derived


@pytest.mark.parametrize(("one", "other"), PAIRS[:: max(1, len(PAIRS) // 12)])
def test_order_of_independent_updates_does_not_matter(one: str, other: str, journey: Journey) -> None:
    """Two updates of different members give the same profile in either order, and as one update."""
    orders = ([one, other], [other, one])
    profiles = []
    for order in orders:
        person = _new_account(journey)
        for name in order:
            journey.accounts.update(person.uid, **{name: CHANGES[name]})
        profiles.append(journey.accounts.read(person.uid))
    person = _new_account(journey)
    journey.accounts.update(person.uid, **{name: CHANGES[name] for name in (one, other)})
    profiles.append(journey.accounts.read(person.uid))
    first, *others = (_without_volatile(profile, VOLATILE | OWN) for profile in profiles)
    assert others == [first, first]


@pytest.mark.parametrize("name", CHANGES)
def test_update_is_idempotent(name: str, journey: Journey) -> None:
    """A repeated update leaves the same profile as the first."""
    person = _new_account(journey)
    journey.accounts.update(person.uid, **{name: CHANGES[name]})
    once = _without_volatile(journey.accounts.read(person.uid))
    journey.accounts.update(person.uid, **{name: CHANGES[name]})
    assert _without_volatile(journey.accounts.read(person.uid)) == once


@pytest.mark.parametrize("name", CHANGES)
def test_user_update_and_management_update_agree(name: str, journey: Journey) -> None:
    """The user's own update and management's give the same profile."""
    by_server, by_user = _new_account(journey), _new_account(journey)
    journey.accounts.update(by_server.uid, **{name: CHANGES[name]})
    journey.update_profile(journey.accounts.log_in(by_user), **{name: CHANGES[name]})
    profiles = [journey.accounts.read(person.uid) for person in (by_server, by_user)]
    assert _without_volatile(profiles[0], VOLATILE | OWN) == _without_volatile(profiles[1], VOLATILE | OWN)


def test_every_profile_lookup_returns_the_same_profile(api: Client, journey: Journey) -> None:
    """A profile is the same by uid, e-mail, user name and phone."""
    new_person = journey.new_person()
    person = journey.accounts.create(new_person, UserName=new_person.username, PhoneId=new_person.phone)
    by_uid = journey.accounts.read(person.uid)
    for kind in ("email", "username", "phone"):
        operation = f"account.get_account_profile_by_{kind}"
        found = api.call(operation, query={kind: getattr(person, kind)}).must_succeed().data
        assert _without_volatile(found) == _without_volatile(by_uid)


def test_current_and_legacy_token_validation_agree(api: Client, journey: Journey) -> None:
    """Current and legacy validation agree on a token and its expiry."""
    token = journey.accounts.log_in(_new_account(journey)).token
    reported = [
        api.call(operation, token=token).must_succeed().data
        for operation in ("authentication.validate_access_token", "social.validate_access_token")
    ]
    assert {(answer["access_token"], answer["expires_in"][:19]) for answer in reported} == {
        (token, reported[0]["expires_in"][:19])
    }
