"""Bounds and words of the contracts are such as somebody chose: one that slipped by one, or a stray word, shows."""

import ast
import fnmatch
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from loginradius_harness import emulator
from loginradius_harness.contracts import reference_data

Json = Any
LEAST = {"minLength": 1, "minItems": 1, "minProperties": 1}  # nought would say nothing
MOST = ("maxLength", "maxItems", "maxProperties", "maximum")
CHOSEN = {
    ("schemas/values.json", "maxLength", 32): "a one-time code, however long a tenant makes it",
    ("schemas/query.json", "maxLength", 128): "what a client polls with: GUIDs of up to 88 characters were seen",
    ("schemas/values.json", "maxLength", 254): "the longest e-mail address (RFC 5321)",
    ("operations/native_social/*", "maxLength", 4096): "the longest token of a provider that is read",
    ("schemas/profile_input.json", "maxProperties", 15): "custom fields of a profile (product-facts.md#values)",
    ("operations/*/*.json", "maximum", 525_600): "minutes of a year",
    ("*/saml_integration*", "maximum", 70): "minutes that an assertion may hold (product-facts.md#saml)",
    ("operations/cross_device_sso/generate_code.json", "maximum", 300): "seconds, as the typed client allows",
    ("operations/social/refresh_access_token.json", "maximum", 31_536_000): "seconds of a year",
    ("schemas/consent_logs.json", "minLength", 2): "the shortest IP address",
    ("schemas/directory.json", "minItems", 2): "the first and the last value of BETWEEN",
    ("schemas/directory.json", "maxItems", 2): "the first and the last value of BETWEEN",
    ("schemas/backup_codes.json", "minItems", 10): "backup codes come ten at a time (product-facts.md#mfa-settings)",
}


def bounds(data: Json) -> Iterator[tuple[str, int]]:
    """Keyword and value of each bound in the schemas of a file."""
    if isinstance(data, list):
        for member in data:
            yield from bounds(member)
    elif isinstance(data, dict):
        yield from ((name, data[name]) for name in (*LEAST, "minimum", *MOST) if type(data.get(name)) is int)
        for member in data.values():
            yield from bounds(member)


def is_chosen(file: str, keyword: str, value: int) -> bool:
    """Lower bounds are 1 (of a number 0 or 1), upper ones 1, 2 or 5 with noughts; others have a reason."""
    if any(fnmatch.fnmatchcase(file, where) for where, *bound in CHOSEN if bound == [keyword, value]):
        return True
    if keyword in MOST:
        return str(value).rstrip("0") in {"1", "2", "5"} and value >= 10  # a shorter list has a reason
    return value in ({0, 1} if keyword == "minimum" else {LEAST[keyword]})


def odd(file: str, data: Json) -> list[tuple[str, int]]:
    """Return the bounds of a file that are neither round nor chosen."""
    return [found for found in bounds(data) if not is_chosen(file, *found)]


def words(data: Json) -> Iterator[str]:
    """Each text that an enumeration of a schema allows."""
    if isinstance(data, list):
        for member in data:
            yield from words(member)
    elif isinstance(data, dict):
        yield from (word for word in data.get("enum", ()) if isinstance(word, str) and word)
        for member in data.values():
            yield from words(member)


def strays(data: Json) -> list[str]:
    """Return the words of a file that the emulator does not know."""
    return [word for word in words(data) if word.lower() not in spoken()]


@cache
def spoken() -> frozenset[str]:
    """Every text in the emulator's code but its docstrings, and their words, in lower case."""
    package = Path(emulator.__file__).parent
    sources = [file.read_text(encoding="utf-8") for file in package.glob("**/*.py") if file.parent.name != "faults"]
    nodes = [node for source in sources for node in ast.walk(ast.parse(source))]
    docstrings = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    known = [node for node in nodes if isinstance(node, ast.Constant) and id(node) not in docstrings]
    texts = [node.value for node in known if isinstance(node.value, str)]
    return frozenset(word.lower() for text in texts for word in [text, *text.split()])


def files() -> dict[str, Json]:
    """Contracts and shared schemas by name."""
    found = [*reference_data.ROOT.glob("operations/*/*.json"), *reference_data.ROOT.glob("schemas/*.json")]
    return {str(file.relative_to(reference_data.ROOT)): json.loads(file.read_bytes()) for file in sorted(found)}


def test_every_bound_is_round_or_has_a_reason() -> None:
    found = {name: odd(name, data) for name, data in files().items()}
    assert {name: bounds for name, bounds in found.items() if bounds} == {}


def test_every_reason_for_a_bound_is_needed() -> None:
    places = defaultdict(list)
    for name, data in files().items():
        for found in bounds(data):
            places[found].append(name)
    assert [where for where, word, value in CHOSEN if not fnmatch.filter(places[word, value], where)] == []


def test_every_word_of_an_enumeration_is_one_that_the_emulator_says() -> None:
    found = {name: strays(data) for name, data in files().items()}
    assert {name: words for name, words in found.items() if words} == {}
