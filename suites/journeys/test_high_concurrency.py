"""The high concurrency API (product-facts.md#high-concurrency)."""

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey

pytestmark = pytest.mark.preset("high-concurrency")


@pytest.mark.rule("high_concurrency.registered_user_logs_in")
def test_registered_user_logs_in_by_username(journey: Journey, api: Client) -> None:
    person = journey.new_person()
    body = {"username": person.username, "password": person.password}
    registered = api.call("high_concurrency.register_by_username", body=body).must_succeed().data
    session = Session.of(api.call("high_concurrency.login_by_username", body=body))
    assert journey.profile(session)["Uid"] == registered["Uid"]
    wrong = {**body, "password": journey.new_person().password}
    api.call("high_concurrency.login_by_username", body=wrong).must_be_refused(ErrorCode.CREDENTIALS_INCORRECT)


@pytest.mark.parametrize("kind", ["email", "phone", "username"])
@pytest.mark.rule("high_concurrency.check_tells_what_is_taken")
def test_check_tells_what_is_taken(journey: Journey, api: Client, kind: str) -> None:
    operation = f"high_concurrency.check_{kind}"
    taken, free = journey.verified_person("phone", "username"), journey.new_person()
    exists = [api.call(operation, body={kind: getattr(person, kind)}).must_succeed().data for person in (taken, free)]
    assert exists == [{"Exists": True}, {"Exists": False}]


@pytest.mark.rule("high_concurrency.profile_is_that_of_the_token")
def test_profile_is_that_of_the_token(journey: Journey, api: Client) -> None:
    person, other = journey.verified_person(), journey.verified_person()
    token, operation = journey.log_in(person).token, "high_concurrency.get_profile_by_email"
    profile = api.call(operation, token=token, query={"email": person.email}).must_succeed().data
    assert profile["Uid"] == person.uid
    reply = api.call(operation, token=token, query={"email": other.email})
    reply.must_be_refused(ErrorCode.ACCOUNT_HAS_NO_SUCH_EMAIL)
