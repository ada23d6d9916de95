"""Registration data: entries that a registration form offers, some protected by a code."""

from typing import Any
from uuid import uuid4

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.contracts.codes import ErrorCode

Json = Any


@pytest.fixture
def kind() -> str:
    """Return an unused type of entries."""
    return f"lrh-{uuid4().hex[:12]}"


def add(api: Client, kind: str, *choices: Json) -> None:
    """Add entries; members not given get defaults."""
    data = [{"type": kind, "key": "Canada", "value": "ca", "isactive": True, **choice} for choice in choices]
    api.call("registration_data.add", body={"Data": data}).must_succeed()


def listed(api: Client, kind: str, *, public: bool = False, **query: int | str) -> list[Json]:
    """Return the entries of a type, as management or the public sees them."""
    operation = "registration_data.list_public" if public else "registration_data.list"
    records: list[Json] = api.call(operation, path={"type": kind}, query=query).must_succeed().data
    return records


@pytest.mark.rule("registration_data.page_has_at_most_50")
@pytest.mark.parametrize("public", [False, True])
def test_page_holds_at_most_fifty_entries(api: Client, kind: str, *, public: bool) -> None:
    add(api, kind, *[{"key": f"choice {number}"} for number in range(60)])
    first, second = (listed(api, kind, public=public, limit=50, skip=skip) for skip in (0, 50))
    assert (len(first), len(second)) == (50, 10)
    assert len({record["Key"] for record in first + second}) == 60
    operation = "registration_data.list_public" if public else "registration_data.list"
    greedy = api.call(operation, path={"type": kind}, query={"limit": 1_000})
    assert greedy.error_code == ErrorCode.PARAMETER_MALFORMED or len(greedy.data) <= 50


@pytest.mark.rule("registration_data.codes_are_checked")
def test_registration_code_validates_its_entry(api: Client, kind: str) -> None:
    add(api, kind, {"key": "guarded", "code": "maple"}, {"key": "open"})
    ids = {record["Key"]: record["Id"] for record in listed(api, kind)}
    operation = "registration_data.validate_code"
    right = api.call(operation, body={"recordid": ids["guarded"], "code": "maple"})
    assert right.must_succeed().data["IsValid"] is True
    api.call(operation, body={"recordid": ids["guarded"], "code": "oak"}).must_be_refused(
        ErrorCode.REGISTRATION_CODE_INCORRECT
    )
    api.call(operation, body={"recordid": ids["open"], "code": "maple"}).must_be_refused(
        ErrorCode.REGISTRATION_DATA_HAS_NO_CODE
    )


@pytest.mark.rule("registration_data.codes_are_hidden_from_the_public")
def test_registration_codes_are_shown_to_management_only(api: Client, kind: str) -> None:
    add(api, kind, {"code": "maple"})
    assert [record["Code"] for record in listed(api, kind)] == ["maple"]
    assert "maple" not in str(listed(api, kind, public=True))


@pytest.mark.rule("registration_data.updated_record_shows_it", "registration_data.deleted_record_is_gone")
def test_entry_can_be_updated_and_deleted(api: Client, kind: str) -> None:
    add(api, kind, {"key": "Canada"})
    path = {"record_id": listed(api, kind)[0]["Id"]}
    api.call(
        "registration_data.update", path=path, body={"IsActive": False, "Type": kind, "Key": "Kanada"}
    ).must_succeed()
    assert [(record["Key"], record["IsActive"]) for record in listed(api, kind)] == [("Kanada", False)]
    api.call("registration_data.delete", path=path).must_succeed()
    api.call("registration_data.list", path={"type": kind}).must_be_refused(ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND)
    api.call("registration_data.delete", path=path).must_be_refused(ErrorCode.REGISTRATION_DATA_NOT_FOUND)


@pytest.mark.rule("registration_data.added_record_is_listed", "registration_data.list_is_filtered_by_parent")
@pytest.mark.parametrize("public", [False, True])
def test_entry_is_listed_under_its_parent(api: Client, kind: str, *, public: bool) -> None:
    add(api, kind, {"key": "Canada"}, {"key": "Norway"})
    parents = {record["Key"]: record["Id"] for record in listed(api, kind)}
    add(api, kind, {"key": "Alberta", "value": "ab", "parentid": parents["Canada"]})
    add(api, kind, {"key": "Oslo", "value": "os", "parentid": parents["Norway"]})
    (child,) = listed(api, kind, public=public, parentid=parents["Canada"])
    assert (child["Type"], child["Key"], child["Value"]) == (kind, "Alberta", "ab")
    assert child["ParentId"] == parents["Canada"]


@pytest.mark.rule("registration_data.added_record_is_listed")
def test_inactive_entry_is_shown_to_management_only(api: Client, kind: str) -> None:
    add(api, kind, {"key": "shown"}, {"key": "hidden", "isactive": False})
    assert [record["Key"] for record in listed(api, kind)] == ["shown", "hidden"]
    assert [record["Key"] for record in listed(api, kind, public=True)] == ["shown"]


@pytest.mark.rule("registration_data.list_is_paged")
def test_pagination_neither_loses_nor_repeats_an_entry(api: Client, kind: str) -> None:
    names = [f"choice {number}" for number in range(5)]
    add(api, kind, *[{"key": name} for name in names])
    pages = [listed(api, kind, limit=2, skip=skip) for skip in (0, 2, 4)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(record["Key"] for page in pages for record in page) == names


@pytest.mark.rule("registration_data.type_is_deleted_whole")
def test_type_is_deleted_with_all_its_entries(api: Client, kind: str) -> None:
    other = f"{kind}-other"
    add(api, kind, {"key": "Canada"}, {"key": "Norway"})
    add(api, other, {"key": "Chile"})
    api.call("registration_data.delete_by_type", path={"type": kind}).must_succeed()
    api.call("registration_data.list", path={"type": kind}).must_be_refused(ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND)
    assert [record["Key"] for record in listed(api, other)] == ["Chile"]
    api.call("registration_data.delete_by_type", path={"type": other}).must_succeed()
