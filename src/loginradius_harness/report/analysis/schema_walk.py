"""What a contract's schemas name: the members of an answer, the keywords of a request."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from loginradius_harness.contracts import reference_data

DEEPEST = 2  # levels of members: a profile answers in many operations, and repeats its depths in each
KEYWORDS = frozenset(
    "type enum const format pattern minLength maxLength minimum maximum minItems maxItems uniqueItems".split()
)


def members(schema: Any, pointer: str = "", depth: int = DEEPEST, home: str = "") -> Iterator[str]:
    """Pointers of all members that an answer may have; `[]` stands for any element of an array."""
    schema, home = _resolve(schema, home)
    if not isinstance(schema, dict) or not depth:
        return
    for name, inner in schema.get("properties", {}).items():
        yield f"{pointer}/{name}"
        yield from members(inner, f"{pointer}/{name}", depth - 1, home)
    yield from members(schema.get("items"), f"{pointer}[]", depth, home)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(keyword, ()):
            yield from members(inner, pointer, depth, home)


def present(data: Any, pointer: str = "", depth: int = DEEPEST) -> Iterator[str]:
    """Pointers of the members that an answer has, in the wording of `members`."""
    if isinstance(data, dict) and depth:
        for name, value in data.items():
            yield f"{pointer}/{name}"
            yield from present(value, f"{pointer}/{name}", depth - 1)
    elif isinstance(data, list):
        for value in data:
            yield from present(value, f"{pointer}[]", depth)


def keywords(schema: Any, place: str, home: str = "") -> Iterator[str]:
    """`place/member keyword` for each thing that a request schema can refuse."""
    beside = schema.get("required", ()) if isinstance(schema, dict) and "$ref" in schema else ()
    schema, home = _resolve(schema, home)
    if not isinstance(schema, dict):
        return
    yield from (f"{place} {keyword}" for keyword in schema if "/" in place and _can_refuse(keyword, schema, place))
    yield from (f"{place}/{name} required" for name in (*beside, *schema.get("required", ())))
    for name, inner in schema.get("properties", {}).items():
        yield from keywords(inner, f"{place}/{name}", home)
    yield from keywords(schema.get("items"), f"{place}[]", home)


def _can_refuse(keyword: str, schema: Any, place: str) -> bool:
    """On the wire all of a query is text, so `type: string` refuses nothing there."""
    return keyword in KEYWORDS and not (keyword == "type" and schema["type"] == "string" and place.startswith("query"))


def _resolve(schema: Any, home: str) -> tuple[Any, str]:
    """The schema behind a `$ref`, and the shared file in which its own references are to be read."""
    while isinstance(schema, dict) and "$ref" in schema:
        file, _, pointer = schema["$ref"].partition("#")
        home = file or home
        schema = _shared()[home]
        for step in pointer.split("/")[1:]:
            schema = schema[step]
    return schema, home


@cache
def _shared() -> dict[str, Any]:
    return reference_data.schemas(reference_data.ROOT)
