"""Roles, and roles within a context."""

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

UNKNOWN = "lrh-role-nobody-made"


@pytest.mark.rule("roles.list_follows_changes")
def test_role_is_listed_until_it_is_deleted(journey: Journey) -> None:
    role = journey.roles.create("edit", "publish")
    listed = journey.roles.all()  # others may create and delete roles of a shared tenant at the same time
    assert {"Name": role, "Permissions": {"edit": True, "publish": True}} in listed["data"]
    assert listed["Count"] == len(listed["data"])
    journey.roles.delete(role)
    assert role not in [one["Name"] for one in journey.roles.all()["data"]]


@pytest.mark.rule("roles.unknown_one_is_refused")
def test_unknown_role_is_refused(journey: Journey, person: Person) -> None:
    for ask in (
        lambda: journey.roles.delete(UNKNOWN),
        lambda: journey.roles.give(person.uid, UNKNOWN),
        lambda: journey.roles.permit(UNKNOWN, "edit"),
    ):
        with expect_error(ErrorCode.ROLE_NOT_FOUND) as refusal:
            ask()
        assert refusal.reply is not None
        assert refusal.reply.status == 400


@pytest.mark.rule("roles.permissions_are_added_and_removed")
def test_permissions_are_added_and_removed_individually(journey: Journey) -> None:
    role = journey.roles.create("edit")
    assert journey.roles.permit(role, "publish", "delete") == {"edit", "publish", "delete"}
    assert journey.roles.forbid(role, "publish") == {"edit", "delete"}


@pytest.mark.rule("roles.assignment_adds", "roles.unassignment_removes", "roles.assignment_spares_other_accounts")
def test_roles_are_assigned_and_removed(journey: Journey, person: Person) -> None:
    author, editor, bystander = journey.roles.create(), journey.roles.create(), journey.verified_person()
    journey.roles.give(person.uid, author)
    journey.roles.give(person.uid, editor)
    assert sorted(journey.roles.of(person.uid)) == sorted([author, editor])
    assert journey.roles.of(bystander.uid) == []
    journey.roles.take(person.uid, author)
    assert journey.roles.of(person.uid) == [editor]


@pytest.mark.rule("roles.deleted_one_leaves_accounts")
def test_deleted_role_is_removed_from_accounts(journey: Journey, person: Person) -> None:
    role = journey.roles.create()
    journey.roles.give(person.uid, role)
    journey.roles.delete(role)
    assert journey.roles.of(person.uid) == []


@pytest.mark.rule("roles.context_is_kept_by_name")
def test_roles_differ_by_context(journey: Journey, person: Person) -> None:
    author, editor = journey.roles.create(), journey.roles.create()
    journey.roles.put_context(person.uid, "lrh-home", [author], [])
    journey.roles.put_context(person.uid, "lrh-work", [editor], ["approve"])
    assert journey.roles.contexts(person.uid) == {"lrh-home": ([author], []), "lrh-work": ([editor], ["approve"])}
    journey.roles.put_context(person.uid, "lrh-home", [editor], ["pay"])
    assert journey.roles.contexts(person.uid) == {"lrh-home": ([editor], ["pay"]), "lrh-work": ([editor], ["approve"])}


@pytest.mark.rule("roles.context_loses_what_is_named", "roles.deleted_context_is_gone")
def test_context_can_be_reduced_and_deleted(journey: Journey, person: Person) -> None:
    author, editor, context = journey.roles.create(), journey.roles.create(), f"lrh-{person.uid[:8]}"
    journey.roles.put_context(person.uid, context, [author, editor], ["approve", "pay"])
    assert journey.roles.members(context) == [person.uid]
    journey.roles.take_in_context(person.uid, context, author)
    journey.roles.forbid_in_context(person.uid, context, "pay")
    assert journey.roles.contexts(person.uid) == {context: ([editor], ["approve"])}
    journey.roles.remove_context(person.uid, context)
    assert journey.roles.contexts(person.uid) == {}


@pytest.mark.rule("roles.context_loses_what_is_named", "roles.deleted_context_is_gone")
def test_unassigned_context_entry_cannot_be_removed(journey: Journey, person: Person) -> None:
    journey.roles.put_context(person.uid, "lrh-home", [journey.roles.create()], ["pay"])
    with expect_error(ErrorCode.ADDITIONAL_PERMISSION_NOT_FOUND):
        journey.roles.forbid_in_context(person.uid, "lrh-home", "approve")
    with expect_error(ErrorCode.ROLE_CONTEXT_NAME_INVALID):
        journey.roles.remove_context(person.uid, "lrh-work")


@pytest.mark.rule("roles.name_case_counts", "roles.taken_name_is_refused")
def test_role_names_are_case_sensitive(api: Client, journey: Journey) -> None:
    name = journey.roles.create()
    roles = [{"name": name.upper()}, {"name": name.title()}]
    api.call("role.create_roles", body={"roles": roles}).must_succeed()
    assert {name, name.upper(), name.title()} <= {role["Name"] for role in journey.roles.all()["data"]}
    for taken in ([roles[0]], [{"name": f"{name}-new"}] * 2):
        api.call("role.create_roles", body={"roles": taken}).must_be_refused(
            ErrorCode.ROLE_NAME_INVALID_OR_ALREADY_EXISTS
        )


@pytest.mark.rule("roles.context_keeps_all_it_was_given")
def test_context_is_returned_as_it_was_set(api: Client, journey: Journey, person: Person) -> None:
    given = {
        "context": "lrh-home", "roles": [journey.roles.create()], "additionalpermissions": ["pay"],
        "expiration": "07/15/2099 8:30:08 AM",
    }  # fmt: skip
    path = {"uid": person.uid}
    api.call("role.update_role_context_by_uid", path=path, body={"rolecontext": [given]}).must_succeed()
    (held,) = api.call("role.get_role_context_by_uid", path=path).must_succeed().data["Data"]
    assert (held["Context"], held["Roles"], held["AdditionalPermissions"]) == ("lrh-home", given["roles"], ["pay"])
    assert held["Expiration"].startswith("2099-07-15T08:30:08")


@pytest.mark.rule("roles.context_lists_its_accounts")
def test_context_lists_its_accounts_only(journey: Journey) -> None:
    role, context = journey.roles.create(), f"lrh-{journey.verified_person().uid[:8]}"
    members, other = [journey.verified_person().uid for _ in range(2)], journey.verified_person().uid
    for uid in members:
        journey.roles.put_context(uid, context, [role], [])
    journey.roles.put_context(other, "lrh-other", [role], [])
    assert sorted(journey.roles.members(context)) == sorted(members)
