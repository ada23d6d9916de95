"""The reference in a browser, without a network: operations, schemas, rules and error codes can be found."""

import os
import shutil
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

from loginradius_harness import contracts
from loginradius_harness.cli.contracts import command
from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.contracts.tools import html_docs

PATIENCE = 60_000  # ms; the viewer lays out all operations before it answers


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium where there is one, else the one that Playwright brought."""
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"] if os.geteuid() == 0 else []
            )
        except BrowserError:
            pytest.skip("no browser: `apt-get install chromium`, or `playwright install chromium`")
        yield found
        found.close()


@pytest.fixture(scope="module")
def requests() -> list[str]:
    """Collect the URLs that the page requests."""
    return []


@pytest.fixture(scope="module")
def page(browser: Browser, requests: list[str], tmp_path_factory: pytest.TempPathFactory) -> Page:
    file = tmp_path_factory.mktemp("reference") / "out" / "api.html"
    assert CliRunner().invoke(command, ["docs", str(file)]).exit_code == 0
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    context.set_default_timeout(PATIENCE)
    found = context.new_page()
    found.on("request", lambda request: requests.append(request.url))
    found.goto(file.as_uri())
    return found


def in_sidebar(page: Page, name: str) -> None:
    page.locator("aside, nav").get_by_text(name, exact=True).first.click()


@pytest.mark.parametrize(
    "name", ["authentication", "webhook_legacy", "Rules", "recovery", "Error codes", "Tokens and sessions", "Models"]
)
def test_sidebar_leads_everywhere(page: Page, name: str) -> None:
    entry = page.locator("aside, nav").get_by_text(name, exact=True).first
    expect(entry).to_be_attached(timeout=PATIENCE)


def test_operation_is_found_by_search_and_lists_its_rules(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").or_(page.get_by_role("searchbox")).first.fill("token of a reset mail")
    page.get_by_text("Set a new password with the token of a reset mail").first.click()
    described = page.get_by_text("recovery.reset_token_dies_on_first_use").first
    expect(described).to_be_visible(timeout=PATIENCE)


def test_rule_is_read_with_its_source(page: Page) -> None:
    in_sidebar(page, "recovery")
    expect(page.get_by_text("ASVS 5.0 6.4.1, WSTG-ATHN-09").first).to_be_visible(timeout=PATIENCE)


def test_error_code_is_read_with_its_status(page: Page) -> None:
    in_sidebar(page, "Tokens and sessions")
    meaning = contracts.error_definitions()[ErrorCode.ACCESS_TOKEN_EXPIRED].meaning
    expect(page.get_by_text(f"906 (HTTP 403) {meaning}").first).to_be_visible(timeout=PATIENCE)


def test_page_asks_nothing_of_the_network(page: Page, requests: list[str]) -> None:
    expect(page.locator("aside, nav").first).to_be_visible(timeout=PATIENCE)
    assert [url for url in requests if not url.startswith(("file:", "data:", "blob:"))] == []


def test_every_operation_rule_and_code_is_in_the_document() -> None:
    document = html_docs.document()
    entries = {entry["operationId"]: entry for path in document["paths"].values() for entry in path.values()}
    sections = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    for rule in contracts.rules():
        assert f"`{rule.id}`" in sections[f"rules.{rule.area}"]
        assert all(f"`{rule.id}`" in entries[name]["description"] for name in rule.operations)
    for error in contracts.error_definitions().values():
        assert f"**{error.code}** (HTTP {error.status})" in sections[f"codes.{error.area}"]
    assert len(entries) == len(contracts.operations())


def test_operation_names_its_conditions_and_its_aliases() -> None:
    document = html_docs.document()
    entries = {
        entry["operationId"]: entry["description"] for path in document["paths"].values() for entry in path.values()
    }
    assert "Distinguished from others on its path by: body `phone` present" in entries["phone.login_by_phone"]
    assert "Also answers at `/v2/manage/webhook`" in entries["webhook.list_subscriptions"]
    assert "preset `mfa-optional`" in entries["mfa.get_settings"]


def test_no_text_ends_a_script_element_early() -> None:
    assert html_docs.page().count("</script>") == 2


def test_missing_viewer_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "files", missing)
    result = CliRunner().invoke(command, ["docs", str(tmp_path / "api.html")])
    assert result.exit_code == 1
    assert "the package flask-openapi3-scalar is not installed" in result.stderr
