"""Custom fields that management creates, puts on the registration form, and deletes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("administration")

AddField = Callable[[], str]


@pytest.fixture
def add_field(journey: Journey) -> Iterator[AddField]:
    """`add_field()`: create a custom field, which is deleted at the end if it is still there; return its name."""
    with ExitStack() as added:

        def add_field() -> str:
            name = journey.administration.add_custom_field()
            added.callback(remove_if_there, journey, name)
            return name

        yield add_field


def remove_if_there(journey: Journey, name: str) -> None:
    if name in journey.administration.custom_fields():
        remove(journey, name)


def remove(journey: Journey, name: str) -> None:
    journey.administration.remove_custom_field(name)


@pytest.mark.rule("custom_fields.created_field_can_be_used")
def test_custom_field_can_be_registered_with_until_it_is_deleted(journey: Journey, add_field: AddField) -> None:
    add_field()  # a tenant without any takes every name
    field = add_field()
    names = journey.administration.call("custom_field.list_names").must_succeed().data["Data"]
    assert sorted(names) == sorted(journey.administration.custom_fields())
    assert field in names
    person = journey.new_person()
    journey.register(person, CustomFields={field: "44"})
    assert journey.accounts.find(person)["CustomFields"] == {field: "44"}
    remove(journey, field)
    assert field not in journey.administration.custom_fields()
    with expect_error(ErrorCode.CUSTOM_FIELD_INVALID):
        journey.register(journey.new_person(), CustomFields={field: "44"})


@pytest.mark.rule("custom_fields.form_follows_changes")
def test_registration_form_has_a_field_until_it_is_taken_off(journey: Journey, add_field: AddField) -> None:
    field, administration = add_field(), journey.administration
    administration.set_custom_field(field, Display="Shoe size", Rules="max_length[10]")
    assert administration.custom_fields(active=True)[field] == "Shoe size"
    (shown,) = on_form(journey, field)
    assert {member: shown[member] for member in ("type", "display", "rules", "permission")} == {
        "type": "string",
        "display": "Shoe size",
        "rules": "max_length[10]",
        "permission": "w",
    }
    administration.set_custom_field(field, Display="Shoe size", Checked=False)
    assert field not in administration.custom_fields(active=True)
    assert not on_form(journey, field)
    assert field in administration.custom_fields()


@pytest.mark.rule("custom_fields.form_follows_changes")
def test_deleted_field_leaves_the_registration_form(journey: Journey, add_field: AddField) -> None:
    field = add_field()
    journey.administration.set_custom_field(field)
    remove(journey, field)
    assert field not in journey.administration.custom_fields(active=True)
    assert not on_form(journey, field)


@pytest.mark.rule("custom_fields.required_field_is_asked")
def test_registration_needs_a_required_field_of_the_form(journey: Journey, add_field: AddField) -> None:
    field = add_field()
    journey.administration.set_custom_field(field, Rules="required|max_length[10]")
    with expect_error(ErrorCode.FIELD_VALIDATION_FAILED):
        journey.register(journey.new_person())
    journey.register(journey.new_person(), CustomFields={field: "44"})


@pytest.mark.preset("administration", custom_fields=[f"field_{number}" for number in range(14)])
@pytest.mark.rule("custom_fields.limit_is_kept")
def test_field_beyond_the_limit_is_refused(journey: Journey) -> None:
    limit = journey.administration.call("custom_field.get_limit").must_succeed().data["CustomFieldLimit"]
    while len(journey.administration.custom_fields()) < limit:
        journey.administration.add_custom_field()
    with expect_error(ErrorCode.CUSTOM_FIELD_INVALID):
        journey.administration.add_custom_field()


@pytest.mark.rule("custom_fields.users_keep_values_of_deleted_fields")
def test_user_with_a_deleted_field_can_change_the_profile(journey: Journey, add_field: AddField) -> None:
    add_field()
    field, person = add_field(), journey.verified_person()
    session = journey.log_in(person)
    journey.update_profile(session, CustomFields={field: "44"})
    remove(journey, field)
    assert journey.update_profile(session, City="Vancouver")["City"] == "Vancouver"


def on_form(journey: Journey, name: str) -> list[dict[str, object]]:
    """Return the fields of that name on the registration form."""
    return [field for field in journey.configuration["RegistrationFormSchema"] if field["name"] == name]
