"""Consent forms that management makes, and what they ask of users."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, Protocol
from uuid import uuid4

import pytest

from loginradius_harness.client.response import expect_error
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

Json = Any

pytestmark = pytest.mark.preset("consent-forms")


class AddForm(Protocol):
    """Adds a form, which is deleted at the end."""

    def __call__(self, event: str, *options: str, **members: Json) -> Json:
        """Add a form for an event; return it."""
        ...


@pytest.fixture
def option(journey: Journey) -> Iterator[str]:
    """Return the id of a new option."""
    added = journey.administration.add_consent_option(new_name())
    yield added
    if added in journey.administration.consent_options():
        journey.administration.remove_consent_option(added)


@pytest.fixture
def add_form(journey: Journey, option: str) -> Iterator[AddForm]:
    """`add_form(event, *options, **members)`: add a form; without options with the new one."""
    with ExitStack() as afterwards:

        def add_form(event: str, *options: str, **members: Json) -> Json:
            form = journey.administration.add_consent_form(event, *(options or [option]), **members)
            afterwards.callback(remove, journey, form["Version"])
            return form

        yield add_form


def new_name() -> str:
    return f"lrh-{uuid4().hex[:12]}"


def remove(journey: Journey, version: int) -> None:
    if version in versions(journey):
        journey.administration.remove_consent_form(version)


def versions(journey: Journey, event: str | None = None) -> list[int]:
    """Return the versions of all forms, or of the one that asks at an event."""
    return [form["Version"] for form in journey.administration.consent_forms(event)]


def refused_login(journey: Journey, person: Person) -> str:
    """Log in, and return the consent token of the refusal."""
    with expect_error(ErrorCode.CONSENT_REQUIRED) as refusal:
        journey.log_in(person)
    return str(refusal.data["ConsentToken"])


@pytest.mark.rule("consent.forms_decide")
def test_login_asks_for_the_form_until_it_is_deleted(journey: Journey, person: Person, add_form: AddForm) -> None:
    form = add_form("Login")
    refused_login(journey, person)
    journey.administration.remove_consent_form(form["Version"])
    journey.log_in(person)


@pytest.mark.rule("consent.forms_decide")
def test_answer_to_a_form_is_asked_once(journey: Journey, person: Person, option: str, add_form: AddForm) -> None:
    form = add_form("Login")
    session = journey.consent.consent_and_log_in(refused_login(journey, person), [option])
    answered = journey.profile(session)["ConsentProfile"]["AcceptedConsentVersions"]
    assert answered == [{"Event": "Login", "Version": form["Version"], "IsCustom": False}]
    journey.log_in(person)


@pytest.mark.rule("consent.forms_decide")
def test_form_that_requires_nothing_stops_no_login(journey: Journey, person: Person, add_form: AddForm) -> None:
    add_form("Login", required=False)
    assert journey.profile(journey.log_in(person))["Uid"] == person.uid


@pytest.mark.rule("consent.forms_decide")
def test_registration_needs_the_form_of_its_event(journey: Journey, option: str, add_form: AddForm) -> None:
    add_form("Register")
    answers = {"Events": [{"Event": "Register", "IsCustom": False}]}
    with expect_error(ErrorCode.CONSENT_REQUIRED):
        journey.register(journey.new_person())
    journey.register(
        journey.new_person(), Consents={**answers, "Data": [{"ConsentOptionId": option, "IsAccepted": True}]}
    )


@pytest.mark.rule("consent.newest_form_of_an_event_asks")
def test_newest_form_of_an_event_is_active(journey: Journey, add_form: AddForm) -> None:
    event, other = new_name(), new_name()
    first, second = add_form(event)["Version"], add_form(other)["Version"]
    third = add_form(event)["Version"]
    assert (versions(journey, event), versions(journey, other)) == ([third], [second])
    active = {form["Version"]: form["IsActive"] for form in journey.administration.consent_forms()}
    assert (active[first], active[second], active[third]) == (False, True, True)
    journey.administration.remove_consent_form(third)
    assert versions(journey, event) == [first]


@pytest.mark.rule("consent.newest_form_of_an_event_asks")
def test_form_is_not_active_before_it_begins(journey: Journey, person: Person, add_form: AddForm) -> None:
    later = add_form("Login", StartFromDate="2900-01-02T03:04:05Z")
    assert not later["IsActive"]
    assert later["Version"] not in versions(journey, "Login")
    journey.log_in(person)


@pytest.mark.rule("consent.newest_form_of_an_event_asks")
def test_form_of_another_event_stops_no_login(journey: Journey, person: Person, add_form: AddForm) -> None:
    add_form(new_name())
    journey.log_in(person)


@pytest.mark.rule("consent.form_is_listed_until_it_is_deleted")
def test_form_is_listed_until_it_is_deleted(journey: Journey, option: str, add_form: AddForm) -> None:
    event = new_name()
    form = add_form(event, TermOfService="https://www.example.com/terms")
    assert form["Events"] == [{"IsCustom": True, "Name": event}]
    assert form["ConsentOptions"] == [{"IsRequired": True, "ConsentOptionId": option, "IsActive": True}]
    assert form["TermOfService"] == "https://www.example.com/terms"
    assert form in journey.administration.consent_forms()
    journey.administration.remove_consent_form(form["Version"])
    assert form["Version"] not in versions(journey)
    assert add_form(event)["Version"] > form["Version"]


@pytest.mark.rule("consent.form_is_listed_until_it_is_deleted")
def test_option_is_listed_until_it_is_deleted(journey: Journey) -> None:
    title = new_name()
    added = journey.administration.add_consent_option(title)
    assert journey.administration.consent_options()[added] == title
    journey.administration.remove_consent_option(added)
    assert added not in journey.administration.consent_options()


@pytest.mark.rule("consent.deleted_option_is_not_asked")
def test_deleted_option_stops_no_login(journey: Journey, person: Person, option: str, add_form: AddForm) -> None:
    form = add_form("Login")
    refused_login(journey, person)
    journey.administration.remove_consent_option(option)
    journey.log_in(person)
    (shown,) = [other for other in journey.administration.consent_forms() if other["Version"] == form["Version"]]
    assert [kept["IsActive"] for kept in shown["ConsentOptions"]] == [False]
