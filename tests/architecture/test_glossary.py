"""The glossary is in order, and each term's place exists."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ENTRIES = re.findall(
    r"^- \*\*(.+?)\*\*: .+?^  `(.+?)`$",
    (ROOT / "docs/glossary.md").read_text(encoding="utf-8"),
    re.MULTILINE | re.DOTALL,
)


def test_terms_are_in_alphabetical_order_and_unique() -> None:
    terms = [term.lower() for term, _ in ENTRIES]
    assert terms == sorted(set(terms))


def test_every_place_exists() -> None:
    places = {place for _, place in ENTRIES}
    assert [
        place
        for place in places
        if not ((ROOT / "src/loginradius_harness" / place).exists() or (ROOT / place).exists())
    ] == []
