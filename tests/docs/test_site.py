"""The site builds strictly, has every page, and loads nothing from another host."""

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Browser

from docs.site import pages, reference
from evaluation import record
from tests.docs.pages import PAGES, ROOT

LONGEST_PAGE = 125  # lines
LONG = {"glossary.md", "guides/add-an-operation.md", "reference/contract-format.md", "reference/product-facts.md"}
LOADED = re.compile(r"""(?:@import\s+|url\()["']?(?:https?:)?//""")


class Html(HTMLParser):
    """What a page loads, leads to and can be reached by."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.ids |= {values["id"]} if "id" in values else set()
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "link" and values.get("rel") not in {"canonical", "prev", "next"}:
            self.loaded.append(values.get("href", ""))
        self.loaded.append(values.get("src", ""))


@pytest.fixture(scope="module")
def site() -> Path:
    """Build the site."""
    pytest.importorskip("zensical", reason="needs the extra dev")
    done = subprocess.run([sys.executable, "-m", "docs.site"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return pages.OUT / "site"


@pytest.fixture(scope="module")
def html(site: Path) -> dict[Path, Html]:
    """Return the pages of the site."""
    return {path: Html(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def test_site_has_every_page(site: Path) -> None:
    missing = [page for page in pages.pages() if not (site / page).with_suffix(".html").exists()]
    assert missing == []


def test_pages_load_nothing_from_another_host(html: dict[Path, Html], site: Path) -> None:
    foreign = {address for page in html.values() for address in page.loaded if re.match(r"(?:\w+:)?//", address)}
    styles = [path.name for path in site.rglob("*.css") if LOADED.search(path.read_text(encoding="utf-8"))]
    assert (foreign, styles) == (set(), [])


def test_browser_requests_nothing_from_another_host(browser: Browser, site: Path) -> None:
    requested: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: requested.append(request.url))
    page.goto((site / "quickstart.html").as_uri())
    page.close()
    assert requested
    assert [url for url in requested if not url.startswith(("file:", "data:", "blob:"))] == []


def test_links_lead_to_an_anchor_that_exists(html: dict[Path, Html], site: Path) -> None:
    broken = []
    for page, parsed in html.items():
        for link in parsed.links:
            address, anchor = urldefrag(link)
            target = (page.parent / address).resolve() if address else page
            if anchor and target in html and anchor not in html[target].ids:
                broken.append(f"{page.relative_to(site)}: {link}")
    assert broken == []


def navigation(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        if isinstance(entry, str):
            yield entry
        else:
            for below in entry.values():
                yield from navigation(below)


def test_navigation_has_every_page_once() -> None:
    project = tomllib.loads((ROOT / "docs/site/zensical.toml").read_text(encoding="utf-8"))["project"]
    assert sorted(navigation(project["nav"])) == sorted(pages.pages())


def test_every_generated_table_stands_on_one_page() -> None:
    named = re.findall(r"^<!-- generated: ([\w-]+) -->$", "".join(PAGES.values()), re.MULTILINE)
    assert sorted(named) == sorted(reference.TABLES)


def test_reader_of_the_repository_sees_where_a_part_is_generated() -> None:
    text = "".join(PAGES.values())
    assert text.count(pages.NOTE) == len(reference.TABLES)
    assert re.findall(rf"^<!-- generated: ([\w-]+) -->\n(?!{re.escape(pages.NOTE)}$)", text, re.MULTILINE) == []


def test_site_has_generated_parts_in_place_of_their_markers() -> None:
    filled = {page: pages.text(page, source) for page, source in pages.pages().items()}
    assert [page for page, text in filled.items() if "<!-- generated:" in text or pages.NOTE in text] == []


def _by_hand(text: str) -> str:
    """Return a page without what tools print into it."""
    return re.sub(f"{re.escape(record.BEGIN)}.*{re.escape(record.END)}", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("page", sorted(PAGES.keys() - LONG))
def test_pages_are_short(page: str) -> None:
    assert len(_by_hand(PAGES[page]).splitlines()) <= LONGEST_PAGE


def test_pages_have_no_paragraph_in_common() -> None:
    """A repeated sentence becomes wrong in one place."""
    found: dict[str, list[str]] = {}
    for name, text in PAGES.items():
        prose = re.sub(r"^```.*?^```$", "", _by_hand(text), flags=re.MULTILINE | re.DOTALL)
        for paragraph in re.split(r"\n\s*\n", prose):
            if len(paragraph) > 100 and not paragraph.startswith("|"):  # a heading may be repeated
                found.setdefault(" ".join(paragraph.split()), []).append(name)
    assert {paragraph: names for paragraph, names in found.items() if len(names) > 1} == {}
