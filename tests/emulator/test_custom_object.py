"""Records of custom objects."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

CART = {"objectName": "cart"}


def token_of(ask: Ask, uid: str) -> str:
    """Return a live access token."""
    token: str = ask("account.get_access_token_by_uid", query={"uid": uid}).data["access_token"]
    return token


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return the person's access token."""
    return token_of(ask, person.uid)


@pytest.fixture
def record(ask: Ask, token: str) -> dict[str, str]:
    """Return the path of a record of the person: {"size": 3, "colour": None}."""
    body = {"size": 3, "colour": None}
    return {"object_record_id": ask("custom_object.create_by_token", token=token, query=CART, body=body).data["Id"]}


def test_record_comes_back_as_it_was_sent(ask: Ask, person: Member, token: str) -> None:
    body = {"Size": 3, "colour": None, "lines": [{"SKU": "x", "note": None}]}
    created = ask("custom_object.create_by_token", token=token, query=CART, body=body).data
    assert (created["CustomObject"], created["Uid"]) == (body, person.uid)
    path = {"uid": person.uid, "object_record_id": created["Id"]}
    assert ask("custom_object.get_by_record_id_and_uid", path=path, query=CART).data == created


def test_list_holds_the_users_records_of_one_name(ask: Ask, person: Member, token: str) -> None:
    path = {"uid": person.uid}
    ask("custom_object.create_by_uid", path=path, query=CART, body={"n": 1})
    ask("custom_object.create_by_token", token=token, query=CART, body={"n": 2})
    ask("custom_object.create_by_uid", path=path, query={"objectName": "wishes"}, body={"n": 3})
    listed = ask("custom_object.list_by_token", token=token, query=CART).data
    assert ([entry["CustomObject"]["n"] for entry in listed["data"]], listed["Count"]) == ([1, 2], 2)
    assert ask("custom_object.list_by_uid", path=path, query=CART).data == listed


def test_replacement_stands_alone(ask: Ask, token: str, record: dict[str, str]) -> None:
    parts: dict[str, Any] = {"path": record, "token": token, "query": {**CART, "updateType": "REPLACE"}}
    assert ask("custom_object.update_by_token", **parts, body={"weight": 2}).data["CustomObject"] == {"weight": 2}


def test_partial_replacement_is_laid_over(ask: Ask, person: Member, record: dict[str, str], tenant: Tenant) -> None:
    before = tenant.custom_objects.get(record["object_record_id"])
    assert before is not None
    tenant.clock.advance(1)
    path, query = {"uid": person.uid, **record}, {**CART, "updateType": "PartialReplace"}
    after = ask("custom_object.update_by_uid", path=path, query=query, body={"colour": "red"}).data
    assert after["CustomObject"] == {"size": 3, "colour": "red"}
    assert after["DateModified"] > after["DateCreated"]


def test_deleted_record_is_gone(ask: Ask, token: str, record: dict[str, str]) -> None:
    assert ask("custom_object.delete_by_token", path=record, token=token, query=CART).status == 200
    assert (
        ask("custom_object.get_by_record_id_and_token", path=record, token=token, query=CART).code
        == ErrorCode.CUSTOM_OBJECT_NOT_FOUND
    )
    assert (
        ask("custom_object.delete_by_token", path=record, token=token, query=CART).code
        == ErrorCode.CUSTOM_OBJECT_NOT_FOUND
    )


@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        ("custom_object.get_by_record_id_and_{}", CART, None),
        ("custom_object.update_by_{}", {**CART, "updateType": "replace"}, {"stolen": True}),
        ("custom_object.delete_by_{}", CART, None),
    ],
)
def test_record_belongs_to_its_owner(
    ask: Ask, record: dict[str, str], operation: str, query: dict[str, str], body: Any
) -> None:
    other = {"Email": [{"Type": "Primary", "Value": "bea@example.com"}], "Password": "correct horse 7"}
    uid = ask("account.create_account", body=other).data["Uid"]
    by_uid = operation.format("uid").replace("delete_by_uid", "delete_by_record_id_and_uid")
    own = {"path": record, "query": query, "body": body, "token": token_of(ask, uid)}
    assert ask(operation.format("token"), **own).code == ErrorCode.CUSTOM_OBJECT_NOT_FOUND
    assert ask(by_uid, path={"uid": uid, **record}, query=query, body=body).code == ErrorCode.CUSTOM_OBJECT_NOT_FOUND


@pytest.mark.parametrize(
    ("query", "body", "code"),
    [
        ({}, {"n": 1}, ErrorCode.CUSTOM_OBJECT_NAME_MISSING),
        (CART, None, ErrorCode.POST_BODY_NOT_JSON),
        (CART, [1], ErrorCode.CUSTOM_OBJECT_NOT_JSON),
        (CART, "text", ErrorCode.CUSTOM_OBJECT_NOT_JSON),
    ],
)
def test_record_is_not_created(ask: Ask, token: str, query: dict[str, str], body: Any, code: int) -> None:
    assert ask("custom_object.create_by_token", token=token, query=query, body=body).code == code


def test_malformed_record_id_is_refused(ask: Ask, token: str) -> None:
    path = {"object_record_id": "17"}
    assert (
        ask("custom_object.get_by_record_id_and_token", path=path, token=token, query=CART).code
        == ErrorCode.CUSTOM_OBJECT_RECORD_NOT_FOUND
    )


def test_record_has_another_name_than_asked(ask: Ask, token: str, record: dict[str, str]) -> None:
    answer = ask("custom_object.get_by_record_id_and_token", path=record, token=token, query={"objectName": "wishes"})
    assert answer.code == ErrorCode.CUSTOM_OBJECT_NOT_FOUND


def test_update_type_is_one_of_two(ask: Ask, token: str, record: dict[str, str]) -> None:
    parts: dict[str, Any] = {"path": record, "token": token, "body": {"n": 1}}
    assert (
        ask("custom_object.update_by_token", **parts, query={**CART, "updateType": "append"}).code
        == ErrorCode.PARAMETER_MALFORMED
    )


def test_update_without_a_type_replaces(ask: Ask, token: str, record: dict[str, str]) -> None:
    """The vendor's SDK leaves the parameter out where its caller gives none."""
    answer = ask("custom_object.update_by_token", path=record, token=token, body={"n": 1}, query=CART)
    assert answer.data["CustomObject"] == {"n": 1}


@pytest.mark.usefixtures("record")
@pytest.mark.preset("default", custom_object_limit=1)
def test_records_are_limited_per_user_and_name(ask: Ask, token: str) -> None:
    assert (
        ask("custom_object.create_by_token", token=token, query=CART, body={"n": 2}).code
        == ErrorCode.CUSTOM_OBJECT_LIMIT_EXCEEDED
    )
    assert ask("custom_object.create_by_token", token=token, query={"objectName": "wishes"}, body={}).status == 200


@pytest.mark.preset("default", any_custom_object=False, custom_objects=["cart"])
def test_unknown_name_is_refused(ask: Ask, token: str) -> None:
    assert ask("custom_object.list_by_token", token=token, query=CART).status == 200
    assert (
        ask("custom_object.list_by_token", token=token, query={"objectName": "Cart"}).code
        == ErrorCode.CUSTOM_OBJECT_NAME_INVALID
    )


@pytest.mark.preset("default", any_custom_object=False, custom_objects=[])
def test_tenant_without_custom_objects_refuses_them_all(ask: Ask, token: str) -> None:
    assert ask("custom_object.list_by_token", token=token, query=CART).code == ErrorCode.CUSTOM_OBJECTS_NOT_CONFIGURED


def test_records_are_deleted_with_their_user(ask: Ask, person: Member, record: dict[str, str], tenant: Tenant) -> None:
    assert record["object_record_id"] in tenant.custom_objects
    ask("account.delete_account_by_uid", path={"uid": person.uid})
    assert record["object_record_id"] not in tenant.custom_objects


def test_record_of_an_unknown_user_is_refused(ask: Ask) -> None:
    assert ask("custom_object.list_by_uid", path={"uid": "0" * 32}, query=CART).code == ErrorCode.ACCOUNT_NOT_FOUND
