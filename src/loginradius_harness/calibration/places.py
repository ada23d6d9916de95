"""Find where in an operation's answers a place of a schema lies, and which schema an answer's member belongs to."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data

Json = Any


@cache
def places_of(operation: str, status: int) -> tuple[tuple[str, str], ...]:
    """Return (place, pointer) of every schema of a success, as violations name them; `*` is any element of a list."""
    schema = contracts.get(operation).responses.get(status)
    return tuple(_walk(schema, f"{operation}/responses/{status}", "", "", ()))


def _walk(schema: Json, place: str, pointer: str, home: str, met: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if not isinstance(schema, Mapping):
        return
    yield place, pointer
    if "$ref" in schema:
        target, file = reference_data.referred(schema["$ref"], home, schema)
        steps = schema["$ref"].partition("#")[2]
        name = f"{file}{steps}"
        if name not in met:
            yield from _walk(target, name, pointer, file, (*met, name))
    for name, inner in schema.get("properties", {}).items():
        yield from _walk(inner, f"{place}/properties/{name}", f"{pointer}/{name}", home, met)
    yield from _walk(schema.get("items"), f"{place}/items", f"{pointer}/*", home, met)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for number, inner in enumerate(schema.get(keyword, ())):
            yield from _walk(inner, f"{place}/{keyword}/{number}", pointer, home, met)


def answers_with(place: str) -> Iterator[tuple[str, str]]:
    """Yield (operation, pointer into its success) for each object that the schema at a place describes."""
    for operation in contracts.operations():
        for status in operation.responses:
            found = dict.fromkeys(pointer for name, pointer in places_of(operation.id, status) if name == place)
            yield from ((operation.id, pointer) for pointer in found)


def owner_of(operation: str, status: int, pointer: str) -> str:
    """Return the place of the schema that describes the object at a pointer: the innermost shared one."""
    found = [place for place, at in places_of(operation, status) if at == pointer]
    return found[-1] if found else f"{operation}/responses/{status}"
