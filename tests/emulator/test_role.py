"""Roles, permissions and role contexts."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from tests.emulator.conftest import Ask, Member

NOBODY = {"uid": "0" * 32}


def role(name: str, **permissions: bool) -> dict[str, Any]:
    """Return a role as a request describes it."""
    return {"name": name, "permissions": permissions}


@pytest.fixture(autouse=True)
def _roles(ask: Ask) -> None:
    """Create two roles."""
    ask("role.create_roles", body={"roles": [role("editor", edit=True, publish=False), role("reader")]})


def test_created_roles_are_listed(ask: Ask) -> None:
    created = ask("role.create_roles", body={"roles": [role("Editor", edit=True)]}).data
    assert created == {"data": [{"Name": "Editor", "Permissions": {"edit": True}}], "Count": 1}
    listed = ask("role.list_roles").data
    assert ({entry["Name"] for entry in listed["data"]}, listed["Count"]) == ({"editor", "reader", "Editor"}, 3)


@pytest.mark.parametrize("roles", [[role("new"), role("editor")], [role("new"), role("new")], [{"permissions": {}}]])
def test_roles_are_created_all_or_none(ask: Ask, roles: list[dict[str, Any]]) -> None:
    assert ask("role.create_roles", body={"roles": roles}).code == ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS
    assert ask("role.list_roles").data["Count"] == 2


def test_permissions_are_added_and_removed(ask: Ask) -> None:
    path = {"role": "editor"}
    added = ask("role.add_role_permissions", path=path, body={"permissions": ["print"]}).data
    assert added["Permissions"] == {"edit": True, "publish": False, "print": True}
    removed = ask("role.remove_role_permissions", path=path, body={"permissions": ["edit", "unknown"]}).data
    assert removed["Permissions"] == {"publish": False, "print": True}


def test_assigned_roles_stand_beside_the_others_of_this_user(ask: Ask, person: Member) -> None:
    other = {"Email": [{"Type": "Primary", "Value": "bea@example.com"}], "Password": "correct horse 7"}
    uid = ask("account.create_account", body=other).data["Uid"]
    for name in ("editor", "reader", "editor"):
        ask("role.assign_roles_by_uid", path={"uid": person.uid}, body={"roles": [name]})
    assert ask("role.get_roles_by_uid", path={"uid": person.uid}).data == {"Roles": ["editor", "reader"]}
    assert ask("role.get_roles_by_uid", path={"uid": uid}).data == {"Roles": []}


def test_unassigned_role_leaves_the_user(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("role.assign_roles_by_uid", path=path, body={"roles": ["editor", "reader"]})
    assert ask("role.unassign_roles_by_uid", path=path, body={"roles": ["editor"]}).status == 200
    assert ask("account.get_account_profile_by_uid", path=path).data["Roles"] == ["reader"]


def context(name: str = "Home", **members: Any) -> dict[str, Any]:
    """Return a body with one role context."""
    return {"rolecontext": [{"context": name, **members}]}


def test_context_keeps_what_it_was_given(ask: Ask, person: Member) -> None:
    body = context(roles=["editor"], additionalpermissions=["print"], expiration="7/5/2030 8:03:08 pm")
    kept = ask("role.update_role_context_by_uid", path={"uid": person.uid}, body=body).data
    assert kept == ask("role.get_role_context_by_uid", path={"uid": person.uid}).data
    expected = {"Context": "Home", "Roles": ["editor"], "AdditionalPermissions": ["print"]}
    assert kept == {"Data": [{**expected, "Expiration": "2030-07-05T20:03:08Z"}]}


def test_context_of_a_known_name_is_replaced(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("role.update_role_context_by_uid", path=path, body=context(roles=["editor"]))
    ask("role.update_role_context_by_uid", path=path, body=context("Work", roles=["editor"]))
    kept = ask("role.update_role_context_by_uid", path=path, body=context(roles=["reader"])).data["Data"]
    assert {entry["Context"]: entry["Roles"] for entry in kept} == {"Home": ["reader"], "Work": ["editor"]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (context(roles=["unknown"]), ErrorCode.ROLE_NOT_FOUND),
        (context(expiration="02/30/2030 8:30:08 AM"), ErrorCode.DATE_INVALID),
        (context(expiration="2030-07-05"), ErrorCode.DATE_INVALID),
        (context(""), ErrorCode.ROLE_CONTEXT_NAME_INVALID),
        ({"rolecontext": [{"roles": ["editor"]}]}, ErrorCode.ROLE_CONTEXT_NAME_INVALID),
    ],
)
def test_context_is_refused(ask: Ask, person: Member, body: dict[str, Any], code: int) -> None:
    assert ask("role.update_role_context_by_uid", path={"uid": person.uid}, body=body).code == code
    assert ask("role.get_role_context_by_uid", path={"uid": person.uid}).data == {"Data": []}


def test_context_lists_its_holders(ask: Ask, person: Member) -> None:
    ask("role.update_role_context_by_uid", path={"uid": person.uid}, body=context(roles=["editor"]))
    holders = ask("role.get_role_context_by_context_name", path={"context_name": "Home"}).data["Data"]
    assert [(holder["Uid"], holder["FullName"], holder["RoleContext"]["Roles"]) for holder in holders] == [
        (person.uid, "Ada", ["editor"])
    ]


def test_context_loses_what_is_named(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid, "context_name": "Home"}
    body = context(roles=["editor", "reader"], additionalpermissions=["print", "sign"])
    ask("role.update_role_context_by_uid", path=path, body=body)
    ask("role.delete_roles_from_role_context_by_uid", path=path, body={"roles": ["editor"]})
    gone = {"additionalpermissions": ["sign"]}
    ask("role.delete_additional_permission_from_role_context_by_uid", path=path, body=gone)
    kept = ask("role.get_role_context_by_uid", path=path).data["Data"][0]
    assert (kept["Roles"], kept["AdditionalPermissions"]) == (["reader"], ["print"])
    assert (
        ask("role.delete_roles_from_role_context_by_uid", path=path, body={"roles": ["editor"]}).code
        == ErrorCode.ROLE_NOT_FOUND
    )
    again = ask("role.delete_additional_permission_from_role_context_by_uid", path=path, body=gone)
    assert again.code == ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND


def test_deleted_context_is_gone(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid, "context_name": "Home"}
    ask("role.update_role_context_by_uid", path=path, body=context(roles=["editor"]))
    assert ask("role.delete_role_context_by_uid", path=path).status == 200
    assert ask("role.delete_role_context_by_uid", path=path).code == ErrorCode.ROLE_CONTEXT_NAME_INVALID
    assert ask("role.get_role_context_by_context_name", path=path).code == ErrorCode.ROLE_CONTEXT_NAME_INVALID


def test_deleted_role_is_taken_from_users_and_contexts(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    ask("role.assign_roles_by_uid", path=path, body={"roles": ["editor", "reader"]})
    ask("role.update_role_context_by_uid", path=path, body=context(roles=["editor", "reader"]))
    assert ask("role.delete_role", path={"role": "editor"}).status == 200
    assert ask("role.get_roles_by_uid", path=path).data == {"Roles": ["reader"]}
    assert ask("role.get_role_context_by_uid", path=path).data["Data"][0]["Roles"] == ["reader"]


@pytest.mark.parametrize(
    ("operation", "path", "body", "code"),
    [
        ("role.delete_role", {"role": "unknown"}, None, ErrorCode.ROLE_NOT_FOUND),
        ("role.delete_role", {"role": "EDITOR"}, None, ErrorCode.ROLE_NOT_FOUND),
        ("role.add_role_permissions", {"role": "unknown"}, {"permissions": ["print"]}, ErrorCode.ROLE_NOT_FOUND),
        ("role.remove_role_permissions", {"role": "unknown"}, {"permissions": ["print"]}, ErrorCode.ROLE_NOT_FOUND),
        ("role.assign_roles_by_uid", NOBODY, {"roles": ["editor"]}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("role.unassign_roles_by_uid", NOBODY, {"roles": ["editor"]}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("role.get_roles_by_uid", NOBODY, None, ErrorCode.ACCOUNT_NOT_FOUND),
        ("role.get_role_context_by_uid", NOBODY, None, ErrorCode.ACCOUNT_NOT_FOUND),
        (
            "role.get_role_context_by_context_name",
            {"context_name": "Nowhere"},
            None,
            ErrorCode.ROLE_CONTEXT_NAME_INVALID,
        ),
        ("role.create_roles", {}, {}, ErrorCode.BODY_MALFORMED),
    ],
)
def test_unknown_name_is_refused(ask: Ask, operation: str, path: dict[str, str], body: Any, code: int) -> None:
    assert ask(operation, path=path, body=body).code == code


def test_unknown_role_is_not_assigned(ask: Ask, person: Member) -> None:
    path = {"uid": person.uid}
    assert (
        ask("role.assign_roles_by_uid", path=path, body={"roles": ["editor", "unknown"]}).code
        == ErrorCode.ROLE_NOT_FOUND
    )
    assert ask("role.get_roles_by_uid", path=path).data == {"Roles": []}
