"""Consent forms that management makes, beside the form of the settings."""

from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import iso
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Manage, Member

pytestmark = pytest.mark.preset("consent-forms", consent_options=[])


@pytest.fixture
def manage(manage: Manage) -> Manage:
    """`manage(name, **request)`: call an operation of this family as a machine."""
    return lambda name, **request: manage(f"consent_form.{name}", **request)


@pytest.fixture
def option(manage: Manage) -> str:
    """Return the id of an option."""
    added: str = manage("create_option", body={"Title": "News", "Description": "Once a month"}).data["ConsentId"]
    return added


def form(*options: str, event: str = "Login", required: bool = True, **members: Any) -> dict[str, Any]:
    asked = [{"ConsentOptionId": option, "IsRequired": required} for option in options]
    return {"Events": [event], "ConsentOptions": asked, **members}


def log_in(ask: Ask, person: Member) -> Answer:
    return ask("authentication.login_by_email", body={"email": person.email, "password": person.password})


def test_tenant_without_forms_lists_none(manage: Manage) -> None:
    assert manage("list").data == manage("list_active").data == manage("list_options").data == {"Data": []}


@pytest.mark.preset("consent-forms", consent_options=["terms"], consent_strict=True)
def test_form_of_the_settings_is_listed_and_deleted_like_the_others(
    ask: Ask, manage: Manage, tenant: Tenant, person: Member
) -> None:
    (listed,) = manage("list").data["Data"]
    assert [event["Name"] for event in listed["Events"]] == ["Register", "Login", "FirstLogin"]
    assert listed["ConsentOptions"] == [{"IsRequired": True, "ConsentOptionId": "terms", "IsActive": True}]
    assert log_in(ask, person).code == ErrorCode.CONSENT_REQUIRED
    manage("delete", path={"version": "1"})
    assert (tenant.settings.consent_options, manage("list").data) == ([], {"Data": []})
    assert log_in(ask, person).status == 200


@pytest.mark.preset("consent-forms", consent_options=["terms"])
def test_made_form_precedes_that_of_the_settings_at_its_events_alone(manage: Manage, option: str) -> None:
    manage("create", body=form(option, event="LOGIN"))
    for event, version in (("login", 2), ("Register", 1), ("checkout", 1)):
        (asking,) = manage("list_active", query={"event": event}).data["Data"]
        assert asking["Version"] == version


def test_form_shows_what_was_sent_and_begins_when_it_says(manage: Manage, option: str, tenant: Tenant) -> None:
    start = iso(tenant.clock.now() + 3600)
    sent = form(option, event="checkout", StartFromDate=start, PrivacyPolicy="p", IsWorkflowForm=True)
    made = manage("create", body=sent).data
    shown = (made["StartFromDate"], made["PrivacyPolicy"], made["IsWorkflowForm"], made["IsActive"])
    assert shown == (start, "p", True, False)
    tenant.clock.advance(3601)
    assert manage("list").data["Data"] == [made | {"IsActive": True}]


@pytest.mark.parametrize("day", ["2030-02-30", "2030-02-29", "2030-04-31", "2030-13-01", "0000-01-01"])
def test_day_that_no_calendar_has_is_refused(manage: Manage, option: str, day: str) -> None:
    assert manage("create", body=form(option, StartFromDate=f"{day}T00:00:00Z")).status == 400


def test_leap_day_is_accepted(manage: Manage, option: str) -> None:
    made = manage("create", body=form(option, StartFromDate="2028-02-29T00:00:00Z")).data
    assert made["StartFromDate"] == "2028-02-29T00:00:00.0000000Z"


def test_required_option_stops_the_login_until_it_is_accepted(
    ask: Ask, manage: Manage, person: Member, option: str
) -> None:
    manage("create", body=form(option))
    refused = log_in(ask, person)
    assert refused.code == ErrorCode.CONSENT_REQUIRED
    answers = {"Events": [{"Event": "Login", "IsCustom": False}], "Data": []}
    query = {"consentToken": refused.data["Data"]["ConsentToken"]}
    incomplete = ask("consent.submit_by_consent_token", query=query, body=answers)
    assert incomplete.code == ErrorCode.CONSENT_FORM_INVALID
    answers["Data"] = [{"ConsentOptionId": option, "IsAccepted": True}]
    assert ask("consent.submit_by_consent_token", query=query, body=answers).status == 200
    assert log_in(ask, person).status == 200


def test_form_of_the_first_login_is_asked_once(ask: Ask, manage: Manage, person: Member, option: str) -> None:
    version = manage("create", body=form(option, event="FirstLogin")).data["Version"]
    assert log_in(ask, person).code == ErrorCode.CONSENT_REQUIRED
    manage("delete", path={"version": str(version)})
    assert log_in(ask, person).status == 200
    manage("create", body=form(option, event="FirstLogin"))
    assert log_in(ask, person).status == 200


def test_answers_for_an_event_without_a_form_are_refused(ask: Ask, manage: Manage, person: Member, option: str) -> None:
    manage("create", body=form(option, event="Register"))
    token = log_in(ask, person).data["access_token"]
    answers = {
        "Events": [{"Event": "Login", "IsCustom": False}],
        "Data": [{"ConsentOptionId": option, "IsAccepted": True}],
    }
    refused = ask("consent.submit_by_access_token", token=token, body=answers)
    assert refused.code == ErrorCode.CONSENT_FORM_NOT_CONFIGURED
    checked = ask("consent.verify", token=token, query={"event": "Login"})
    assert checked.code == ErrorCode.CONSENT_FORM_NOT_CONFIGURED
    assert ask("consent.verify", token=token, query={"event": "register"}).data["IsValid"] is False


def test_version_of_a_deleted_form_is_not_given_again(manage: Manage, option: str) -> None:
    first = manage("create", body=form(option)).data["Version"]
    manage("delete", path={"version": str(first)})
    assert manage("create", body=form(option)).data["Version"] == first + 1
    assert manage("delete", path={"version": str(first)}).code == ErrorCode.CONSENT_FORM_NOT_CONFIGURED


@pytest.mark.preset("consent-forms", consent_options=["terms", "news"])
def test_option_of_the_settings_is_deleted_from_them(manage: Manage, tenant: Tenant) -> None:
    manage("delete_option", path={"option_id": "terms"})
    assert tenant.settings.consent_options == ["news"]
    assert manage("delete_option", path={"option_id": "terms"}).code == ErrorCode.CONSENT_FORM_INVALID


def test_deleted_option_is_not_required(ask: Ask, manage: Manage, person: Member, option: str) -> None:
    manage("create", body=form(option))
    manage("delete_option", path={"option_id": option})
    assert manage("create", body=form(option)).code == ErrorCode.CONSENT_FORM_INVALID
    (kept,) = manage("list").data["Data"]
    assert kept["ConsentOptions"] == [{"IsRequired": True, "ConsentOptionId": option, "IsActive": False}]
    assert log_in(ask, person).status == 200


def test_fork_has_forms_of_its_own(manage: Manage, tenant: Tenant, option: str) -> None:
    manage("create", body=form(option))
    child = tenant.fork("key", "secret")
    manage("delete_option", path={"option_id": option})
    assert option in child.consent_options
    assert [made.offered for _, made in child.consent_forms.scan()] == [{option}]


@pytest.mark.preset("default")
def test_forms_are_refused_where_consent_is_off(manage: Manage) -> None:
    for name, request in (
        ("list", {}),
        ("list_active", {}),
        ("list_options", {}),
        ("create_option", {"body": {"Title": "News"}}),
        ("delete_option", {"path": {"option_id": "terms"}}),
        ("create", {"body": form("terms")}),
        ("delete", {"path": {"version": "1"}}),
    ):
        assert manage(name, **request).code == ErrorCode.CONSENT_DISABLED, name
