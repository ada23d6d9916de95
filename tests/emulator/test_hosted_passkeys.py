"""Passkeys on the hosted pages, with Chromium's virtual authenticator."""

from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant

EMAIL = "ada@example.com"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def tenant(running: Running) -> Tenant:
    tenant = running.app.registry.default
    tenant.settings.passkeys = True
    return tenant


@pytest.fixture
def ada(api: httpx.Client, tenant: Tenant) -> Account:
    body = {"Email": [{"Type": "Primary", "Value": EMAIL}], "EmailVerified": True, "Password": "correct horse 7"}
    assert api.post("/identity/v2/manage/account", json=body).status_code == 200
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    return account


def test_passkey_is_created_by_a_mailed_link_and_logs_in(
    page: Page, api: httpx.Client, tenant: Tenant, ada: Account
) -> None:
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    tenant.messages.link(tenant.single_use_tokens.issue("forgotpasskey", ada.uid, tenant.settings), EMAIL)
    page.goto(tenant.outbox.find()[-1].link or "")
    page.get_by_role("button", name="Create a passkey").click()
    expect(page.get_by_role("status")).to_have_text("Your passkey is created.")
    assert urlsplit(page.url).hostname == "localhost"
    assert len(ada.passkeys) == 1

    page.goto(f"{urlsplit(page.url).scheme}://{urlsplit(page.url).netloc}/auth.aspx")
    page.get_by_label("E-mail address of your passkey").fill(EMAIL)
    page.get_by_role("button", name="Log in with a passkey").click()
    expect(page.get_by_role("status")).to_have_text("You are logged in.")
    token = page.locator("#access-token").text_content()
    assert api.get("/identity/v2/auth/account", headers={"Authorization": f"Bearer {token}"}).json()["Uid"] == ada.uid


def test_log_in_offers_passkeys_where_the_tenant_has_them(page: Page, tenant: Tenant) -> None:
    tenant.settings.passkeys = False
    page.goto("/auth.aspx")
    expect(page.get_by_role("button", name="Log in", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Log in with a passkey")).to_have_count(0)
