"""Passkeys in Chromium, with its virtual authenticator: a client that shares no code with emulator and harness."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import CDPSession, Page, expect

from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.tenant import Tenant

EMAIL = "ada@example.com"
OPTIONS = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


class VirtualAuthenticator:
    """The authenticator of one browser page."""

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        session.send("WebAuthn.enable")
        self._id = session.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"]

    def credentials(self) -> list[dict[str, object]]:
        found = self._session.send("WebAuthn.getCredentials", {"authenticatorId": self._id})
        return list(found["credentials"])

    def make_discoverable(self, tenant: Tenant) -> None:
        """Replace the only credential by one that the device offers without being told its id."""
        (credential,) = self.credentials()
        about = {"authenticatorId": self._id}
        self._session.send("WebAuthn.removeCredential", {**about, "credentialId": credential["credentialId"]})
        handle = tenant.accounts.by_email(EMAIL).all_passkeys()[0].handle  # type: ignore[union-attr]  # she exists
        padded = handle.replace("-", "+").replace("_", "/") + "=" * (-len(handle) % 4)
        discoverable = {**credential, "isResidentCredential": True, "userHandle": padded}
        self._session.send("WebAuthn.addCredential", {**about, "credential": discoverable})


@pytest.fixture
def tenant(running: Running) -> Tenant:
    tenant = running.app.registry.default
    tenant.settings.passkeys = True
    tenant.settings.email_verification = "optional"
    return tenant


@pytest.fixture
def site(running: Running) -> str:
    """Return the emulator's address by name: a domain of passkeys is never an address in numbers."""
    return running.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def authenticator(page: Page) -> Iterator[VirtualAuthenticator]:
    session = page.context.new_cdp_session(page)
    yield VirtualAuthenticator(session)
    session.detach()


@pytest.fixture
def ada(page: Page, site: str, tenant: Tenant, authenticator: VirtualAuthenticator) -> Account:
    """Return an account that was registered with a passkey."""
    page.goto(f"{site}/auth.aspx?action=passkey")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Register with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("You are registered.")
    assert len(authenticator.credentials()) == 1
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    return account


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/auth.aspx")
    page.get_by_label("E-mail address of your passkey").fill(EMAIL)
    page.get_by_role("button", name="Log in with a passkey").click()


def test_browser_registers_and_logs_in_with_a_passkey(page: Page, site: str, ada: Account) -> None:
    assert ada.password is None
    log_in(page, site)
    expect(page.get_by_role("status")).to_have_text("You are logged in.")
    token = page.locator("#access-token").inner_text()
    assert token in ada.sessions


def test_browser_finds_the_account_by_its_passkey(
    page: Page, site: str, tenant: Tenant, authenticator: VirtualAuthenticator, ada: Account
) -> None:
    authenticator.make_discoverable(tenant)
    page.goto(f"{site}/auth.aspx?action=passkey")
    page.get_by_role("button", name="Choose a passkey of this device").click()
    expect(page.get_by_role("status")).to_have_text("You are logged in.")
    assert ada.logins == 2


def test_browser_of_another_origin_is_refused(page: Page, site: str, tenant: Tenant, ada: Account) -> None:
    assert ada.passkeys
    tenant.settings.passkey_origins = ["https://localhost"]
    log_in(page, site)
    expect(page.get_by_role("alert")).to_contain_text("(1321)")
