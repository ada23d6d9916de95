"""Consent forms: when they are required, and how the answers are stored."""

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

pytestmark = pytest.mark.preset("consent")

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def options(control: EmulatorClient) -> list[str]:
    """Return every option that the tenant's form requires."""
    return list(control.settings()["consent_options"])


def consent_token(journey: Journey, person: Person) -> str:
    """Return the token of a login that waits for the form."""
    with expect_error(ErrorCode.CONSENT_REQUIRED) as refusal:
        journey.log_in(person)
    return str(refusal.data["ConsentToken"])


@pytest.mark.rule(
    "consent.missing_one_stops_login", "consent.submission_continues_the_login", "consent.later_login_asks_no_more"
)
def test_login_requires_consent_once(journey: Journey, person: Person, options: list[str]) -> None:
    session = journey.consent.consent_and_log_in(consent_token(journey, person), options)
    assert journey.profile(session)["Uid"] == person.uid
    journey.log_in(person)


@pytest.mark.preset("consent", consent_token_seconds=300)
@pytest.mark.rule("consent.bad_token_is_refused")
def test_consent_token_works_once_and_expires(journey: Journey, person: Person, options: list[str]) -> None:
    with expect_error(ErrorCode.CONSENT_TOKEN_INVALID):
        journey.consent.consent_and_log_in(UNKNOWN, options)
    token = consent_token(journey, person)
    journey.let_time_pass(310)
    with expect_error(ErrorCode.CONSENT_TOKEN_EXPIRED):
        journey.consent.consent_and_log_in(token, options)
    token = consent_token(journey, person)
    journey.consent.consent_and_log_in(token, options)
    with expect_error(ErrorCode.CONSENT_TOKEN_INVALID):
        journey.consent.consent_and_log_in(token, options)


@pytest.mark.rule("consent.every_change_is_logged")
def test_consent_log_holds_every_answer(journey: Journey, api: Client, person: Person, options: list[str]) -> None:
    token = journey.accounts.log_in(person).token
    body = {"Consents": [{"ConsentOptionId": options[0], "IsAccepted": True}]}
    journey.consent.consent(Session(token=token), options)
    api.call("consent.update_profile", token=token, body=body).must_succeed()
    own = api.call("consent.get_logs", token=token).must_succeed().data
    assert [entry["UpdateType"] for entry in own["ConsentLogs"]] == ["ConsentEditor", "Default"]
    assert own["ConsentLogs"][0]["ConsentLogs"] == [{"ConsentId": options[0], "Event": "Subscribe"}]
    assert api.call("consent.get_logs_by_uid", path={"uid": person.uid}).must_succeed().data == own


@pytest.mark.rule("consent.registration_needs_it")
def test_registration_requires_consent(journey: Journey, options: list[str]) -> None:
    person = journey.new_person()
    with expect_error(ErrorCode.CONSENT_REQUIRED):
        journey.register(person)
    form = {
        "Events": [{"Event": "Register", "IsCustom": False}],
        "Data": [{"ConsentOptionId": option, "IsAccepted": True} for option in options],
    }
    journey.register(person, Consents=form)


@pytest.mark.rule("consent.verification_follows_the_answers")
def test_consent_status_is_reported(journey: Journey, api: Client, person: Person, options: list[str]) -> None:
    session, query = journey.accounts.log_in(person), {"event": "Login", "isCustom": False}
    assert api.call("consent.verify", token=session.token, query=query).must_succeed().data["IsValid"] is False
    journey.consent.consent(session, options)
    assert api.call("consent.verify", token=session.token, query=query).must_succeed().data["IsValid"] is True


@pytest.mark.preset("consent", consent_strict=False)
@pytest.mark.rule("consent.optional_form_does_not_block_login")
def test_optional_consent_does_not_delay_login(journey: Journey, person: Person) -> None:
    assert journey.profile(journey.log_in(person))["Uid"] == person.uid


@pytest.mark.preset("consent", consent_form_version=1)
@pytest.mark.rule("consent.newer_form_asks_again")
def test_newer_consent_form_is_required_again(
    journey: Journey, control: EmulatorClient, person: Person, options: list[str]
) -> None:
    journey.consent.consent_and_log_in(consent_token(journey, person), options)
    control.patch_settings({"consent_form_version": 2})
    journey.consent.consent_and_log_in(consent_token(journey, person), options)
    journey.log_in(person)


@pytest.mark.rule("consent.submission_by_token_shows_in_profile")
def test_profile_holds_the_consent_answers(journey: Journey, person: Person, options: list[str]) -> None:
    session = journey.accounts.log_in(person)
    journey.consent.consent(session, options)
    shown = journey.profile(session)["ConsentProfile"]["Consents"]
    assert [answer["ConsentOptionId"] for answer in shown] == options


@pytest.mark.rule("consent.update_tells_versions")
def test_updated_consent_is_returned_with_its_form_version(
    journey: Journey, api: Client, person: Person, options: list[str]
) -> None:
    session = journey.accounts.log_in(person)
    journey.consent.consent(session, options)
    body = {"Consents": [{"ConsentOptionId": options[0], "IsAccepted": True}]}
    reported = api.call("consent.update_profile", token=session.token, body=body).must_succeed().data
    assert [version["Version"] for version in reported["AcceptedConsentVersions"]] == [1]
    assert [answer["ConsentOptionId"] for answer in reported["Consents"]] == options
