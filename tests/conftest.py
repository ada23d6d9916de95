"""A real browser for the pages that people read."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from playwright.sync_api import Error as BrowserError

# The contrast of each text with what lies behind it (WCAG 2.2, 1.4.3). Charts take the page's colours.
LOW_CONTRAST = """() => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || element.closest("svg, script, style, [hidden], option")) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color)), light(behind(element))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if ((a + 0.05) / (b + 0.05) < (large ? 3 : 4.5)) found.add(element.outerHTML.slice(0, 120));
  }
  return [...found];
}"""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of the tenant gate."""
    parser.addoption("--every-shape", action="store_true", help="run the suites on every shape of a plain tenant")


@pytest.fixture(scope="module")  # while it lives, no other event loop can run in this thread
def browser(browser_options: list[str]) -> Iterator[Browser]:
    """Debian's Chromium where there is one, else the one that Playwright brought."""
    rooted = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        try:
            found = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=[*rooted, *browser_options]
            )
        except BrowserError:
            pytest.skip("no browser: `apt-get install chromium`, or `playwright install chromium`")
        expect.set_options(timeout=20_000)  # milliseconds: a busy machine takes its time
        yield found
        found.close()


@pytest.fixture(scope="module")
def browser_options() -> list[str]:
    """Return the arguments that the browser is started with; a module may override it."""
    return []


@pytest.fixture(scope="session")
def low_contrast() -> Callable[[Page], list[str]]:
    """`low_contrast(page)`: the elements whose text is hard to read."""

    def low_contrast(page: Page) -> list[str]:
        found: list[str] = page.evaluate(LOW_CONTRAST)
        return found

    return low_contrast
