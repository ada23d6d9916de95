"""Rows 47 and 48: refresh tokens."""

from dataclasses import replace

import pytest

from loginradius_harness.checks.security.login_attempts import log_in
from loginradius_harness.checks.support.concurrency import repeat_concurrently
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

WRONG_REFRESH = ErrorCode.REFRESH_TOKEN_INVALID
LIFE = 86_400


def refreshed(journey: Journey, session: Session) -> ApiResponse:
    query = {"refresh_Token": session.refresh_token}
    return journey.client.call("account.refresh_access_token_by_refresh_token", query=query)


@pytest.mark.security(47, "ASVS 5.0 10.4.5", "RFC 9700 4.14")
@pytest.mark.rule("tokens.refresh_token_is_single_use")
def test_refresh_token_works_once(journey: Journey, session: Session) -> None:
    renewed = journey.accounts.refresh(session)
    assert not {renewed.token, renewed.refresh_token} & {session.token, session.refresh_token}
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)


@pytest.mark.security(47, "ASVS 5.0 10.4.5", "RFC 9700 4.14")
@pytest.mark.rule("tokens.replayed_refresh_ends_the_family")
def test_refresh_token_replay_ends_its_family_only(journey: Journey, person: Person, session: Session) -> None:
    elsewhere = log_in(journey, person)
    heir = journey.accounts.refresh(journey.accounts.refresh(session))
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)
    refreshed(journey, heir).must_be_refused(WRONG_REFRESH)
    refreshed(journey, elsewhere).must_succeed()


@pytest.mark.security(47, "ASVS 5.0 2.3.4", "ASVS 5.0 10.4.5")
@pytest.mark.rule("tokens.parallel_refreshes_succeed_once")
@pytest.mark.usefixtures("requires_private_tenant")
def test_concurrent_refresh_attempts_succeed_once(journey: Journey, session: Session) -> None:
    replies = repeat_concurrently(lambda: refreshed(journey, session))
    assert sum(reply.ok for reply in replies) == 1


@pytest.mark.preset("strict-security", refresh_token_seconds=LIFE)
@pytest.mark.security(48, "ASVS 5.0 10.4.8")
@pytest.mark.rule("tokens.refresh_token_expires")
def test_refresh_token_expires_by_time(journey: Journey, session: Session) -> None:
    journey.let_time_pass(LIFE + 10)
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)


@pytest.mark.preset("strict-security", refresh_token_seconds=LIFE)
@pytest.mark.security(48, "ASVS 5.0 10.4.8")
@pytest.mark.rule("tokens.rotation_does_not_extend_refresh")
def test_repeated_refreshing_ends_by_time(journey: Journey, session: Session) -> None:
    for _ in range(3):
        journey.let_time_pass(LIFE // 4)
        session = replace(journey.accounts.refresh(session), uid=session.uid)
    journey.let_time_pass(LIFE // 4 + 10)
    assert not refreshed(journey, session).ok
