"""What an access token authorizes, and for how long."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from loginradius_harness.client.client import Client
from loginradius_harness.client.response import ApiResponse, expect_error
from loginradius_harness.client.session import Session
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.journey.journey import Journey
from loginradius_harness.journey.people import Person

TAKES_A_TOKEN = [
    "authentication.get_profile", "authentication.validate_access_token", "authentication.get_access_token_info",
    "authentication.get_social_identity", "authentication.send_welcome_email", "session.slide_access_token",
    "custom_object.list_by_token", "social.validate_access_token", "social_data.get_user_profile",
]  # fmt: skip
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def ask(api: Client, operation: str, token: str) -> ApiResponse:
    """Call an operation with an access token."""
    query = {"objectName": api.target.custom_object} if operation.startswith("custom_object.") else {}
    return api.call(operation, token=token, query=query)


@pytest.mark.rule("tokens.live_one_validates")
def test_live_access_token_validates_with_its_expiry(api: Client, person: Person) -> None:
    body = {"email": person.email, "password": person.password}
    issued = api.call("authentication.login_by_email", body=body).must_succeed().data
    for operation in ("authentication.validate_access_token", "social.validate_access_token"):
        reported = ask(api, operation, issued["access_token"]).must_succeed().data
        assert (reported["access_token"], reported["expires_in"]) == (issued["access_token"], issued["expires_in"])


@pytest.mark.preset("default", access_token_seconds=600)
@pytest.mark.rule("tokens.lives_as_long_as_configured", "tokens.expired_one_is_refused")
def test_access_token_lifetime_follows_the_tenant_setting(journey: Journey, api: Client, session: Session) -> None:
    journey.let_time_pass(580)
    ask(api, "authentication.validate_access_token", session.token).must_succeed()
    journey.let_time_pass(30)
    for operation in ("authentication.validate_access_token", "authentication.get_profile"):
        reply = ask(api, operation, session.token).must_be_refused(ErrorCode.ACCESS_TOKEN_EXPIRED)
        assert reply.status == 403


@pytest.mark.preset("default", access_token_seconds=600)
@pytest.mark.rule("tokens.sliding_restarts_its_life")
def test_activity_extends_the_session(journey: Journey, api: Client, session: Session) -> None:
    journey.let_time_pass(500)
    slid = ask(api, "session.slide_access_token", session.token).must_succeed().data
    until = datetime.fromisoformat(slid["expires_in"])
    assert abs(until - journey.client.clock.now() - timedelta(seconds=600)) < timedelta(seconds=5)
    journey.let_time_pass(500)
    assert journey.token_is_live(session)


@pytest.mark.rule("tokens.unknown_one_is_refused")
@pytest.mark.usefixtures("session")  # of an account that it might be mistaken for
@pytest.mark.parametrize("operation", ["authentication.validate_access_token", "authentication.get_profile"])
def test_unknown_access_token_is_refused(api: Client, operation: str) -> None:
    ask(api, operation, UNKNOWN).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.rule("tokens.invalidated_one_is_refused")
def test_logout_invalidates_the_access_token(journey: Journey, api: Client, session: Session) -> None:
    journey.log_out(session)
    ask(api, "authentication.validate_access_token", session.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.rule("tokens.invalidated_one_is_dead_everywhere")
@pytest.mark.parametrize("operation", TAKES_A_TOKEN)
def test_logout_invalidates_the_token_for_every_operation(
    journey: Journey, api: Client, session: Session, operation: str
) -> None:
    ask(api, operation, session.token)
    journey.log_out(session)
    ask(api, operation, session.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.rule("tokens.invalidation_reaches_legacy_paths")
@pytest.mark.parametrize(
    ("end", "other"),
    [
        ("authentication.invalidate_access_token", "social.validate_access_token"),
        ("social.invalidate_access_token", "authentication.validate_access_token"),
    ],
)
def test_legacy_and_current_paths_share_sessions(api: Client, session: Session, end: str, other: str) -> None:
    ask(api, other, session.token).must_succeed()
    ask(api, end, session.token).must_succeed()
    ask(api, other, session.token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


def by_link(journey: Journey, person: Person) -> Session:
    """Log in by a mailed link."""
    journey.passwordless.ask_for_link(person)
    return journey.passwordless.follow_link(person)


def by_provider(journey: Journey, _person: Person) -> Session:
    """Log in at a social provider."""
    return journey.social.log_in("facebook", journey.social.new_user("facebook"))


def by_impersonation(journey: Journey, person: Person) -> Session:
    """Log in by management."""
    return journey.accounts.log_in(person)


def by_password(journey: Journey, person: Person) -> Session:
    """Log in with the password."""
    return journey.log_in(person)


@pytest.mark.rule("tokens.legacy_validation_knows_every_token")
@pytest.mark.parametrize("log_in", [by_password, by_link, by_provider, by_impersonation])
def test_legacy_paths_accept_tokens_of_every_login(
    journey: Journey, api: Client, person: Person, log_in: Callable[[Journey, Person], Session]
) -> None:
    ask(api, "social.validate_access_token", log_in(journey, person).token).must_succeed()


@pytest.mark.rule("tokens.server_may_impersonate")
def test_impersonation_token_acts_for_the_account(journey: Journey, person: Person) -> None:
    session = journey.accounts.log_in(person)
    assert journey.profile(session)["Uid"] == person.uid


@pytest.mark.rule("tokens.refresh_token_opens_nothing_else", "tokens.access_token_refreshes_nothing")
def test_access_and_refresh_tokens_are_not_interchangeable(journey: Journey, api: Client, session: Session) -> None:
    ask(api, "authentication.get_profile", session.refresh_token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)
    ask(api, "authentication.validate_access_token", session.refresh_token).must_be_refused(
        ErrorCode.ACCESS_TOKEN_INVALID
    )
    with expect_error(ErrorCode.REFRESH_TOKEN_INVALID):
        journey.accounts.refresh(Session(token="", refresh_token=session.token))


@pytest.mark.rule("tokens.one_time_tokens_open_nothing_else")
@pytest.mark.parametrize("kind", ["emailverification", "forgotpassword", "deleteuser", "passwordlesslogin"])
def test_link_token_is_not_an_access_token(journey: Journey, api: Client, kind: str) -> None:
    person = journey.new_person()
    verified = kind != "emailverification"
    person = journey.accounts.create(person, EmailVerified=verified)
    made = api.call("account.generate_email_token", path={"tokentype": kind}, body={"Email": person.email})
    token = made.must_succeed().data["Token"]
    for operation in ("authentication.get_profile", "authentication.validate_access_token"):
        ask(api, operation, token).must_be_refused(ErrorCode.ACCESS_TOKEN_INVALID)


@pytest.mark.rule("tokens.impersonation_counts_no_login")
def test_impersonation_is_not_counted_as_login(journey: Journey, person: Person) -> None:
    journey.log_in(person)
    before = journey.accounts.read(person.uid)
    journey.let_time_pass(2)
    journey.accounts.log_in(person)
    after = journey.accounts.read(person.uid)
    for member in ("NoOfLogins", "LastLoginDate"):
        assert after[member] == before[member]


@pytest.mark.rule("tokens.info_names_provider")
def test_token_details_show_the_login_provider(journey: Journey, api: Client, person: Person) -> None:
    for session, provider in ((by_password(journey, person), "email"), (by_provider(journey, person), "facebook")):
        reported = ask(api, "authentication.get_access_token_info", session.token).must_succeed().data
        assert (reported["access_token"], reported["provider"].lower()) == (session.token, provider)


@pytest.mark.preset("default", access_token_seconds=600)
@pytest.mark.rule("tokens.legacy_refresh_lengthens_life")
def test_legacy_refresh_can_request_a_longer_lifetime(journey: Journey, api: Client, session: Session) -> None:
    reply = api.call("social.refresh_access_token", token=session.token, query={"expiresIn": 120})
    until = datetime.fromisoformat(reply.must_succeed().data["expires_in"])
    assert abs(until - journey.client.clock.now() - timedelta(minutes=120)) < timedelta(seconds=5)
