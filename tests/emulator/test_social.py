"""The legacy token family under /api/v2."""

from collections.abc import Callable
from typing import Any

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Ask, Member

ProviderUser = Callable[..., dict[str, str]]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1"


@pytest.fixture
def token(ask: Ask, person: Member) -> str:
    """Return a live access token of the person."""
    return str(ask("account.get_access_token_by_uid", query={"uid": person.uid}).data["access_token"])


@pytest.fixture
def social_token(ask: Ask, provider_user: ProviderUser) -> str:
    """Return a live access token of a log-in with Facebook."""
    query = {"token": provider_user("facebook", id="7", profile={"FirstName": "Ada"})["request_token"]}
    return str(ask("social.exchange_access_token", query=query).data["access_token"])


def _live(ask: Ask, token: str) -> bool:
    return ask("social.validate_access_token", token=token).status == 200


def test_request_token_is_good_for_one_exchange(ask: Ask, provider_user: ProviderUser) -> None:
    query = {"token": provider_user("facebook")["request_token"]}
    assert ask("social.exchange_access_token", query=query).status == 200
    assert ask("social.exchange_access_token", query=query).code == ErrorCode.REQUEST_TOKEN_INVALID


def test_request_token_expires(ask: Ask, tenant: Tenant, provider_user: ProviderUser) -> None:
    query = {"token": provider_user("facebook")["request_token"]}
    tenant.clock.advance(tenant.settings.request_token_seconds)
    assert ask("social.exchange_access_token", query=query).code == ErrorCode.REQUEST_TOKEN_EXPIRED


def test_validation_tells_the_expiry(ask: Ask, tenant: Tenant, token: str) -> None:
    assert ask("social.validate_access_token", token=token).data["access_token"] == token
    tenant.clock.advance(tenant.settings.access_token_seconds)
    assert ask("social.validate_access_token", token=token).code == ErrorCode.ACCESS_TOKEN_EXPIRED


@pytest.mark.parametrize(("prevent", "code"), [("false", None), ("true", ErrorCode.REFRESH_TOKEN_INVALID)])
def test_invalidated_token_is_dead_and_its_refresh_token_as_asked(
    ask: Ask, person: Member, prevent: str, code: int | None
) -> None:
    pair = ask("account.get_access_token_by_uid", query={"uid": person.uid}).data
    query = {"preventRefresh": prevent}
    assert ask("social.invalidate_access_token", query=query, token=pair["access_token"]).data == {"isPosted": True}
    assert not _live(ask, pair["access_token"])
    query = {"refresh_Token": pair["refresh_token"]}
    assert ask("account.refresh_access_token_by_refresh_token", query=query).code == code


def test_sessions_are_listed_with_their_agents(ask: Ask, person: Member) -> None:
    body = {"email": person.email, "password": person.password}
    for agent in (CHROME, SAFARI):
        ask("authentication.login_by_email", body=body, headers={"User-Agent": agent, "X-Origin-IP": "203.0.113.7"})
    rows = ask("social.get_active_session_by_account_id", query={"accountId": person.uid}).data["data"]
    assert [(row["Browser"], row["Os"], row["DeviceType"]) for row in rows] == [
        ("Chrome", "Windows", "Computer"),
        ("Safari", "iOS", "Mobile"),
    ]
    assert {row["Ip"] for row in rows} == {"203.0.113.7"}


def test_sessions_are_found_by_token_and_profile_id(ask: Ask, tenant: Tenant, token: str, person: Member) -> None:
    by_token = ask("social.get_active_session", query={"token": token}).data
    profile_id = tenant.managed_account(person.uid).id
    assert by_token == ask("social.get_active_session_by_profile_id", query={"profileId": profile_id}).data
    assert [row["AccessToken"] for row in by_token["data"]] == [token]


def test_sessions_are_found_by_the_providers_id(ask: Ask, social_token: str) -> None:
    rows = ask("social.get_active_session_by_profile_id", query={"profileId": "7"}).data["data"]
    assert [row["AccessToken"] for row in rows] == [social_token]


@pytest.mark.parametrize(
    ("operation", "query", "code"),
    [
        ("social.get_active_session", {}, ErrorCode.ACCESS_TOKEN_MISSING),
        ("social.get_active_session", {"token": "wrong"}, ErrorCode.ACCESS_TOKEN_INVALID),
        ("social.get_active_session_by_account_id", {"accountId": "nobody"}, ErrorCode.ACCOUNT_NOT_FOUND),
        ("social.get_active_session_by_profile_id", {"profileId": "nobody"}, ErrorCode.ACCOUNT_NOT_FOUND),
    ],
)
def test_sessions_of_an_unknown_user_are_refused(ask: Ask, operation: str, query: dict[str, str], code: int) -> None:
    assert ask(operation, query=query).code == code


def test_expired_sessions_are_not_listed(ask: Ask, tenant: Tenant, token: str, person: Member) -> None:
    tenant.clock.advance(tenant.settings.access_token_seconds)
    assert not _live(ask, token)
    assert ask("social.get_active_session_by_account_id", query={"accountId": person.uid}).data["data"] == []


def test_refreshed_token_lives_as_many_minutes_as_asked(ask: Ask, tenant: Tenant, token: str) -> None:
    longer = ask("social.refresh_access_token", query={"expiresIn": 60}, token=token).data["access_token"]
    tenant.clock.advance(3_599)
    assert _live(ask, longer)
    tenant.clock.advance(1)
    assert not _live(ask, longer)


def test_refreshed_token_of_a_provider_lives_as_many_seconds(ask: Ask, tenant: Tenant, social_token: str) -> None:
    shorter = ask("social.refresh_access_token", query={"expiresIn": 60}, token=social_token).data["access_token"]
    tenant.clock.advance(60)
    assert not _live(ask, shorter)


@pytest.mark.preset("default", token_refresh_by_provider=False)
def test_refresh_must_be_enabled_by_the_vendor(ask: Ask, token: str) -> None:
    assert ask("social.refresh_access_token", token=token).code == ErrorCode.ENDPOINT_NOT_IN_PLAN


def test_refresh_is_not_for_every_provider(ask: Ask, provider_user: ProviderUser) -> None:
    query = {"token": provider_user("twitter")["request_token"]}
    token = ask("social.exchange_access_token", query=query).data["access_token"]
    assert ask("social.refresh_access_token", token=token).code == ErrorCode.PROVIDER_ENDPOINT_NOT_SUPPORTED


def test_profile_refresh_sees_what_changed_at_the_provider(
    ask: Ask, provider_user: ProviderUser, social_token: str
) -> None:
    provider_user("facebook", id="7", profile={"FirstName": "Augusta"})
    assert ask("social_data.get_user_profile", token=social_token).data["FirstName"] == "Ada"
    assert ask("social.refresh_user_profile", token=social_token).data["FirstName"] == "Augusta"
    assert ask("social_data.get_user_profile", token=social_token).data["FirstName"] == "Augusta"


def test_profile_refresh_needs_a_provider_that_answers(
    ask: Ask, provider_user: ProviderUser, social_token: str
) -> None:
    provider_user("facebook", id="7", error="revoked")
    assert ask("social.refresh_user_profile", token=social_token).code == ErrorCode.PROVIDER_ERROR


def test_secret_alone_leads_to_the_tenant(ask: Ask, provider_user: ProviderUser, tenant: Tenant) -> None:
    query: dict[str, Any] = {"token": provider_user("facebook")["request_token"], "secret": tenant.secret}
    assert ask("social.exchange_access_token", query=query, secret=False).status == 200
