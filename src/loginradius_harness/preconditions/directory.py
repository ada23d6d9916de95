"""Queries of the directory that have a second page."""

from loginradius_harness.journey.directory import Source, group, rule
from loginradius_harness.preconditions.registry import Preconditions, precondition


@precondition("directory_page", needs=["person"])
def directory_page(preconditions: Preconditions) -> str:
    """Create a second user, and query both, one on a page."""
    journey = preconditions.journey
    other = journey.accounts.create(journey.new_person())
    both = group("OR", *(rule("Uid", "=", person.uid) for person in (preconditions.value("person"), other)))
    return str(journey.directory.ask(both, size=1).must_succeed().data["next"])


@precondition("directory_page.records", needs=["record_id"])
def page_of_records(preconditions: Preconditions) -> str:
    """Create a second record, and query both."""
    return _second_page(preconditions, "custom_objects")


@precondition("directory_page.users_with_records", needs=["record_id"])
def page_of_users_with_records(preconditions: Preconditions) -> str:
    """Create a second record, and query the profile with both."""
    return _second_page(preconditions, "identities_with_custom_objects")


def _second_page(preconditions: Preconditions, source: Source) -> str:
    preconditions.value("record_id")
    journey, person = preconditions.journey, preconditions.value("person")
    journey.custom_objects.create(person.uid, {"colour": "blue"})
    query = group("AND", rule("Uid", "=", person.uid))
    return str(journey.directory.ask(query, source, size=1).must_succeed().data["next"])
