"""Logging in to an app in a browser: authorization request, hosted page, cookie of the hub, log-out."""

from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from playwright.sync_api import Page

from loginradius_harness.emulator.core.oauth_client import OAuthClient
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.accounts import Account

EMAIL, PASSWORD = "ada@example.com", "correct horse 7"
ISSUER = "/service/oidc/emulated"


@pytest.fixture
def application(running: Running) -> str:
    """Return the address of an application that is registered as a client."""
    address = f"{running.url}/__emulator__/health"
    client = OAuthClient(client_id="shop", client_secret="s", metadata={"redirect_uris": [address]})
    running.app.registry.default.settings.oauth_clients = [client]
    return address


@pytest.fixture
def ada(api: httpx.Client, running: Running) -> Account:
    body = {"Email": [{"Type": "Primary", "Value": EMAIL}], "Password": PASSWORD, "g-recaptcha-response": "pass"}
    assert api.post("/identity/v2/auth/register/captcha", json=body).status_code == 200
    account = running.app.registry.default.accounts.by_email(EMAIL)
    assert account is not None
    account.emails[0].verified = True
    return account


def came_back(page: Page) -> dict[str, list[str]]:
    """Return what a browser brought back to the application."""
    page.wait_for_url("**/__emulator__/health?*")
    return parse_qs(urlsplit(page.url).query)


def test_browser_logs_in_once_and_out_again(page: Page, application: str, ada: Account) -> None:
    query = {"client_id": "shop", "redirect_uri": application, "response_type": "code", "scope": "openid", "state": "s"}
    page.goto(f"{ISSUER}/authorize?{urlencode(query)}")
    page.get_by_label("E-mail address, phone number or user name").fill(ada.emails[0].value)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    first = came_back(page)
    assert first["state"] == ["s"]
    assert urlsplit(first["iss"][0]).path == ISSUER
    assert "token" not in first  # the access token of the hosted page stays at the hub
    silently = f"{ISSUER}/authorize?{urlencode({**query, 'prompt': 'none'})}"
    page.goto(silently)
    assert came_back(page)["code"] != first["code"]
    page.goto(f"{ISSUER}/logout")
    page.goto(silently)
    assert came_back(page)["error"] == ["login_required"]
