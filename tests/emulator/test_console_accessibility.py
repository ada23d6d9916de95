"""The console in a browser can be read and used by everybody: contrast, phones, screen readers, keyboard."""

from collections.abc import Callable
from itertools import pairwise

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request, expect

from loginradius_harness.emulator.console import PAGES
from loginradius_harness.emulator.server.uvicorn_server import Running
from loginradius_harness.emulator.state.tenant import Tenant
from tests.emulator.console_pages import PLACES, register


@pytest.fixture
def tenant(running: Running) -> Tenant:
    return running.app.registry.default


@pytest.fixture
def furnished(api: httpx.Client, tenant: Tenant) -> None:
    """Something to see on every page."""
    register(api, "ada.with-a-rather-long-address@mail.example.com", FirstName="Ada", PhoneId="+15550100100")
    tenant.settings.otp_email_verification = True
    api.post("/identity/v2/auth/password", json={"email": "ada.with-a-rather-long-address@mail.example.com"})
    api.get("/identity/v2/" + "long/" * 30)
    tenant.clock.advance(5_000)


@pytest.mark.usefixtures("furnished")
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(
    browser: Browser, running: Running, place: str, scheme: str, low_contrast: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    page.goto(running.url + PLACES[place])
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert low_contrast(page) == []
    page.close()


@pytest.mark.usefixtures("furnished")
def test_phone_scrolls_down_only(browser: Browser, running: Running) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    for place in PLACES.values():
        page.goto(running.url + place)
        page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, place
    page.close()


@pytest.mark.usefixtures("furnished")
def test_pages_work_with_a_screen_reader(page: Page) -> None:
    for place in PLACES.values():
        page.goto(place)
        levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3')].map((h) => +h.tagName[1])")
        assert levels[0] == 1
        assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == [], place
        ids = page.evaluate("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        assert len(ids) == len(set(ids)), place
        unnamed = page.evaluate(
            "[...document.querySelectorAll('input:not([type=hidden]), select, textarea')]"
            ".filter((e) => !e.labels.length && !e.ariaLabel).map((e) => e.outerHTML)"
        )
        assert unnamed == [], place


def test_keyboard_alone_advances_the_clock(page: Page, tenant: Tenant) -> None:
    page.goto(PLACES["users"])
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # opens what the button is in
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("The clock is 1 min further")
    assert tenant.clock.ahead == 60


def test_console_asks_only_its_own_address(page: Page, running: Running) -> None:
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    for place in PLACES.values():
        page.goto(place)
    assert [url for url in asked if not url.startswith((running.url, "data:"))] == []


def test_pages_read_without_script(browser: Browser, running: Running, api: httpx.Client) -> None:
    register(api, "ada@example.com")
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(running.url + PLACES["journal"])
    page.get_by_role("link", name="Outbox").click()
    expect(page.get_by_role("article", name="Confirm your address")).to_contain_text("ada@example.com")
    page.context.close()


def test_pages_have_access_keys_in_the_order_of_their_links(page: Page) -> None:
    page.goto(PLACES["journal"])
    keys = page.locator("nav a").evaluate_all("links => links.map((link) => link.accessKey)")
    assert keys == [str(number) for number in range(1, len(PAGES) + 1)]


@pytest.mark.usefixtures("furnished")
def test_keyboard_reaches_everything_in_the_order_of_the_page_and_shows_where_it_is(page: Page) -> None:
    for place in PLACES.values():
        page.goto(place)
        wanted = page.evaluate(
            "[...document.querySelectorAll('a[href], button, input, select, textarea, summary')].filter("
            "(e) => e.checkVisibility() && e.type !== 'hidden').length"
        )
        positions = []
        for _ in range(min(wanted, 60)):
            page.keyboard.press("Tab")
            at, outline = page.evaluate(
                "() => { const e = document.activeElement; return [[...document.querySelectorAll('*')].indexOf(e),"
                " getComputedStyle(e).outlineStyle]; }"
            )
            positions.append(at)
            assert outline == "solid", (place, at)
        assert positions == sorted(set(positions)), place
