"""Clients of OAuth that management makes, beside those of the settings."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.oauth_client import (
    DEVICE_GRANT,
    MACHINE_CLIENT,
    MACHINE_SECRET,
    MANAGEMENT_AUDIENCE,
    READ_SETTINGS,
    WEB_CLIENT,
    OAuthClient,
)
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Member

pytestmark = pytest.mark.preset("administration")

Json = Any
Manage = Callable[..., Answer]


def machine_token(ask: Ask, client_id: str, secret: str, **more: str) -> Answer:
    body = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": secret, **more}
    return ask("oauth_m2m.token", body={"audience": MANAGEMENT_AUDIENCE, **body})


@pytest.fixture
def manage(ask: Ask) -> Manage:
    """`manage(name, **request)`: call an operation of clients as a machine."""
    token = machine_token(ask, MACHINE_CLIENT, MACHINE_SECRET).data["access_token"]
    return lambda name, **request: ask(f"oauth_client.{name}", **{"token": token, **request})


def make(manage: Manage, **members: Json) -> Json:
    body = {"AppName": "Shop", "TokenAuthMethod": "client_secret_auto", **members}
    return manage("create", body=body).data


def of(name: str) -> dict[str, str]:
    return {"oauth_client_name": name}


def test_clients_of_the_settings_are_listed_as_management_names_what_they_have(manage: Manage) -> None:
    web, public, machine = manage("list").data["Data"]
    assert (web["AppName"], web["ClientId"], web["ClientType"]) == ("Web application", WEB_CLIENT, "confidential")
    assert (web["TokenAuthMethod"], public["TokenAuthMethod"]) == ("client_secret_auto", "none")
    assert web["AllowedScopes"] == ["email", "phone", "profile", "address"]
    assert (machine["GrantTypes"], machine["AllowedScopes"]) == (["client_credentials"], [])


def test_change_of_a_client_of_the_settings_keeps_what_management_cannot_name(manage: Manage, tenant: Tenant) -> None:
    manage("update", path=of("machine"), body={"AllowedScopes": ["email"], "Description": "Robot"})
    machine = tenant.settings.oauth_clients[2]
    assert (machine.client_secret, machine.managed["Description"]) == (MACHINE_SECRET, "Robot")
    assert machine.metadata["scope"] == "profile:read profile:write settings:read settings:write email"


def test_client_that_registered_itself_is_not_listed(manage: Manage, tenant: Tenant) -> None:
    tenant.federation.clients.put("own", OAuthClient(client_id="own", metadata={"client_name": "Own"}))
    assert manage("get", path=of("Own")).code == ErrorCode.REQUEST_INVALID


@pytest.mark.parametrize("name", ["shop", " Shop", "a/b", "ä", "credentials", "Connections-Metadata", "-"])
def test_name_that_cannot_be_given_is_refused(manage: Manage, name: str) -> None:
    make(manage)
    body = {"AppName": name, "TokenAuthMethod": "none"}
    assert manage("create", body=body).code == ErrorCode.REQUEST_INVALID


def test_client_without_a_secret_gets_one_when_it_has_to_prove_itself(manage: Manage, tenant: Tenant) -> None:
    public = make(manage, TokenAuthMethod="none", ClientType="confidential", Secret="unused")
    assert public["ClientType"] == "public"
    assert "ClientSecret" not in public
    manage("update", path=of("Shop"), body={"TokenAuthMethod": "client_secret_basic"})
    assert len(tenant.settings.oauth_clients[-1].client_secret) == 48


def test_machine_that_management_makes_manages_as_its_scopes_say(ask: Ask, manage: Manage) -> None:
    scopes = {MANAGEMENT_AUDIENCE: [READ_SETTINGS]}
    made = make(manage, GrantTypes=["client_credentials"], AudienceScopes=scopes)
    token = machine_token(ask, made["ClientId"], made["ClientSecret"]).data["access_token"]
    assert manage("get", path=of("Shop"), token=token).data["AudienceScopes"] == scopes
    refused = manage("delete", path=of("Shop"), token=token)
    assert refused.code == ErrorCode.ADDITIONAL_API_SECRET_NOT_ALLOWED
    manage("delete", path=of("Shop"))
    assert manage("list", token=token).code == ErrorCode.ACCESS_TOKEN_INVALID


def test_machine_without_scopes_of_an_audience_gets_none(ask: Ask, manage: Manage) -> None:
    made = make(manage, GrantTypes=["client_credentials"])
    granted = machine_token(ask, made["ClientId"], made["ClientSecret"], scope=READ_SETTINGS).data
    assert "scope" not in granted


def test_device_of_a_client_is_slowed_down_as_the_client_says(ask: Ask, manage: Manage, tenant: Tenant) -> None:
    made = make(manage, GrantTypes=[DEVICE_GRANT], DeviceCodeConfig={"PollingInterval": 2})
    path = {"oidcappname": "emulated"}
    client = {"client_id": made["ClientId"], "client_secret": made["ClientSecret"]}
    code = ask("oidc.request_device_code", path=path, body=client).data["device_code"]
    body = {"grant_type": DEVICE_GRANT, "device_code": code, **client}
    answers = []
    for seconds in (0, 1, 3):
        tenant.clock.advance(seconds)
        answers.append(ask("oidc.token", path=path, body=body).data["error"])
    assert answers == ["authorization_pending", "slow_down", "authorization_pending"]


def test_client_that_may_not_exchange_device_codes_gets_none(ask: Ask, manage: Manage) -> None:
    made = make(manage, GrantTypes=["authorization_code"])
    client = {"client_id": made["ClientId"], "client_secret": made["ClientSecret"]}
    answer = ask("oidc.request_device_code", path={"oidcappname": "emulated"}, body=client)
    assert answer.data["error"] == "unauthorized_client"


@pytest.mark.parametrize(("left", "scope"), [(["email"], "openid email"), ([], "openid")])
def test_refresh_gives_no_scope_that_management_has_taken_away(
    ask: Ask, manage: Manage, person: Member, left: list[str], scope: str
) -> None:
    path, uri = {"oidcappname": "emulated"}, "https://app.example.com/callback"
    grants = ["authorization_code", "refresh_token"]
    made = make(manage, GrantTypes=grants, LoginRedirectUri=[uri], AllowedScopes=["email", "profile"])
    client = {"client_id": made["ClientId"], "client_secret": made["ClientSecret"]}
    log_in = {"email": person.email, "password": person.password}
    token = ask("authentication.login_by_email", body=log_in).data["access_token"]
    asked = {"client_id": client["client_id"], "redirect_uri": uri, "response_type": "code"}
    answer = ask("oidc.authorize", path=path, query={**asked, "scope": "openid email profile", "token": token})
    code = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["code"]
    exchange = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri, **client}
    tokens = ask("oidc.token", path=path, body=exchange).data
    assert tokens["scope"] == "openid email profile"
    manage("update", path=of("Shop"), body={"AllowedScopes": left})
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"], **client}
    assert ask("oidc.token", path=path, body=refresh).data["scope"] == scope


def test_zero_is_the_life_that_the_tenant_says(ask: Ask, manage: Manage) -> None:
    made = make(manage, GrantTypes=["client_credentials"], JwtTokenConfig={"TokenTTL": 0})
    assert machine_token(ask, made["ClientId"], made["ClientSecret"]).data["expires_in"] == 86_400


@pytest.mark.parametrize("address", ["", "https://app.example.com/a b", "https://app.example.com/\r\nX-Other: 1", "ä"])
@pytest.mark.parametrize("member", ["LoginRedirectUri", "LogoutRedirectUri"])
def test_address_that_no_header_can_hold_is_refused(manage: Manage, member: str, address: str) -> None:
    body = {"AppName": "Shop", "TokenAuthMethod": "none", member: [address]}
    assert manage("create", body=body).status == 400
