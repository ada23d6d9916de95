"""Custom objects: records that an application stores beside the profile."""

from collections.abc import Callable
from functools import partial

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.custom_objects import Owner
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

GONE = (ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND, ErrorCode.CUSTOM_OBJECT_NOT_FOUND)
UNKNOWN = "0123456789abcdef01234567"


def with_token(session: Session) -> Owner:
    """Store the record with the access token."""
    return session


def with_secret(session: Session) -> Owner:
    """Store the record by management."""
    return session.uid


either_side = pytest.mark.parametrize("owner_of", [with_token, with_secret])
OwnerOf = Callable[[Session], Owner]


@either_side
@pytest.mark.rule("custom_objects.created_one_is_returned")
def test_created_record_can_be_read(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    content = {"colour": "red", "sizes": [1, 2], "nested": {"deep": None}}
    record = journey.custom_objects.create(owner_of(session), content)
    assert (record["CustomObject"], record["Uid"]) == (content, session.uid)
    assert journey.custom_objects.read(owner_of(session), record["Id"]) == content


@either_side
@pytest.mark.rule("custom_objects.list_holds_own_objects")
def test_list_holds_every_own_record(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    journey.custom_objects.create(journey.verified_person().uid, {"colour": "grey"})
    made = {journey.custom_objects.create(owner_of(session), {"number": number})["Id"] for number in range(3)}
    listed = journey.custom_objects.all(owner_of(session))
    assert {record["Id"] for record in listed["data"]} == made
    assert listed["Count"] == 3


@pytest.mark.preset("default", custom_objects=["customobject", "another"])
@pytest.mark.rule("custom_objects.list_holds_own_objects")
def test_list_holds_records_of_one_object_only(journey: Journey, session: Session) -> None:
    record = journey.custom_objects.create(session, {"colour": "red"})["Id"]
    query, create = {"objectName": "another"}, "custom_object.create_by_token"
    journey.client.call(create, token=session.token, query=query, body={"size": 1}).must_succeed()
    assert [kept["Id"] for kept in journey.custom_objects.all(session)["data"]] == [record]


@either_side
@pytest.mark.rule("custom_objects.replace_drops_old_members", "custom_objects.partial_replace_merges")
def test_record_update_replaces_or_merges(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    record = journey.custom_objects.create(owner_of(session), {"colour": "red", "size": 1})["Id"]
    journey.custom_objects.update(owner_of(session), record, {"size": 2}, how="partialreplace")
    assert journey.custom_objects.read(owner_of(session), record) == {"colour": "red", "size": 2}
    journey.custom_objects.update(owner_of(session), record, {"size": 3}, how="replace")
    assert journey.custom_objects.read(owner_of(session), record) == {"size": 3}


@either_side
@pytest.mark.rule("custom_objects.deleted_one_is_gone")
def test_deleted_record_cannot_be_read(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    record = journey.custom_objects.create(owner_of(session), {"colour": "red"})["Id"]
    journey.custom_objects.delete(owner_of(session), record)
    with expect_error(*GONE):
        journey.custom_objects.read(owner_of(session), record)
    assert journey.custom_objects.all(owner_of(session))["Count"] == 0


@either_side
@pytest.mark.rule("custom_objects.unknown_names_are_refused")
def test_unknown_record_is_not_found(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    journey.custom_objects.create(session, {"colour": "red"})
    for ask in (
        journey.custom_objects.read,
        journey.custom_objects.delete,
        partial(journey.custom_objects.update, content={"size": 1}),
    ):
        with expect_error(*GONE):
            ask(owner_of(session), record=UNKNOWN)


@pytest.mark.preset("default", any_custom_object=False)
@pytest.mark.rule("custom_objects.unknown_names_are_refused")
@pytest.mark.parametrize("operation", ["custom_object.create_by_token", "custom_object.list_by_token"])
def test_unconfigured_custom_object_is_refused(journey: Journey, session: Session, operation: str) -> None:
    query = {"objectName": "lrh-unknown"}
    journey.client.call(operation, token=session.token, query=query, body={"size": 1}).must_be_refused(
        ErrorCode.CUSTOM_OBJECT_NOT_FOUND, ErrorCode.CUSTOM_OBJECT_NAME_INVALID
    )


@pytest.mark.rule("custom_objects.belong_to_their_owner")
def test_record_of_another_account_is_not_accessible(journey: Journey, session: Session) -> None:
    record = journey.custom_objects.create(session, {"colour": "red"})["Id"]
    other_person = journey.log_in(journey.verified_person())
    for ask in (
        journey.custom_objects.read,
        journey.custom_objects.delete,
        partial(journey.custom_objects.update, content={"size": 1}),
    ):
        with expect_error(*GONE):
            ask(other_person, record=record)
    assert journey.custom_objects.read(session, record) == {"colour": "red"}


@pytest.mark.rule("custom_objects.uid_and_record_must_fit")
def test_record_is_not_found_under_another_account(journey: Journey, person: Person) -> None:
    record = journey.custom_objects.create(person.uid, {"colour": "red"})["Id"]
    other = journey.verified_person().uid
    for ask in (
        journey.custom_objects.read,
        journey.custom_objects.delete,
        partial(journey.custom_objects.update, content={"size": 1}),
    ):
        with expect_error(*GONE):
            ask(other, record=record)
    assert journey.custom_objects.read(person.uid, record) == {"colour": "red"}


@pytest.mark.rule("custom_objects.parallel_updates_lose_nothing")
def test_concurrent_record_updates_all_persist(journey: Journey, session: Session) -> None:
    record = journey.custom_objects.create(session, {})["Id"]
    changes = {f"member{number}": number for number in range(8)}
    update = partial(journey.custom_objects.update, session, record, how="partialreplace")
    codes = concurrent_error_codes(*[partial(update, {name: value}) for name, value in changes.items()])
    assert codes == [None] * len(changes)
    assert journey.custom_objects.read(session, record) == changes


@either_side
@pytest.mark.rule("custom_objects.change_date_moves")
def test_record_update_changes_its_date_and_keeps_its_id(journey: Journey, session: Session, owner_of: OwnerOf) -> None:
    made = journey.custom_objects.create(owner_of(session), {"colour": "red"})
    journey.let_time_pass(2)
    journey.custom_objects.update(owner_of(session), made["Id"], {"colour": "blue"})
    (changed,) = journey.custom_objects.all(owner_of(session))["data"]
    assert (changed["Id"], changed["DateCreated"]) == (made["Id"], made["DateCreated"])
    assert changed["DateModified"] > made["DateModified"]
