"""Users from another system, taken in bulk."""

from hashlib import sha256
from typing import Any

import pytest

from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any


def profile_of(person: Person, **members: Json) -> Json:
    """Return a person's profile, as another system has it."""
    return {"Email": [{"Type": "Primary", "Value": person.email}], "FirstName": "Ada", **members}


@pytest.mark.rule("management.bulk_upsert_inserts_and_updates")
def test_bulk_upsert_creates_unknown_users_and_changes_known_ones(journey: Journey, person: Person) -> None:
    newcomer = journey.new_person()
    assert upsert(journey, profile_of(newcomer), profile_of(person, LastName="King")) == (1, 1, [])
    names = {}
    for who in (newcomer, person):
        found = journey.accounts.find(who)
        names[who.email] = (found["FirstName"], found["LastName"])
    assert names == {newcomer.email: ("Ada", None), person.email: ("Ada", "King")}
    assert journey.log_in(person).uid == person.uid


@pytest.mark.rule("management.bulk_upsert_keeps_passwords")
def test_user_with_a_hash_logs_in_with_the_old_password(journey: Journey) -> None:
    newcomer = journey.new_person()
    hashed = sha256(newcomer.password.encode()).hexdigest()
    encryption = {"Type": "SHA256", "IsPerPasswordSalt": False}
    profile = profile_of(newcomer, PasswordHash=hashed)
    assert upsert(journey, profile, PasswordEncryption=encryption) == (1, 0, [])
    assert journey.profile(journey.log_in(newcomer))["FirstName"] == "Ada"


@pytest.mark.rule("management.bulk_upsert_fails_by_profile")
def test_profile_that_cannot_be_taken_fails_alone(journey: Journey) -> None:
    first, last = journey.new_person(), journey.new_person()
    nameless: Json = {"FirstName": "Nobody"}
    hashed = profile_of(journey.new_person(), PasswordHash="in no form of a hash")
    inserted, updated, failed = upsert(journey, profile_of(first), nameless, hashed, profile_of(last))
    assert (inserted, updated, [entry["Line"] for entry in failed]) == (2, 0, [2, 3])
    assert journey.accounts.find(last)["FirstName"] == "Ada"


def upsert(journey: Journey, *profiles: Json, **options: Json) -> tuple[int, int, list[Json]]:
    """Send profiles in bulk; return the numbers of inserted and updated ones, and the failures."""
    body = {"Profiles": list(profiles), **options}
    counted = journey.client.call("user_migration.upsert", body=body).must_succeed().data["Profile"]
    return counted["RecordInserted"], counted["RecordUpdated"], counted["Failed"]
