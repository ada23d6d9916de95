"""What people may do: roles, and roles within a context."""

import pytest

from harness.journey import Journey
from harness.people import Person
from harness.reply import refused

UNKNOWN = "lrh-role-nobody-made"


@pytest.mark.rule("roles.list_follows_changes")
def test_a_role_is_listed_until_it_is_deleted(journey: Journey) -> None:
    before = journey.roles.all()
    role = journey.roles.create("edit", "publish")
    listed = journey.roles.all()
    assert {"Name": role, "Permissions": {"edit": True, "publish": True}} in listed["data"]
    assert listed["Count"] == len(listed["data"]) == before["Count"] + 1
    journey.roles.delete(role)
    assert journey.roles.all() == before


@pytest.mark.rule("roles.unknown_one_is_refused")
def test_a_role_that_nobody_made_is_none(journey: Journey, person: Person) -> None:
    for ask in (
        lambda: journey.roles.delete(UNKNOWN),
        lambda: journey.roles.give(person.uid, UNKNOWN),
        lambda: journey.roles.permit(UNKNOWN, "edit"),
    ):
        with refused(1047) as refusal:
            ask()
        assert refusal.reply is not None
        assert refusal.reply.status == 400


@pytest.mark.rule("roles.permissions_are_added_and_removed")
def test_permissions_come_and_go_one_by_one(journey: Journey) -> None:
    role = journey.roles.create("edit")
    assert journey.roles.permit(role, "publish", "delete") == {"edit", "publish", "delete"}
    assert journey.roles.forbid(role, "publish") == {"edit", "delete"}


@pytest.mark.rule("roles.assignment_adds", "roles.unassignment_removes", "roles.assignment_spares_other_accounts")
def test_somebody_is_given_roles_and_loses_them_again(journey: Journey, person: Person) -> None:
    author, editor, bystander = journey.roles.create(), journey.roles.create(), journey.somebody()
    journey.roles.give(person.uid, author)
    journey.roles.give(person.uid, editor)
    assert sorted(journey.roles.of(person.uid)) == sorted([author, editor])
    assert journey.roles.of(bystander.uid) == []
    journey.roles.take(person.uid, author)
    assert journey.roles.of(person.uid) == [editor]


def test_a_deleted_role_is_held_by_nobody(journey: Journey, person: Person) -> None:
    role = journey.roles.create()
    journey.roles.give(person.uid, role)
    journey.roles.delete(role)
    assert journey.roles.of(person.uid) == []


@pytest.mark.rule("roles.context_is_kept_by_name")
def test_somebody_has_other_roles_in_another_context(journey: Journey, person: Person) -> None:
    author, editor = journey.roles.create(), journey.roles.create()
    journey.roles.put_context(person.uid, "lrh-home", [author], [])
    journey.roles.put_context(person.uid, "lrh-work", [editor], ["approve"])
    assert journey.roles.contexts(person.uid) == {"lrh-home": ([author], []), "lrh-work": ([editor], ["approve"])}
    journey.roles.put_context(person.uid, "lrh-home", [editor], ["pay"])
    assert journey.roles.contexts(person.uid) == {"lrh-home": ([editor], ["pay"]), "lrh-work": ([editor], ["approve"])}


def test_a_context_shrinks_until_it_is_gone(journey: Journey, person: Person) -> None:
    author, editor, context = journey.roles.create(), journey.roles.create(), f"lrh-{person.uid[:8]}"
    journey.roles.put_context(person.uid, context, [author, editor], ["approve", "pay"])
    assert journey.roles.members(context) == [person.uid]
    journey.roles.take_in_context(person.uid, context, author)
    journey.roles.forbid_in_context(person.uid, context, "pay")
    assert journey.roles.contexts(person.uid) == {context: ([editor], ["approve"])}
    journey.roles.remove_context(person.uid, context)
    assert journey.roles.contexts(person.uid) == {}
