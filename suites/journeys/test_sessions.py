"""Several sessions of one account, and what ends them."""

from typing import Any

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

Json = Any


def listed(api: Client, operation: str, **query: str) -> set[str]:
    """Return the access tokens of a session list."""
    data: Json = api.call(f"social.{operation}", query=query).must_succeed().data["data"]
    return {session["AccessToken"] for session in data}


@pytest.mark.rule("sessions.login_appears_in_list")
def test_session_is_listed_by_every_lookup(api: Client, session: Session) -> None:
    lists = [
        listed(api, "get_active_session", token=session.token),
        listed(api, "get_active_session_by_account_id", accountId=session.uid),
        listed(api, "get_active_session_by_profile_id", profileId=session.id),
    ]
    assert lists == [{session.token}] * 3


@pytest.mark.preset("default", access_token_seconds=600)
@pytest.mark.rule("sessions.ended_one_leaves_the_list")
def test_ended_session_is_not_listed(journey: Journey, api: Client, person: Person) -> None:
    expiring = journey.log_in(person)
    journey.let_time_pass(590)
    ended, live = journey.log_in(person), journey.log_in(person)
    everything = {session.token for session in (expiring, ended, live)}
    assert listed(api, "get_active_session_by_account_id", accountId=person.uid) == everything
    journey.let_time_pass(30)
    journey.log_out(ended)
    assert listed(api, "get_active_session_by_account_id", accountId=person.uid) == {live.token}


@pytest.mark.rule("sessions.list_shows_one_account")
def test_session_list_holds_own_sessions_only(journey: Journey, api: Client, person: Person) -> None:
    own = {journey.log_in(person).token for _ in range(2)}
    journey.log_in(journey.verified_person())
    assert listed(api, "get_active_session_by_account_id", accountId=person.uid) == own


@pytest.mark.rule("sessions.end_alone")
def test_logout_ends_one_session_only(journey: Journey, person: Person) -> None:
    here, there = journey.log_in(person), journey.log_in(person)
    journey.log_out(here)
    assert (journey.token_is_live(here), journey.token_is_live(there)) == (False, True)


@pytest.mark.rule("sessions.login_makes_a_new_token")
def test_every_login_returns_a_new_token(journey: Journey, person: Person) -> None:
    assert len({journey.log_in(person).token for _ in range(5)}) == 5


@pytest.mark.preset("default", force_logout=True)
@pytest.mark.rule("sessions.force_logout_ends_others_on_change", "sessions.change_keeps_the_calling_session")
def test_password_change_ends_other_sessions(journey: Journey, person: Person) -> None:
    here, there = journey.log_in(person), journey.log_in(person)
    journey.change_password(person, here, new_password())
    assert (journey.token_is_live(here), journey.token_is_live(there)) == (True, False)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(there)


@pytest.mark.rule("sessions.change_keeps_the_calling_session")
def test_password_change_keeps_the_current_session(journey: Journey, person: Person, session: Session) -> None:
    journey.change_password(person, session, new_password())
    assert journey.token_is_live(session)


@pytest.mark.preset("default", force_logout=True)
@pytest.mark.rule("sessions.force_logout_ends_all_on_reset")
def test_password_reset_ends_every_session(journey: Journey, person: Person) -> None:
    sessions = [journey.log_in(person) for _ in range(2)]
    journey.forget_password(person)
    journey.reset_password(person, new_password())
    assert [journey.token_is_live(session) for session in sessions] == [False, False]


@pytest.mark.preset("default", session_limit=2)
@pytest.mark.rule("sessions.are_limited_by_number")
def test_session_limit_is_enforced(journey: Journey, person: Person) -> None:
    first, _second = journey.log_in(person), journey.log_in(person)
    with expect_error(ErrorCode.SESSION_LIMIT_EXCEEDED):
        journey.log_in(person)
    journey.log_out(first)
    journey.log_in(person)


@pytest.mark.rule("sessions.end_when_account_is_blocked")
def test_block_ends_sessions_immediately(journey: Journey, api: Client, person: Person, session: Session) -> None:
    journey.accounts.update(person.uid, IsActive=False)
    for operation in ("authentication.validate_access_token", "authentication.get_profile"):
        api.call(operation, token=session.token).must_be_refused(
            ErrorCode.ACCESS_TOKEN_INVALID, ErrorCode.ACCOUNT_BLOCKED
        )


@pytest.mark.rule("sessions.list_tells_the_client")
def test_session_is_listed_with_its_origin(api: Client, person: Person) -> None:
    browser = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    headers = {"X-Origin-IP": "192.0.2.44", "X-Origin-User-Agent": browser}
    body = {"email": person.email, "password": person.password}
    session = Session.of(api.call("authentication.login_by_email", body=body, headers=headers))
    query = {"token": session.token}
    (listed,) = api.call("social.get_active_session", query=query).must_succeed().data["data"]
    assert listed["Ip"] == "192.0.2.44"
    assert "Firefox" in listed["Browser"]
