"""The page in a browser: what a person sees, reaches and reads."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from loginradius_harness.report import finish
from loginradius_harness.report.recording import event_stream, events
from tests.report.sample_data import run, three_failures, verdict


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of the second of two runs: one passed, then one with a failure of each cause."""
    out = tmp_path_factory.mktemp("page")
    broken = next(event for event in three_failures() if isinstance(event, events.Verdict))
    yesterday = run(id="good", started=run().started.replace(month=2))
    good: list[events.AnyEvent] = [yesterday, verdict(broken.test)]
    finish.write_report(out, event_stream.collect(good))
    finish.write_report(out, event_stream.collect(three_failures()))
    return Path(out / "index.html").as_uri()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(address)
    yield page
    context.close()


def test_page_needs_no_network(browser: Browser, address: str) -> None:
    requested: list[str] = []

    def note(route: Route) -> None:
        requested.append(route.request.url)
        route.continue_()

    page = browser.new_page()
    page.route("**/*", note)
    page.goto(address)
    assert [url for url in requested if not url.startswith(("file:", "data:"))] == []


def test_page_runs_without_an_error(browser: Browser, address: str) -> None:
    errors: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(address)
    page.get_by_label("Search").fill("login")
    assert errors == []


def test_verdict_is_the_first_thing_to_read(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "3 of 5 verdicts on embedded failed: 1 contract, 1 configuration, 1 infrastructure; 1 not asked"
    )


@pytest.mark.parametrize(
    ("cause", "text"),
    [
        ("contract", "access_token is missing"),
        ("configuration", "switch it on in the console"),
        ("infrastructure", "502 from a gateway"),
    ],
)
def test_each_cause_is_one_click_away(page: Page, cause: str, text: str) -> None:
    page.locator(".causes").get_by_role("link", name=f"{cause}").click()
    expect(page.get_by_text(text).first).to_be_in_viewport()


def test_failure_is_reached_from_what_changed(page: Page) -> None:
    page.locator("#changes").get_by_role("link", name="1 new contract failure").click()
    expect(page.locator("article:target")).to_contain_text("no such member")


def test_expected_stands_beside_got(page: Page) -> None:
    expected, got = page.locator("#v1 .both > div").all()
    left, right = expected.bounding_box(), got.bounding_box()
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]


def test_grid_cell_leads_to_its_verdict(page: Page) -> None:
    page.locator("#authentication-login-by-email td.failed a").first.click()
    expect(page.locator("article:target")).to_have_count(1)


def test_grid_cell_says_its_outcome_and_number_of_tests(page: Page) -> None:
    row = page.locator("#authentication-login-by-email")
    expect(row.locator("td.failed a").first).to_have_attribute("aria-label", "failed, 2")
    assert row.locator("th, td").count() == page.locator("#operations thead th").count()


def test_grid_reads_without_script(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.locator("#authentication-login-by-email .cells")).to_contain_text("✗1")


def test_search_leaves_matching_rows(page: Page) -> None:
    page.get_by_label("Search").fill("pin.login")
    grid = page.locator("#operations tbody tr:visible")
    expect(grid).to_have_count(1)
    expect(grid).to_contain_text("pin.login")


def test_outcome_filter_leaves_failures(page: Page) -> None:
    page.get_by_label("Outcome").select_option("failed")
    expect(page.locator("#operations tbody tr:visible")).to_have_count(2)


def test_link_to_a_filtered_verdict_shows_it(page: Page) -> None:
    page.get_by_label("Search").fill("nothing like this")
    page.evaluate("location.hash = 'v1'")
    expect(page.locator("#v1")).to_be_in_viewport()


def test_slash_focuses_the_search(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.get_by_label("Search")).to_be_focused()


def test_first_tab_stop_skips_to_the_report(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the report")).to_be_focused()


def test_link_to_any_verdict_draws_it(page: Page) -> None:
    page.evaluate("location.hash = 'v3'")
    expect(page.locator("#v3")).to_be_in_viewport()
    expect(page.locator("#v3")).to_contain_text("test_forgotten_password_is_reset")


def test_journeys_are_shown_with_their_timelines(page: Page) -> None:
    page.get_by_role("button", name="Show them with their timelines").click()
    page.locator("#list summary").filter(has_text="test_forgotten_password_is_reset").click()
    expect(page.locator(".timeline .step")).to_contain_text("register")


def test_replay_command_is_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(address)
    page.locator("#v1 .copy").first.click()
    expect(page.locator("#v1 .copy").first).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()").startswith("pytest 'suites/contract/test_valid_requests.py")
    context.close()


def test_page_reads_without_script(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(address)
    expect(page.get_by_role("search")).to_be_hidden()
    page.locator(".causes a").first.click()
    expect(page.locator("#v1")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(
    browser: Browser, address: str, scheme: str, low_contrast: Callable[[Page], list[str]]
) -> None:
    page = browser.new_page(color_scheme=scheme)  # type: ignore[arg-type]  # one of the two words
    page.goto(address)
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert low_contrast(page) == []


def test_phone_scrolls_down_only(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_link_inside_the_page_has_a_target(page: Page) -> None:
    broken = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map((a) => a.hash.slice(1))"
        ".filter((id) => !document.getElementById(id) && !/^v[1-6]$/.test(id))"
    )
    assert broken == []


def test_no_id_stands_twice(page: Page) -> None:
    twice = page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id).filter((id, i, all) => all.indexOf(id) !== i)"
    )
    assert twice == []


def test_every_heading_level_follows_its_parent(page: Page) -> None:
    levels = page.evaluate("[...document.querySelectorAll('h1, h2, h3, h4')].map((h) => +h.tagName[1])")
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []


def test_charts_are_drawn_inline(page: Page) -> None:
    expect(page.locator("#load figure svg")).to_have_count(3)
