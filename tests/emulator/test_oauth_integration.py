"""Apps of OAuth that management makes."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from loginradius_harness.emulator.core.oauth_client import CALLBACK, OAuthClient
from loginradius_harness.emulator.core.settings.oauth_integration import OAuthIntegration
from loginradius_harness.emulator.server.app import App
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.conftest import Answer, Ask, Manage, Member

pytestmark = pytest.mark.preset("administration")

Json = Any

NO_KEY = {"X-LoginRadius-ApiKey": ""}


def make(manage: Manage, **members: Json) -> Json:
    grants = ["authorization_code", "refresh_token"]
    body = {"DisplayName": "Shop", "RedirectURIs": [CALLBACK], "GrantTypes": grants, **members}
    return manage("oauth_integration.create", body=body).data


def of(made: Json) -> dict[str, str]:
    return {"integration_id": made["Id"]}


def ask_for_tokens(ask: Ask, made: Json, **body: str) -> Answer:
    client = {"client_id": made["ClientId"], "client_secret": made["ClientSecret"]}
    return ask("oauth.token", path={"oauthappname": made["Id"]}, body={**client, **body})


def log_in(ask: Ask, made: Json, person: Member) -> Json:
    """Log a person in to an app; return the tokens."""
    body = {"email": person.email, "password": person.password}
    token = ask("authentication.login_by_email", body=body).data["access_token"]
    query = {"client_id": made["ClientId"], "redirect_uri": CALLBACK, "response_type": "code", "token": token}
    back = ask("oauth.authorize", path={"oauthappname": made["Id"]}, query=query).headers["location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    return ask_for_tokens(ask, made, grant_type="authorization_code", code=code, redirect_uri=CALLBACK).data


def refresh(ask: Ask, made: Json, tokens: Json) -> Answer:
    return ask_for_tokens(ask, made, grant_type="refresh_token", refresh_token=tokens["refresh_token"])


def test_refresh_token_lives_as_long_as_written(ask: Ask, manage: Manage, tenant: Tenant, person: Member) -> None:
    made = make(manage, RefreshTokenTTL=100)
    first, second = (log_in(ask, made, person) for _ in range(2))
    tenant.clock.advance(99)
    assert "access_token" in refresh(ask, made, first).data
    tenant.clock.advance(2)
    assert refresh(ask, made, second).data["error"] == "invalid_grant"


def test_zero_is_the_default_life_whatever_the_tenant_says(manage: Manage, tenant: Tenant) -> None:
    tenant.settings.oauth_token_seconds = 5
    made = make(manage, AccessTokenTTL=0)
    assert (made["AccessTokenTTL"], made["IDTokenTTL"], made["RefreshTokenTTL"]) == (3_600, 3_600, 86_400)
    changed = manage("oauth_integration.update", path=of(made), body={"RefreshTokenTTL": 7}).data
    assert manage("oauth_integration.update", path=of(made), body={"RefreshTokenTTL": 0}).data == {
        **changed,
        "RefreshTokenTTL": 86_400,
    }


def test_log_ins_end_with_their_app(ask: Ask, manage: Manage, tenant: Tenant, person: Member) -> None:
    made = make(manage)
    tokens = log_in(ask, made, person)
    before = tenant.settings.oauth_integrations
    manage("oauth_integration.delete", path=of(made))
    tenant.settings.oauth_integrations = before
    assert refresh(ask, made, tokens).data["error"] == "invalid_grant"


def test_app_of_another_tenant_is_found_by_its_id(app: App, ask: Ask, tenant: Tenant, manage: Manage) -> None:
    child = app.registry.fork(tenant)
    made = make(manage)
    child.settings.oauth_integrations, tenant.settings.oauth_integrations = tenant.settings.oauth_integrations, []
    path = {"oauthappname": made["Id"]}
    assert ask("oauth.get_server_metadata", path=path, headers=NO_KEY).status == 200
    assert ask("oauth.get_server_metadata", path=path, key=tenant.key).status == 400
    assert manage("oauth_integration.list").data == {"Data": []}


def test_metadata_names_the_scopes_of_the_app(ask: Ask, manage: Manage) -> None:
    path = {"oauthappname": make(manage, AllowedScopes=["orders:read", "email"])["Id"]}
    scopes = ask("oauth.get_server_metadata", path=path).data["scopes_supported"]
    assert scopes == ["openid", "profile", "email", "phone", "address", "orders:read"]


def test_app_is_no_app_of_openid_connect(ask: Ask, manage: Manage) -> None:
    assert ask("oidc.get_discovery", path={"oidcappname": make(manage)["Id"]}).status == 400


def test_public_app_has_no_secret_until_it_gets_one(manage: Manage, tenant: Tenant) -> None:
    made = make(manage, TokenAuthMethod="none")
    assert "ClientSecret" not in made
    assert manage("oauth_integration.update", path=of(made), body={"TokenAuthMethod": "client_secret_auto"}).data == {
        **made,
        "TokenAuthMethod": "client_secret_auto",
    }
    rotated = manage("oauth_integration.rotate_credentials", path=of(made)).data
    assert rotated["ClientSecret"] not in repr(tenant.settings.oauth_integrations)


@pytest.mark.parametrize(
    "members",
    [
        {"RedirectURIs": ["https://app.example.com/a b"]},
        {"RedirectURIs": [""]},
        {"AllowedScopes": ["a b"]},
        {"AllowedScopes": ['"']},
        {"GrantTypes": ["client_credentials"]},
        {"AccessTokenTTL": -1},
    ],
)
def test_members_that_mean_nothing_are_refused(manage: Manage, members: Json) -> None:
    body = {"DisplayName": "Shop", "RedirectURIs": [], "GrantTypes": [], **members}
    assert manage("oauth_integration.create", body=body).status == 400


def test_app_of_the_configuration_is_shown_with_the_lives_of_apps(manage: Manage, tenant: Tenant) -> None:
    client = OAuthClient(client_id="shop-client", client_secret="shop-secret")  # of this test
    tenant.settings.oauth_integrations = [OAuthIntegration(id="shop", client=client)]
    (shown,) = manage("oauth_integration.list").data["Data"]
    assert (shown["Id"], shown["DisplayName"], shown["TokenAuthMethod"]) == (
        "shop",
        "shop-client",
        "client_secret_auto",
    )
    assert shown["AllowedScopes"] == ["openid", "profile", "email", "phone", "address"]
