"""Name the schema keywords that a request exercises, in the wording of coverage criterion C4."""

from collections.abc import Iterable, Iterator
from typing import Any

from loginradius_harness.contracts import Operation
from loginradius_harness.contracts.expected_errors import resolved

Json = Any

REFUSING = frozenset(
    "type enum const format pattern minLength maxLength minimum maximum minItems maxItems uniqueItems".split()
)


def valid(operation: Operation, query: Json, body: Json) -> Iterator[str]:
    """Yield the items of a request that was accepted."""
    for part, schema, value in (("query", operation.query, query), ("body", operation.body, body)):
        yield from (f"{operation.id} {keyword} valid" for keyword in _met(schema, part, value))


def invalid(operation: Operation, part: str, error: Any) -> Iterator[str]:
    """Yield the item of one validation error, where the keyword counts."""
    place = part + "".join("[]" if isinstance(step, int) else f"/{step}" for step in error.instance_path)
    if not _is_named(operation.query if part == "query" else operation.body, error.instance_path):
        return
    if error.kind.name == "required":
        yield f"{operation.id} {place}/{error.kind.as_dict()['property']} required invalid"
    elif error.kind.name in REFUSING and error.instance_path:
        yield f"{operation.id} {place} {error.kind.name} invalid"


def _is_named(schema: Json, steps: Iterable[str | int]) -> bool:
    """Return whether the contract names every member on the path; members of free-form objects do not count."""
    for step in steps:
        schema = resolved(schema)
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        if schema is None:
            return False
    return True


def _met(schema: Json, place: str, value: Json) -> Iterator[str]:
    required = _required(schema)
    schema = resolved(schema)
    if not isinstance(schema, dict):
        return
    yield from (f"{place} {keyword}" for keyword in schema if "/" in place and _refuses(keyword, schema, place))
    if isinstance(value, dict):
        yield from (f"{place}/{name} required" for name in required if name in value)
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _met(inner, f"{place}/{name}", value[name])
    elif isinstance(value, list):
        for item in value:
            yield from _met(schema.get("items"), f"{place}[]", item)


def _required(schema: Json) -> frozenset[str]:
    """Return the required members of an object, named beside a reference or behind it."""
    said = [found.get("required", ()) for found in (schema, resolved(schema)) if isinstance(found, dict)]
    return frozenset().union(*said)


def _refuses(keyword: str, schema: Json, place: str) -> bool:
    """Return whether a keyword can refuse a value: all of a query is text, so `type: string` refuses nothing there."""
    return keyword in REFUSING and not (keyword == "type" and schema["type"] == "string" and place.startswith("query"))
