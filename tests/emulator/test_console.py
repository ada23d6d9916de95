"""The console in a browser: what a person sees and changes, and what a strange page may not."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from loginradius_harness import faults
from loginradius_harness.emulator.console import mail
from loginradius_harness.emulator.core.message_texts import TEXTS
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.services import risk
from loginradius_harness.emulator.state.message_sender import NOTICES
from loginradius_harness.emulator.state.single_use_tokens import KINDS
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.console_pages import CONSOLE, PLACES, register

SCRIPT = "<script>document.title = 'broken in'</script>"


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


def log_in(api: httpx.Client, email: str, password: str) -> int:
    return api.post("/identity/v2/auth/login", json={"email": email, "password": password}).status_code


# --- what is shown ----------------------------------------------------------------------------------------------------


def test_journal_groups_requests_by_user(page: Page, api: httpx.Client) -> None:
    register(api, "ada@example.com")
    register(api, "grace@example.com")
    log_in(api, "ada@example.com", "wrong")
    page.goto(PLACES["journal"])
    story = page.get_by_role("region", name="ada@example.com")
    expect(story.locator("li")).to_have_count(2)
    expect(story.locator("li").first).to_contain_text("authentication.login_by_email")
    expect(story.locator("li").first).to_contain_text("401 / 966")


def test_journal_shows_new_requests(page: Page, api: httpx.Client) -> None:
    page.goto(PLACES["journal"])
    expect(page.get_by_text("No requests yet.")).to_be_visible()
    register(api, "ada@example.com")
    expect(page.get_by_role("region", name="ada@example.com")).to_be_visible()


def test_journal_search_shows_matches_only(page: Page, api: httpx.Client) -> None:
    register(api, "ada@example.com")
    log_in(api, "ada@example.com", "wrong")
    page.goto(PLACES["journal"])
    page.keyboard.press("/")
    page.keyboard.type("966")
    page.keyboard.press("Enter")
    expect(page.locator(".requests li")).to_have_count(1)


def test_user_shows_what_is_verified_locked_and_enrolled(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    tenant.settings.lockout_type, tenant.settings.lockout_threshold = "Suspend", 1
    register(api, "ada@example.com", PhoneId="+15550100100")
    log_in(api, "ada@example.com", "wrong")
    account = tenant.accounts.by_email("ada@example.com")
    assert account is not None
    account.second_factors().totp_verified = True
    page.goto(PLACES["users"])
    badges = page.locator(".user > .row .badge")
    expect(badges).to_have_text(
        ["locked: Suspend", "e-mail not verified", "phone not verified", "factor: authenticator"]
    )


def test_users_are_found_by_any_of_their_names(page: Page, api: httpx.Client) -> None:
    register(api, "ada@example.com", FirstName="Ada", LastName="Lovelace")
    register(api, "grace@example.com", FirstName="Grace", LastName="Hopper")
    for wanted in ("hopper", "GRACE@"):
        page.goto(PLACES["users"])
        page.get_by_label("Search users").fill(wanted)
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".user h2")).to_have_text(["grace@example.com Grace Hopper"])


def test_user_leads_to_requests_and_messages(page: Page, api: httpx.Client) -> None:
    register(api, "ada+1@example.com")
    register(api, "grace@example.com")
    for link, found in (("Requests", ".group"), ("Messages", ".message")):
        page.goto(f"{PLACES['users']}?search=ada")
        page.get_by_text("Details").click()
        page.get_by_role("link", name=link).click()
        expect(page.locator(found)).to_have_count(1)
        expect(page.locator(found)).to_contain_text("ada+1@example.com")


def test_mail_comes_in_while_the_outbox_is_open(page: Page, api: httpx.Client) -> None:
    page.goto(PLACES["outbox"])
    register(api, "ada@example.com")
    expect(page.get_by_role("article", name="Confirm your address")).to_contain_text("ada@example.com")


def test_code_is_one_click_away(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    tenant.settings.otp_email_verification = True
    register(api, "ada@example.com")
    page.goto(PLACES["outbox"])
    page.get_by_role("button", name="Copy the code").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == tenant.outbox.find()[0].otp


def test_link_of_an_application_opens(page: Page, api: httpx.Client, tenant: Tenant, running: Running) -> None:
    tenant.settings.verification_url = f"{running.url}/confirm"
    register(api, "ada@example.com")
    page.goto(PLACES["outbox"])
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the link").click()
    assert opened.value.url == tenant.outbox.find()[0].link


def test_link_opens_the_hosted_page_where_there_is_no_application(
    page: Page, api: httpx.Client, tenant: Tenant
) -> None:
    register(api, "ada@example.com")
    page.goto(PLACES["outbox"])
    expect(page.get_by_role("link", name="Open the link")).to_have_count(0)
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Open the hosted page").click()
    expect(opened.value.get_by_role("status")).to_have_text("Your address is verified.")
    account = tenant.accounts.by_email("ada@example.com")
    assert account is not None
    assert account.email_verified


def test_every_kind_of_message_has_a_text() -> None:
    mailed = {kind for kind, form in KINDS.items() if form.form == "hex"}
    assert mailed | set(NOTICES) <= set(TEXTS)


def test_every_text_is_of_a_kind_that_is_sent() -> None:
    emulator = Path(mail.__file__).parents[1]
    sources = [path for part in ("state", "services", "handlers") for path in (emulator / part).rglob("*.py")]
    named = {f"risk{factor}" for factor in risk.TEMPLATES}
    for path in sources:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        named |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    assert TEXTS.keys() - named == set()


# --- what is changed --------------------------------------------------------------------------------------------------


def test_only_changed_settings_are_saved(page: Page, tenant: Tenant) -> None:
    page.goto(PLACES["settings"])
    tenant.settings.pin = True  # meanwhile, by a test
    page.get_by_label("mfa", exact=True).select_option("required")
    page.get_by_label("otp_length", exact=True).fill("8")
    page.get_by_label("force_logout", exact=True).check()
    page.get_by_label("custom_objects", exact=True).fill('["orders"]')
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_role("status")).to_have_text("Saved")
    settings = tenant.settings
    assert (settings.mfa, settings.otp_length, settings.force_logout) == ("required", 8, True)
    assert settings.custom_objects == ["orders"]
    assert settings.pin


def test_unknown_setting_is_refused_with_the_nearest(page: Page) -> None:
    page.goto(PLACES["settings"])
    page.get_by_label("Settings", exact=True).fill("mffa=required")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_have_text("no setting 'mffa'; did you mean 'mfa'?")


def test_invalid_value_is_refused_and_changes_nothing(page: Page, tenant: Tenant) -> None:
    page.goto(PLACES["settings"])
    page.get_by_label("Settings", exact=True).fill("pin=true\notp_length=four")
    page.get_by_role("button", name="Set", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("'otp_length' is refused: expected `int`, got `str`")
    assert not tenant.settings.pin


def test_preset_replaces_the_settings(page: Page, tenant: Tenant) -> None:
    tenant.settings.pin = True
    page.goto(PLACES["settings"])
    page.get_by_label("Preset").select_option("mfa-required")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_label("mfa", exact=True)).to_have_value("required")
    assert not tenant.settings.pin


def test_clock_moves_by_a_click(page: Page, tenant: Tenant) -> None:
    page.goto(PLACES["journal"])
    page.get_by_text("Advance the clock").click()
    page.get_by_role("button", name="+1 day").click()
    expect(page.locator("#now")).to_contain_text("1 day, 0:00:00 ahead")
    assert tenant.clock.ahead == 86_400


@pytest.fixture
def sound() -> Iterator[None]:
    """No fault is left on in this process."""
    with faults.activated():
        yield


@pytest.mark.usefixtures("sound")
def test_fault_is_switched_on_and_off(page: Page, api: httpx.Client) -> None:
    page.goto(PLACES["faults"])
    page.locator("summary").filter(has_text="tokens").click()
    page.locator("#faults-tokens input").first.check()
    page.get_by_role("button", name="Switch").click()
    expect(page.locator("#faults .badge")).to_have_text("1 on")
    assert len(api.get(f"{CONSOLE}faults").json()["on"]) == 1
    page.get_by_role("button", name="All off").click()
    page.get_by_role("button", name="Switch").click()
    expect(page.locator("#faults .badge")).to_have_text("0 on")
    assert api.get(f"{CONSOLE}faults").json()["on"] == []


def test_fork_is_shown_and_dropped(page: Page, api: httpx.Client, running: Running) -> None:
    register(api, "ada@example.com")
    page.goto(PLACES["tenants"])
    page.get_by_role("button", name="Fork this tenant").click()
    page.wait_for_url("**/tenants?apikey=*")
    page.get_by_role("link", name="Users").click()
    expect(page.locator(".user h2")).to_have_text("ada@example.com")
    page.get_by_role("link", name="Tenants").click()
    page.get_by_role("button", name="Drop this tenant").click()
    expect(page.locator("#tenants > li")).to_have_count(1)
    assert len(running.app.registry.tenants) == 1


def test_new_tenant_has_its_preset(page: Page, running: Running) -> None:
    page.goto(PLACES["tenants"])
    page.get_by_label("Preset").select_option("phone-login")
    page.get_by_role("button", name="Make it").click()
    page.wait_for_url("**/tenants?apikey=*")
    made = running.app.registry.by_key(page.url.partition("apikey=")[2])
    assert made is not None
    assert made.settings.phone_login


def test_snapshot_goes_out_and_comes_back(page: Page, api: httpx.Client, tmp_path: Path) -> None:
    register(api, "ada@example.com")
    page.goto(PLACES["tenants"])
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    download.value.save_as(tmp_path / "snapshot.json")
    page.get_by_role("button", name="Reset this tenant").click()
    expect(page.get_by_role("status")).to_have_text("The tenant is empty")
    page.get_by_label("Restore from").set_input_files(tmp_path / "snapshot.json")
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("The snapshot is restored")
    expect(page.locator("#tenants .facts")).to_contain_text(re.compile(r"Users\s*1\s"))


def test_file_that_is_no_snapshot_is_refused(page: Page, tmp_path: Path) -> None:
    page.goto(PLACES["tenants"])
    for content, answer in (("{", "wrong.json is not JSON"), (json.dumps({}), "not a snapshot of version 1")):
        (tmp_path / "wrong.json").write_text(content, encoding="utf-8")
        page.get_by_label("Restore from").set_input_files(tmp_path / "wrong.json")
        page.get_by_role("button", name="Restore", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text(answer)


# --- what nobody may --------------------------------------------------------------------------------------------------


def test_text_of_users_is_text(page: Page, api: httpx.Client, tenant: Tenant) -> None:
    tenant.settings.app_name = SCRIPT
    register(api, "ada@example.com")
    account = tenant.accounts.by_email("ada@example.com")
    assert account is not None
    account.fields["FirstName"] = account.username = account.phone = SCRIPT
    account.emails[0].value = f'"{SCRIPT}"@example.com'
    api.get(f"/identity/v2/{SCRIPT}")
    tenant.outbox.add(
        0, channel="mail", to=SCRIPT, kind=SCRIPT, otp=SCRIPT, template=SCRIPT, link=f"https://a/{SCRIPT}"
    )
    for place in PLACES.values():
        page.goto(f"{place}?search={SCRIPT}" if "outbox" in place else place)
        expect(page.get_by_text(SCRIPT).first).to_be_attached()
        assert page.locator("script").count() == 1
        assert page.title() != "broken in"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,hello", "//[bad", "file:///etc/passwd"])
def test_link_that_is_no_web_address_does_not_open(page: Page, tenant: Tenant, link: str) -> None:
    tenant.outbox.add(0, channel="mail", to="ada@example.com", kind="forgotpassword", link=link)
    page.goto(PLACES["outbox"])
    expect(page.locator(".link")).to_have_text(link)
    expect(page.get_by_role("link", name="Open the link")).to_have_count(0)
