"""Hosted pages in a browser: links of mails, log-in, registration, and what they refuse."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from loginradius_harness.emulator.core.totp import STEP_SECONDS, code_at
from loginradius_harness.emulator.hosted_pages import PAGES
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.accounts import Account
from loginradius_harness.emulator.state.message_sender import VTYPES
from loginradius_harness.emulator.state.single_use_tokens import KINDS
from loginradius_harness.emulator.state.tenant import Tenant

EMAIL, PASSWORD = "ada@example.com", "correct horse 7"
SCRIPT = "<script>document.title = 'broken in'</script>"


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


@pytest.fixture
def ada(api: httpx.Client, tenant: Tenant) -> Account:
    body = {"Email": [{"Type": "Primary", "Value": EMAIL}], "Password": PASSWORD, "g-recaptcha-response": "pass"}
    assert api.post("/identity/v2/auth/register/captcha", json=body).status_code == 200
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    return account


def newest_link(tenant: Tenant) -> str:
    link = tenant.outbox.find()[-1].link
    assert link is not None
    return link


def status(page: Page, text: str) -> None:
    expect(page.get_by_role("status")).to_have_text(text)


def test_link_of_a_verification_mail_verifies_the_address(
    page: Page, running: Running, tenant: Tenant, ada: Account
) -> None:
    assert newest_link(tenant).startswith(f"{running.url}/auth.aspx?vtype=emailverification&vtoken=")
    page.goto(newest_link(tenant))
    status(page, "Your address is verified.")
    assert ada.email_verified


def test_used_link_shows_the_refusal(page: Page, tenant: Tenant, ada: Account) -> None:
    assert not ada.email_verified
    for _ in range(2):
        page.goto(newest_link(tenant))
    expect(page.get_by_role("alert")).to_contain_text("(974)")


def test_forgotten_password_is_reset_by_mail(page: Page, api: httpx.Client, tenant: Tenant, ada: Account) -> None:
    page.goto("/auth.aspx")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_role("button", name="Send a mail").click()
    status(page, "A mail is on its way. Follow its link to set a new password.")
    page.goto(newest_link(tenant))
    page.get_by_label("New password").fill("another horse 8")
    page.get_by_role("button", name="Set the password").click()
    status(page, "Your password is set.")
    logged_in = api.post("/identity/v2/auth/login", json={"email": EMAIL, "password": "another horse 8"})
    assert logged_in.json()["Profile"]["Uid"] == ada.uid


def test_account_is_deleted_on_confirmation_only(page: Page, api: httpx.Client, tenant: Tenant, ada: Account) -> None:
    page.goto(newest_link(tenant))
    status(page, "Your address is verified.")
    token = api.post("/identity/v2/auth/login", json={"email": EMAIL, "password": PASSWORD}).json()["access_token"]
    api.delete("/identity/v2/auth/account", headers={"Authorization": f"Bearer {token}"})
    page.goto(newest_link(tenant))
    expect(page.get_by_role("button", name="Delete my account")).to_be_visible()
    assert tenant.accounts.by_uid(ada.uid) is not None
    page.get_by_role("button", name="Delete my account").click()
    status(page, "Your account is deleted.")
    assert tenant.accounts.by_uid(ada.uid) is None


def test_login_returns_to_the_application_with_the_token(page: Page, running: Running, tenant: Tenant) -> None:
    page.goto(f"/auth.aspx?action=register&return_url={running.url}/__emulator__/health%3Fpart%3D1")
    page.get_by_label("E-mail address").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("First name").fill("Ada")
    page.get_by_role("button", name="Register").click()
    status(page, "You are registered. If the tenant verifies addresses, follow the link in your mail.")
    account = tenant.accounts.by_email(EMAIL)
    assert account is not None
    account.emails[0].verified = True
    page.goto(f"/auth.aspx?return_url={running.url}/__emulator__/health%3Fpart%3D1")
    page.get_by_label("E-mail address, phone number or user name").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/__emulator__/health?*")
    query = parse_qs(urlsplit(page.url).query)
    assert query["part"] == ["1"]
    assert tenant.sessions.peek(query["token"][0]) is not None


def test_wrong_password_shows_the_refusal(page: Page, ada: Account) -> None:
    page.goto("/auth.aspx?action=login")
    page.get_by_label("E-mail address, phone number or user name").fill(ada.emails[0].value)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("(966)")


def test_second_factor_is_asked_for(page: Page, api: httpx.Client, tenant: Tenant, ada: Account) -> None:
    tenant.settings.mfa = "optional"
    ada.emails[0].verified = True
    ada.second_factors().totp_secret, ada.second_factors().totp_verified = "JBSWY3DPEHPK3PXP", True
    page.goto("/auth.aspx")
    page.get_by_label("E-mail address, phone number or user name").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Code").fill("000000")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("(1102)")
    page.get_by_label("Code").fill(code_at("JBSWY3DPEHPK3PXP", int(tenant.clock.now()) // STEP_SECONDS))
    page.get_by_role("button", name="Continue").click()
    status(page, "You are logged in.")
    token = page.locator("#access-token").text_content()
    assert api.get("/identity/v2/auth/account", headers={"Authorization": f"Bearer {token}"}).json()["Uid"] == ada.uid


def test_user_without_a_second_factor_logs_in_where_it_is_optional(page: Page, tenant: Tenant, ada: Account) -> None:
    tenant.settings.mfa = "optional"
    ada.emails[0].verified = True
    page.goto("/auth.aspx")
    page.get_by_label("E-mail address, phone number or user name").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    status(page, "You are logged in.")


def test_link_finds_its_tenant(page: Page, running: Running, api: httpx.Client, tenant: Tenant) -> None:
    other = running.app.registry.fork(tenant)
    body = {"Email": [{"Type": "Primary", "Value": EMAIL}], "Password": PASSWORD, "g-recaptcha-response": "pass"}
    api.post(
        f"/identity/v2/auth/register/captcha?apikey={other.key}", json=body, headers={"X-LoginRadius-ApiKey": other.key}
    )
    page.goto(newest_link(other))
    status(page, "Your address is verified.")


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "/\\evil.example", "https://[bad"]
)
def test_return_url_that_is_no_web_address_is_refused(running: Running, url: str) -> None:
    reply = httpx.get(f"{running.url}/auth.aspx", params={"return_url": url})
    assert (reply.status_code, "does not allow" in reply.text) == (400, True)


def test_return_url_outside_the_allow_list_is_refused(running: Running, tenant: Tenant) -> None:
    tenant.settings.allowed_urls = ["https://app.example/"]
    asked = {
        url: httpx.get(f"{running.url}/auth.aspx", params={"return_url": url}).status_code
        for url in ("https://app.example/in", "https://evil.example/", "/service/oidc/app/authorize")
    }
    assert asked == {"https://app.example/in": 200, "https://evil.example/": 400, "/service/oidc/app/authorize": 200}


def test_unknown_page_tenant_and_method_are_refused(running: Running) -> None:
    page = f"{running.url}/auth.aspx"
    assert httpx.get(page, params={"action": "nosuch"}).status_code == 404
    assert httpx.get(page, params={"apikey": "nosuch"}).status_code == 404
    assert httpx.post(page).status_code == 405
    assert httpx.head(page).status_code == 200


def test_text_of_the_address_is_text(page: Page, tenant: Tenant) -> None:
    tenant.settings.app_name = SCRIPT
    for name in PAGES:
        page.goto(f"/auth.aspx?action={name}&vtoken={SCRIPT}&return_url=/{SCRIPT}")
        expect(page.get_by_text(SCRIPT).first).to_be_attached()
        assert page.title() != "broken in"


def test_every_mailed_link_has_a_page() -> None:
    mailed = {VTYPES.get(kind, kind) for kind, form in KINDS.items() if form.form == "hex"}
    assert mailed <= set(PAGES)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_marked_and_legible(
    browser: Browser, running: Running, scheme: str, low_contrast: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page(color_scheme=scheme, viewport={"width": 360, "height": 740})  # type: ignore[arg-type]  # one of the two words
    for name in PAGES:
        page.goto(f"{running.url}/auth.aspx?action={name}")
        expect(page.get_by_text("Emulated hosted page of a test tenant.")).to_be_visible()
        assert low_contrast(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden])')].filter((e) => !e.labels.length).length"
        )
        assert unnamed == 0
    page.close()
