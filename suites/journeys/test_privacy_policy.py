"""Privacy policies: who has to accept them, and when."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.emulator_client import EmulatorClient
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

STRICT = pytest.mark.preset("privacy-policy", privacy_policy_mode="Strict")

Json = Any


def refusal_of(journey: Journey, person: Person) -> Session:
    """Return the token of a login that waits for the policy."""
    with expect_error(ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED) as refusal:
        journey.log_in(person)
    return Session(token=refusal.data["access_token"])


@STRICT
@pytest.mark.rule("privacy_policy.strict_mode_stops_login", "privacy_policy.that_token_only_accepts")
def test_login_requires_policy_acceptance_and_its_token_only_accepts(
    journey: Journey, api: Client, person: Person
) -> None:
    limited = refusal_of(journey, person)
    api.call("authentication.get_profile", token=limited.token).must_be_refused(
        ErrorCode.ACCESS_TOKEN_INVALID, ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED
    )
    changes = {"FirstName": "Changed"}
    api.call("authentication.update_profile", token=limited.token, body=changes).must_be_refused(
        ErrorCode.ACCESS_TOKEN_INVALID, ErrorCode.PRIVACY_POLICY_NOT_ACCEPTED
    )
    journey.consent.accept_policy(limited)


@STRICT
@pytest.mark.rule("privacy_policy.acceptance_opens_login")
def test_accepted_policy_allows_login(journey: Journey, person: Person) -> None:
    accepted = journey.consent.accept_policy(refusal_of(journey, person))["PrivacyPolicy"]
    assert accepted["Version"] == "1.0"
    age = journey.client.clock.now() - datetime.fromisoformat(accepted["AcceptDateTime"])
    assert abs(age) < timedelta(seconds=10)
    assert journey.profile(journey.log_in(person))["PrivacyPolicy"] == accepted


@STRICT
@pytest.mark.rule("privacy_policy.newest_started_one_is_current")
def test_new_policy_applies_from_its_date(journey: Journey, control: EmulatorClient, person: Person) -> None:
    journey.consent.accept_policy(refusal_of(journey, person))
    starts = journey.client.clock.now() + timedelta(hours=1)
    control.patch_settings({"later_policies": {"2.0": starts.timestamp()}})
    session = journey.log_in(person)
    with expect_error(ErrorCode.PRIVACY_POLICY_ALREADY_ACCEPTED):
        journey.consent.accept_policy(session)
    journey.let_time_pass(3_700)
    accepted = journey.consent.accept_policy(refusal_of(journey, person))
    assert accepted["PrivacyPolicy"]["Version"] == "2.0"
    journey.log_in(person)


@pytest.mark.preset("privacy-policy")
@pytest.mark.rule("privacy_policy.registration_needs_acceptance")
def test_registration_requires_policy_acceptance(journey: Journey) -> None:
    person = journey.new_person()
    for answer in (None, False):
        with expect_error(ErrorCode.PRIVACY_POLICY_ACCEPTANCE_REQUIRED):
            journey.register(person, AcceptPrivacyPolicy=answer)
    journey.register(person, AcceptPrivacyPolicy=True)
    assert journey.accounts.find(person)["PrivacyPolicy"]["Version"] == "1.0"


@pytest.mark.preset("privacy-policy")
def test_policy_history_holds_the_acceptance(journey: Journey, api: Client, person: Person) -> None:
    session = journey.log_in(person)
    accepted = journey.consent.accept_policy(session)["PrivacyPolicy"]
    operation = "authentication.get_privacy_policy_history_by_access_token"
    own = api.call(operation, token=session.token).must_succeed().data
    assert (own["Current"], own["History"]) == (accepted, [])
    by_uid = api.call("account.get_privacy_policy_history_by_uid", path={"uid": person.uid})
    assert by_uid.must_succeed().data == own


@pytest.mark.preset("privacy-policy", privacy_policy_mode="Moderated")
@pytest.mark.rule("privacy_policy.moderated_mode_lets_login_pass")
def test_moderate_policy_does_not_delay_login(journey: Journey, person: Person) -> None:
    assert journey.profile(journey.log_in(person))["PrivacyPolicy"] is None


@pytest.mark.preset("privacy-policy", later_policies={})
@pytest.mark.rule("privacy_policy.history_keeps_every_acceptance")
def test_policy_history_keeps_every_acceptance(
    journey: Journey, api: Client, control: EmulatorClient, person: Person
) -> None:
    session = journey.log_in(person)
    first = journey.consent.accept_policy(session)["PrivacyPolicy"]
    control.patch_settings({"later_policies": {"2.0": journey.client.clock.now().timestamp()}})
    journey.let_time_pass(60)
    second = journey.consent.accept_policy(session)["PrivacyPolicy"]
    operation = "authentication.get_privacy_policy_history_by_access_token"
    own = api.call(operation, token=session.token).must_succeed().data
    assert (own["Current"], own["History"]) == (second, [first])
    by_uid = api.call("account.get_privacy_policy_history_by_uid", path={"uid": person.uid})
    assert by_uid.must_succeed().data == own
