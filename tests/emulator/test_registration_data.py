"""Choices of the registration form."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from tests.emulator.conftest import Ask

Add = Callable[..., str]


@pytest.fixture
def add(ask: Ask) -> Add:
    """`add(value, type=, parentid=, code=, isactive=)`: a new record; gives its id."""

    def add(value: str, kind: str = "country", **members: Any) -> str:
        record = {"type": kind, "key": value.title(), "value": value, **members}
        assert ask("registration_data.add", body={"Data": [record]}).status == 200
        listed = ask("registration_data.list", path={"type": kind}).data
        return str(next(entry["Id"] for entry in listed if entry["Value"] == value))

    return add


def values(ask: Ask, kind: str = "country", *, public: bool = False, **query: Any) -> list[str]:
    """Return the listed values of a type."""
    operation = "registration_data.list_public" if public else "registration_data.list"
    return [entry["Value"] for entry in ask(operation, path={"type": kind}, query=query).data]


def test_added_record_is_listed(ask: Ask, add: Add) -> None:
    country = add("canada", code="maple")
    add("quebec", "city", parentid=country)
    (listed,) = ask("registration_data.list", path={"type": "city"}).data
    assert (listed["Key"], listed["ParentId"], listed["ParentType"]) == ("Quebec", country, "country")


def test_public_list_hides_codes_and_inactive_records(ask: Ask, add: Add) -> None:
    add("canada", code="maple")
    add("brazil", isactive=False)
    (listed,) = ask("registration_data.list_public", path={"type": "country"}).data
    assert (listed["Value"], listed["Code"]) == ("canada", None)
    assert values(ask) == ["canada", "brazil"]


def test_list_is_cut_into_pages_of_at_most_50(ask: Ask) -> None:
    records = [{"type": "country", "key": str(n), "value": str(n)} for n in range(60)]
    ask("registration_data.add", body={"Data": records})
    assert values(ask) == [str(n) for n in range(50)]
    assert values(ask, skip=50) == [str(n) for n in range(50, 60)]
    assert values(ask, skip=10, limit=2, public=True) == ["10", "11"]
    assert (
        ask("registration_data.list", path={"type": "country"}, query={"limit": 51}).code
        == ErrorCode.PARAMETER_MALFORMED
    )


def test_list_below_a_parent_holds_its_children_alone(ask: Ask, add: Add) -> None:
    canada, brazil = add("canada"), add("brazil")
    add("quebec", "city", parentid=canada)
    add("manaus", "city", parentid=brazil)
    assert values(ask, "city", parentid=canada) == ["quebec"]
    assert values(ask, "city", parentid=brazil, public=True) == ["manaus"]


def test_updated_record_keeps_what_was_not_sent(ask: Ask, add: Add) -> None:
    record = add("canada", code="maple")
    body = {"IsActive": False, "Type": "country", "Key": "Kanada"}
    changed = ask("registration_data.update", path={"record_id": record}, body=body).data["Data"]
    assert (changed["Key"], changed["Value"], changed["Code"], changed["IsActive"]) == (
        "Kanada",
        "canada",
        "maple",
        False,
    )


def test_empty_parent_and_code_are_taken_away(ask: Ask, add: Add) -> None:
    record = add("quebec", "city", parentid=add("canada"), code="maple")
    body = {"IsActive": True, "Type": "city", "ParentId": "", "Code": ""}
    changed = ask("registration_data.update", path={"record_id": record}, body=body).data["Data"]
    assert (changed["ParentId"], changed["ParentType"], changed["Code"]) == (None, None, None)


def test_deleted_record_is_gone_and_its_children_stay(ask: Ask, add: Add) -> None:
    canada = add("canada")
    add("quebec", "city", parentid=canada)
    assert ask("registration_data.delete", path={"record_id": canada}).status == 200
    assert ask("registration_data.delete", path={"record_id": canada}).code == ErrorCode.REGISTRATION_DATA_NOT_FOUND
    assert ask("registration_data.list", path={"type": "city"}).data[0]["ParentId"] is None


def test_code_is_checked(ask: Ask, add: Add) -> None:
    canada, brazil = add("canada", code="maple"), add("brazil")
    operation = "registration_data.validate_code"
    assert ask(operation, body={"recordid": canada, "code": "maple"}).data == {"IsValid": True}
    assert ask(operation, body={"recordid": canada, "code": "Maple"}).code == ErrorCode.REGISTRATION_CODE_INCORRECT
    assert ask(operation, body={"recordid": brazil, "code": "maple"}).code == ErrorCode.REGISTRATION_DATA_HAS_NO_CODE


NOTHING = "0" * 24


@pytest.mark.parametrize(
    ("operation", "parts", "code"),
    [
        ("registration_data.list", {"path": {"type": "planet"}}, ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND),
        ("registration_data.list_public", {"path": {"type": "planet"}}, ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND),
        (
            "registration_data.list",
            {"path": {"type": "country"}, "query": {"parentid": NOTHING}},
            ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND,
        ),
        (
            "registration_data.add",
            {"body": {"Data": [{"key": "A", "value": "a"}]}},
            ErrorCode.REGISTRATION_DATA_TYPE_INVALID,
        ),
        (
            "registration_data.add",
            {"body": {"Data": [{"type": "country", "key": "A"}]}},
            ErrorCode.REGISTRATION_DATA_INVALID,
        ),
        (
            "registration_data.update",
            {"path": {"record_id": NOTHING}, "body": {"IsActive": True, "Type": "a"}},
            ErrorCode.REGISTRATION_DATA_NOT_FOUND,
        ),
        (
            "registration_data.update",
            {"path": {"record_id": NOTHING}, "body": {"Type": "a"}},
            ErrorCode.REGISTRATION_DATA_INVALID,
        ),
        (
            "registration_data.validate_code",
            {"body": {"recordid": NOTHING, "code": "a"}},
            ErrorCode.REGISTRATION_DATA_NOT_FOUND,
        ),
        ("registration_data.validate_code", {"body": {"recordid": NOTHING}}, ErrorCode.REGISTRATION_CODE_REQUIRED),
    ],
)
def test_unknown_record_is_refused(ask: Ask, add: Add, operation: str, parts: dict[str, Any], code: int) -> None:
    add("canada")
    assert ask(operation, **parts).code == code


def test_record_without_children_is_refused(ask: Ask, add: Add) -> None:
    query = {"parentid": add("canada")}
    assert (
        ask("registration_data.list", path={"type": "country"}, query=query).code
        == ErrorCode.REGISTRATION_DATA_CHILD_NOT_FOUND
    )


def test_records_are_added_all_or_none(ask: Ask) -> None:
    good = {"type": "country", "key": "Canada", "value": "canada"}
    body = {"Data": [good, {**good, "value": "brazil", "parentid": NOTHING}]}
    assert ask("registration_data.add", body=body).code == ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND
    assert ask("registration_data.list", path={"type": "country"}).code == ErrorCode.REGISTRATION_DATA_TYPE_NOT_FOUND


def test_record_is_not_its_own_parent(ask: Ask, add: Add) -> None:
    record = add("canada")
    body = {"IsActive": True, "Type": "country", "ParentId": record}
    assert (
        ask("registration_data.update", path={"record_id": record}, body=body).code
        == ErrorCode.REGISTRATION_DATA_PARENT_NOT_FOUND
    )
