"""Walk the schemas of a contract: the members of a response, the keywords of a request."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from loginradius_harness.contracts import reference_data

DEEPEST = 2  # levels of members: many operations answer with the same profile, which is deep
KEYWORDS = frozenset(
    "type enum const format pattern minLength maxLength minimum maximum minItems maxItems uniqueItems".split()
)


def members(schema: Any, pointer: str = "", depth: int = DEEPEST, file: str = "") -> Iterator[str]:
    """Yield pointers to all members that a response may have; `[]` stands for any element of an array."""
    schema, file = _resolve(schema, file)
    if not isinstance(schema, dict) or not depth:
        return
    for name, inner in schema.get("properties", {}).items():
        yield f"{pointer}/{name}"
        yield from members(inner, f"{pointer}/{name}", depth - 1, file)
    yield from members(schema.get("items"), f"{pointer}[]", depth, file)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(keyword, ()):
            yield from members(inner, pointer, depth, file)


def present(data: Any, pointer: str = "", depth: int = DEEPEST) -> Iterator[str]:
    """Yield pointers to the members that a response has, written as in `members`."""
    if isinstance(data, dict) and depth:
        for name, value in data.items():
            yield f"{pointer}/{name}"
            yield from present(value, f"{pointer}/{name}", depth - 1)
    elif isinstance(data, list):
        for value in data:
            yield from present(value, f"{pointer}[]", depth)


def keywords(schema: Any, place: str, file: str = "") -> Iterator[str]:
    """Yield `place/member keyword` for each keyword by which a request schema can refuse a request."""
    beside = schema.get("required", ()) if isinstance(schema, dict) and "$ref" in schema else ()
    schema, file = _resolve(schema, file)
    if not isinstance(schema, dict):
        return
    yield from (f"{place} {keyword}" for keyword in schema if "/" in place and _can_refuse(keyword, schema, place))
    yield from (f"{place}/{name} required" for name in (*beside, *schema.get("required", ())))
    for name, inner in schema.get("properties", {}).items():
        yield from keywords(inner, f"{place}/{name}", file)
    yield from keywords(schema.get("items"), f"{place}[]", file)


def _can_refuse(keyword: str, schema: Any, place: str) -> bool:
    """Whether the keyword refuses anything: a query consists of text, so `type: string` refuses nothing there."""
    return keyword in KEYWORDS and not (keyword == "type" and schema["type"] == "string" and place.startswith("query"))


def _resolve(schema: Any, file: str) -> tuple[Any, str]:
    """Return the schema behind a `$ref`, and the shared file to which its own references are relative."""
    while isinstance(schema, dict) and "$ref" in schema:
        named, _, pointer = schema["$ref"].partition("#")
        file = named or file
        schema = _shared()[file]
        for step in pointer.split("/")[1:]:
            schema = schema[step]
    return schema, file


@cache
def _shared() -> dict[str, Any]:
    return reference_data.schemas(reference_data.ROOT)
