"""Citations of product facts lead to anchors and to documents that exist."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reference/product-facts.md"
SUFFIXES = {".html", ".ini", ".js", ".json", ".md", ".py", ".toml", ".yml"}
ANCHOR = re.compile(r'<a id="([a-z0-9-]+)"></a>')
LINK = re.compile(r"\]\(#([a-z0-9-]+)\)")
CITATION = re.compile(r"product-facts\.md#[a-z0-9-]+(?:(?:,| and[a-z ]*)\s+#[a-z0-9-]+)*")
DOCUMENT = re.compile(r'"([A-Z][A-Za-z ]+ (?:documentation|reference)): [A-Za-z0-9_.-]+"')
ABSENT = re.compile(r"\bdomain(?:\.md)?\s+[1-6](?:\.\d|\b)|\bseeds? 00\d")


def texts(*, without: tuple[Path, ...] = ()) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each tracked text file, except the changelog."""
    command = ["git", "ls-files"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    for file in (ROOT / name for name in names):
        if file.suffix in SUFFIXES and file.exists() and file not in (ROOT / "CHANGELOG.md", *without):
            yield str(file.relative_to(ROOT)), file.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def anchors() -> list[str]:
    return ANCHOR.findall(PAGE.read_text(encoding="utf-8"))


def test_anchors_are_unique(anchors: list[str]) -> None:
    assert sorted(anchors) == sorted(set(anchors))


def test_page_links_to_its_own_anchors(anchors: list[str]) -> None:
    assert set(LINK.findall(PAGE.read_text(encoding="utf-8"))) - set(anchors) == set()


def test_every_citation_is_an_anchor(anchors: list[str]) -> None:
    cited = {
        (anchor, name)
        for name, text in texts()
        for citation in CITATION.findall(text)
        for anchor in re.findall(r"#([a-z0-9-]+)", citation)
    }
    assert cited, "no file cites product facts"
    assert sorted((anchor, name) for anchor, name in cited if anchor not in anchors) == []


def test_every_cited_document_is_listed() -> None:
    listed = set(re.findall(r"</a>([A-Z][A-Za-z ]+) \|", PAGE.read_text(encoding="utf-8")))
    cited = {
        document
        for name, text in texts()
        if name.startswith("contracts/operations/")
        for document in DOCUMENT.findall(text)
    }
    assert cited == listed


def test_no_citation_of_a_document_that_is_not_here() -> None:
    assert [f"{name}: {found}" for name, text in texts() for found in ABSENT.findall(text)] == []
