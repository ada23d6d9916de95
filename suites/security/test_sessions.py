"""Rows 41 to 46: how sessions begin, end, and are listed."""

import pytest

from loginradius_harness.checks.generation.prepared_request import PreparedRequest
from loginradius_harness.checks.security.endpoints import USER_CALLS
from loginradius_harness.checks.security.login_attempts import attempt_login, is_refused, log_in, login_succeeds
from loginradius_harness.client.response import ApiResponse
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person, new_password

DEAD, EXPIRED, WRONG_REFRESH = (
    (ErrorCode.ACCESS_TOKEN_INVALID, ErrorCode.ACCOUNT_BLOCKED, ErrorCode.ACCOUNT_NOT_FOUND),
    ErrorCode.ACCESS_TOKEN_EXPIRED,
    ErrorCode.REFRESH_TOKEN_INVALID,
)
BLOCKED, UNKNOWN = ErrorCode.ACCOUNT_BLOCKED, ErrorCode.ACCOUNT_NOT_FOUND
LIFE = 900


def validated(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("authentication.validate_access_token", token=token)


def validated_as_before(journey: Journey, token: str) -> ApiResponse:
    return journey.client.call("social.validate_access_token", token=token)


def refreshed(journey: Journey, session: Session) -> ApiResponse:
    query = {"refresh_Token": session.refresh_token}
    return journey.client.call("account.refresh_access_token_by_refresh_token", query=query)


def listed(journey: Journey, person: Person) -> set[str]:
    """Return the access tokens of the person's active sessions."""
    query = {"accountId": person.uid}
    rows = journey.client.call("social.get_active_session_by_account_id", query=query).must_succeed().data["data"]
    return {row["AccessToken"] for row in rows}


@pytest.mark.security(41, "ASVS 5.0 7.2.4", "WSTG-SESS-03")
@pytest.mark.rule("sessions.login_makes_a_new_token")
def test_each_login_has_its_own_token(journey: Journey, person: Person) -> None:
    sessions = [log_in(journey, person) for _ in range(5)]
    assert len({session.token for session in sessions}) == len(sessions)
    assert len({session.refresh_token for session in sessions}) == len(sessions)


@pytest.mark.security(41, "ASVS 5.0 7.2.4", "WSTG-SESS-03")
@pytest.mark.rule("sessions.login_makes_a_new_token")
def test_login_ignores_a_supplied_token(journey: Journey, person: Person) -> None:
    planted = "11111111-2222-4333-8444-555555555555"
    reply = attempt_login(
        journey, person, query={"access_token": planted}, headers={"Authorization": f"Bearer {planted}"}
    )
    assert Session.of(reply).token != planted
    assert not validated(journey, planted).ok


@pytest.mark.preset("step-up")
@pytest.mark.security(41, "ASVS 5.0 7.2.4")
@pytest.mark.rule("step_up.access_token_stays")
def test_reauthentication_returns_another_token(journey: Journey, person: Person, session: Session) -> None:
    journey.reauthentication.by_password(session, person)
    assert not validated(journey, session.token).ok


@pytest.mark.security(42, "ASVS 5.0 7.4.1", "WSTG-SESS-06")
@pytest.mark.rule("tokens.invalidated_one_is_refused")
def test_logout_ends_the_token(journey: Journey, session: Session) -> None:
    journey.log_out(session)
    validated(journey, session.token).must_be_refused(*DEAD)


@pytest.mark.parametrize("operation", USER_CALLS)
@pytest.mark.security(42, "ASVS 5.0 7.4.1", "WSTG-SESS-06")
@pytest.mark.rule("tokens.invalidated_one_is_dead_everywhere")
def test_logout_ends_the_token_for_every_operation(prepared_request: PreparedRequest) -> None:
    token = prepared_request.request["token"]
    prepared_request.tenant.client.call("authentication.invalidate_access_token", token=token).must_succeed()
    assert not prepared_request.send().ok


@pytest.mark.parametrize("ended", ["authentication.invalidate_access_token", "social.invalidate_access_token"])
@pytest.mark.security(42, "ASVS 5.0 7.4.1", "ASVS 5.0 6.3.4", "API9:2023")
@pytest.mark.rule("tokens.invalidation_reaches_legacy_paths")
def test_logout_on_one_path_ends_the_token_on_the_other(journey: Journey, session: Session, ended: str) -> None:
    validated_as_before(journey, session.token).must_succeed()
    journey.client.call(ended, token=session.token).must_succeed()
    validated(journey, session.token).must_be_refused(*DEAD)
    validated_as_before(journey, session.token).must_be_refused(*DEAD)


@pytest.mark.security(42, "ASVS 5.0 7.4.1")
@pytest.mark.rule("tokens.invalidation_can_end_refresh")
def test_full_logout_ends_the_refresh_token(journey: Journey, session: Session) -> None:
    journey.log_out(session, everything=True)
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)


@pytest.mark.security(42, "ASVS 5.0 7.4.1")
@pytest.mark.rule("tokens.invalidation_spares_refresh")
def test_every_logout_ends_the_refresh_token(journey: Journey, session: Session) -> None:
    journey.log_out(session)
    assert not refreshed(journey, session).ok


@pytest.mark.needs("force-logout")
@pytest.mark.security(43, "ASVS 5.0 7.4.3")
@pytest.mark.rule("sessions.force_logout_ends_others_on_change", "sessions.change_keeps_the_calling_session")
def test_changed_password_ends_the_other_sessions(journey: Journey, person: Person, session: Session) -> None:
    other = log_in(journey, person)
    journey.change_password(person, session, new_password())
    validated(journey, other.token).must_be_refused(*DEAD)
    refreshed(journey, other).must_be_refused(WRONG_REFRESH)
    validated(journey, session.token).must_succeed()


@pytest.mark.needs("force-logout")
@pytest.mark.security(43, "ASVS 5.0 7.4.3")
@pytest.mark.rule("sessions.force_logout_ends_all_on_reset")
def test_reset_password_ends_every_session(journey: Journey, person: Person, session: Session) -> None:
    journey.forget_password(person)
    journey.reset_password(person, new_password())
    validated(journey, session.token).must_be_refused(*DEAD)
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)


@pytest.mark.preset("strict-security", force_logout=False)
@pytest.mark.security(43, "ASVS 5.0 7.4.3")
@pytest.mark.rule("sessions.survive_change_without_force_logout")
def test_password_reset_ends_sessions_without_request(journey: Journey, person: Person, session: Session) -> None:
    journey.forget_password(person)
    journey.reset_password(person, new_password())
    assert not validated(journey, session.token).ok


@pytest.mark.security(44, "ASVS 5.0 7.4.2", "ASVS 5.0 8.3.2")
@pytest.mark.rule("deletion.ends_live_tokens")
def test_deletion_ends_sessions_immediately(journey: Journey, person: Person, session: Session) -> None:
    journey.accounts.delete(person.uid)
    validated(journey, session.token).must_be_refused(*DEAD)
    validated_as_before(journey, session.token).must_be_refused(*DEAD)
    assert not journey.client.call("authentication.get_profile", token=session.token).ok
    assert not refreshed(journey, session).ok
    assert not login_succeeds(attempt_login(journey, person))


@pytest.mark.security(44, "ASVS 5.0 7.4.2", "ASVS 5.0 8.3.2")
@pytest.mark.rule("deletion.ends_live_tokens")
def test_reused_uid_does_not_revive_tokens_of_a_deleted_account(
    journey: Journey, person: Person, session: Session
) -> None:
    journey.accounts.delete(person.uid)
    journey.accounts.create(journey.new_person(), Uid=person.uid)
    validated(journey, session.token).must_be_refused(*DEAD)
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)


@pytest.mark.security(44, "ASVS 5.0 7.4.2")
@pytest.mark.rule("deletion.ends_open_links")
def test_links_of_a_deleted_account_are_invalid(journey: Journey, person: Person) -> None:
    journey.forget_password(person)
    token = journey.mailbox.wait(to=person.email, kind="forgotpassword").token
    journey.accounts.delete(person.uid)
    assert is_refused(lambda: journey.password_reset.reset_by_token(person, token, new_password()))
    reborn = journey.accounts.create(person, Uid=person.uid)
    assert is_refused(lambda: journey.password_reset.reset_by_token(reborn, token, new_password()))


@pytest.mark.security(44, "ASVS 5.0 7.4.2", "ASVS 5.0 8.3.2")
@pytest.mark.rule("sessions.end_when_account_is_blocked", "login.blocked_account_is_refused")
def test_blocking_ends_sessions_immediately(journey: Journey, person: Person, session: Session) -> None:
    journey.accounts.update(person.uid, IsActive=False)
    validated(journey, session.token).must_be_refused(*DEAD)
    assert not refreshed(journey, session).ok
    attempt_login(journey, person).must_be_refused(BLOCKED)
    for step in (journey.passwordless.ask_for_link, journey.forget_password):
        assert is_refused(lambda step=step: step(person))  # type: ignore[misc]  # bound at once


@pytest.mark.preset("strict-security", access_token_seconds=LIFE)
@pytest.mark.security(45, "ASVS 5.0 7.3.2")
@pytest.mark.rule("tokens.lives_as_long_as_configured", "tokens.expired_one_is_refused")
def test_access_token_expires(journey: Journey, session: Session) -> None:
    journey.let_time_pass(LIFE - 20)
    validated(journey, session.token).must_succeed()
    journey.let_time_pass(30)
    validated(journey, session.token).must_be_refused(EXPIRED)
    validated_as_before(journey, session.token).must_be_refused(EXPIRED)
    assert not journey.client.call("authentication.get_profile", token=session.token).ok


@pytest.mark.preset("strict-security", access_token_seconds=86_400)
@pytest.mark.security(45, "ASVS 5.0 7.3.1", "WSTG-SESS-07", "NIST SP 800-63B-4 5.2")
@pytest.mark.rule("sessions.have_no_idle_timeout")
def test_idle_session_expires(journey: Journey, session: Session) -> None:
    journey.let_time_pass(4 * 3_600)
    assert not validated(journey, session.token).ok


@pytest.mark.security(46, "ASVS 5.0 7.5.2", "WSTG-SESS-11")
@pytest.mark.rule("sessions.login_appears_in_list", "sessions.end_alone", "sessions.ended_one_leaves_the_list")
def test_sessions_are_listed_and_end_individually(journey: Journey, person: Person, session: Session) -> None:
    other = log_in(journey, person)
    assert {session.token, other.token} <= listed(journey, person)
    journey.log_out(session)
    assert session.token not in listed(journey, person)
    validated(journey, other.token).must_succeed()


@pytest.mark.preset("strict-security", access_token_seconds=LIFE)
@pytest.mark.security(46, "ASVS 5.0 7.5.2")
@pytest.mark.rule("sessions.ended_one_leaves_the_list")
def test_expired_session_is_not_listed(journey: Journey, person: Person, session: Session) -> None:
    assert session.token in listed(journey, person)
    journey.let_time_pass(LIFE + 10)
    assert listed(journey, person) == set()


@pytest.mark.security(46, "ASVS 5.0 7.4.5")
@pytest.mark.rule("tokens.revoked_refresh_token_is_refused")
def test_management_ends_one_refresh_token(journey: Journey, person: Person, session: Session) -> None:
    other = log_in(journey, person)
    journey.accounts.revoke(session)
    refreshed(journey, session).must_be_refused(WRONG_REFRESH)
    refreshed(journey, other).must_succeed()


@pytest.mark.security(46, "ASVS 5.0 7.4.5", "WSTG-SESS-11")
@pytest.mark.rule("tokens.revocation_of_all_ends_every_one", "tokens.revoked_refresh_token_is_refused")
def test_management_ends_every_refresh_token(journey: Journey, person: Person) -> None:
    sessions = [log_in(journey, person) for _ in range(3)]
    bystander = log_in(journey, journey.verified_person())
    journey.accounts.revoke_all(person.uid)
    for session in sessions:
        refreshed(journey, session).must_be_refused(WRONG_REFRESH)
    refreshed(journey, bystander).must_succeed()


@pytest.mark.security(46, "ASVS 5.0 7.4.5")
@pytest.mark.rule("sessions.operator_cannot_end_access_tokens")
def test_management_ends_access_tokens(journey: Journey, person: Person, session: Session) -> None:
    journey.accounts.revoke_all(person.uid)
    assert not validated(journey, session.token).ok
