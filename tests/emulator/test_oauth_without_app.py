"""Older paths of OAuth that name no app: the tenant's key and secret are the client's."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from loginradius_harness.emulator.core.oauth_client import CALLBACK
from loginradius_harness.emulator.server.uvicorn_server import Running

Json = Any


@pytest.fixture
def client(running: Running) -> dict[str, str]:
    """Return id and secret of the client."""
    return {"client_id": running.api_key, "client_secret": running.api_secret}


@pytest.fixture
def token(api: httpx.Client) -> str:
    """Return a user's access token."""
    account = {"Email": [{"Type": "Primary", "Value": "ada@example.com"}], "Password": "correct horse 7"}
    api.post("/identity/v2/manage/account", json={**account, "EmailVerified": True}).raise_for_status()
    body = {"email": "ada@example.com", "password": "correct horse 7"}
    return str(api.post("/identity/v2/auth/login", json=body).raise_for_status().json()["access_token"])


def authorize(api: httpx.Client, client_id: str, **more: str) -> httpx.Response:
    query = {"client_id": client_id, "redirect_uri": CALLBACK, "response_type": "code", "scope": "profile", **more}
    return api.get("/sso/oauth/redirect", params=query)


def exchanged(api: httpx.Client, client: dict[str, str], token: str) -> httpx.Response:
    back = authorize(api, client["client_id"], token=token).headers["location"]
    code = parse_qs(urlsplit(back).query)["code"][0]
    body = {"redirect_uri": CALLBACK, "response_type": "token", "code": code}
    return api.post("/sso/oauth/access_token", json={**client, **body})


def refreshed(api: httpx.Client, client: dict[str, str], tokens: Json) -> Json:
    body = {**client, "grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    return api.post("/sso/oauth/access_token/refresh", json=body).json()


def test_key_and_secret_get_refresh_and_revoke_tokens(api: httpx.Client, client: dict[str, str], token: str) -> None:
    tokens = refreshed(api, client, exchanged(api, client, token).json())
    assert tokens["scope"] == "profile"
    body = {**client, "refresh_token": tokens["refresh_token"]}
    assert api.post("/sso/oauth/refresh_token/revoke", json=body).status_code == 200
    assert refreshed(api, client, tokens)["error"] == "invalid_grant"


def test_wrong_secret_gets_no_token(api: httpx.Client, client: dict[str, str], token: str) -> None:
    refused = exchanged(api, {**client, "client_secret": "wrong"}, token)
    assert refused.json()["error"] == "invalid_client"


def test_other_clients_are_refused(api: httpx.Client) -> None:
    assert authorize(api, "lrh-web-client").json()["error"] == "invalid_client"


def test_address_that_the_tenant_does_not_allow_is_refused(
    running: Running, api: httpx.Client, client: dict[str, str]
) -> None:
    running.app.registry.default.settings.allowed_urls = ["https://shop.example.com/"]
    assert authorize(api, client["client_id"]).json()["error"] == "invalid_request"


def test_tenant_is_that_of_the_key(running: Running) -> None:
    child = running.app.registry.fork(running.app.registry.default)
    with httpx.Client(base_url=running.url) as browser:
        login_page = authorize(browser, child.key).headers["location"]
    assert parse_qs(urlsplit(login_page).query)["apikey"] == [child.key]
