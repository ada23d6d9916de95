"""Refresh tokens: rotation, expiry and revocation."""

import pytest

from loginradius_harness.checks.support.concurrency import concurrent_error_codes
from loginradius_harness.client.response import expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.mark.rule("tokens.refresh_gives_a_new_pair")
def test_refresh_returns_a_new_live_token_pair(journey: Journey, session: Session) -> None:
    renewed = journey.accounts.refresh(session)
    assert not {renewed.token, renewed.refresh_token} & {session.token, session.refresh_token}
    assert journey.token_is_live(renewed)
    journey.accounts.refresh(renewed)


@pytest.mark.rule("tokens.refresh_token_is_single_use")
def test_refresh_token_works_once(journey: Journey, session: Session) -> None:
    journey.accounts.refresh(session)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(session)


@pytest.mark.preset("default", refresh_replay_ends_family=True)
@pytest.mark.rule("tokens.replayed_refresh_ends_the_family")
def test_refresh_token_replay_revokes_its_family(journey: Journey, person: Person) -> None:
    stolen, elsewhere = journey.log_in(person), journey.log_in(person)
    grandchild = journey.accounts.refresh(journey.accounts.refresh(stolen))
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(stolen)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(grandchild)
    journey.accounts.refresh(elsewhere)


@pytest.mark.rule("tokens.parallel_refreshes_succeed_once")
def test_concurrent_refreshes_succeed_once(journey: Journey, session: Session) -> None:
    codes = concurrent_error_codes(*[lambda: journey.accounts.refresh(session)] * 8)
    assert sorted(codes, key=bool) == [None] + [ErrorCode.REFRESH_TOKEN_INVALID] * 7


@pytest.mark.preset("default", refresh_token_seconds=3_600)
@pytest.mark.rule("tokens.refresh_token_expires")
def test_refresh_token_expires(journey: Journey, person: Person) -> None:
    sooner, later = journey.log_in(person), journey.log_in(person)
    journey.let_time_pass(3_500)
    journey.accounts.refresh(sooner)
    journey.let_time_pass(120)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(later)


@pytest.mark.rule("tokens.unknown_refresh_token_is_refused")
@pytest.mark.usefixtures("session")  # of an account that it might be mistaken for
@pytest.mark.parametrize("verb", ["refresh", "revoke"])
def test_unknown_refresh_token_is_refused(journey: Journey, verb: str) -> None:
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        getattr(journey.accounts, verb)(Session(token="", refresh_token=UNKNOWN))


@pytest.mark.rule("tokens.revoked_refresh_token_is_refused", "tokens.revocation_spares_access_token")
def test_revoking_the_refresh_token_keeps_the_access_token(journey: Journey, session: Session) -> None:
    journey.accounts.revoke(session)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(session)
    assert journey.token_is_live(session)


@pytest.mark.rule("tokens.revocation_of_all_ends_every_one")
def test_management_revokes_every_refresh_token(journey: Journey, person: Person) -> None:
    sessions = [journey.log_in(person) for _ in range(3)]
    bystander = journey.log_in(journey.verified_person())
    journey.accounts.revoke_all(person.uid)
    for session in sessions:
        with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
            journey.accounts.refresh(session)
    journey.accounts.refresh(bystander)


@pytest.mark.rule("tokens.invalidation_can_end_refresh")
def test_full_logout_revokes_the_refresh_token(journey: Journey, person: Person) -> None:
    for_now, for_good = journey.log_in(person), journey.log_in(person)
    journey.log_out(for_now)
    journey.accounts.refresh(for_now)
    journey.log_out(for_good, everything=True)
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(for_good)


@pytest.mark.rule("tokens.refresh_leaves_old_access_token")
def test_refresh_keeps_the_older_access_token(journey: Journey, session: Session) -> None:
    journey.accounts.refresh(session)
    assert journey.token_is_live(session)
