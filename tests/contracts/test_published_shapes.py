"""The vendor's published samples fit the contracts, but for known deviations with a reason each.

`published_shapes.json` holds what the samples state: for each operation its members and their JSON types. An object
is written type -> names; `#7` is object 7 of the file, `[#7]` a list of such objects, `[]` an empty list.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from loginradius_harness import contracts
from loginradius_harness.contracts import reference_data

HERE = Path(__file__).parent
PUBLISHED = json.loads((HERE / "published_shapes.json").read_text(encoding="utf-8"))
DEVIATIONS = json.loads((HERE / "published_deviations.json").read_text(encoding="utf-8"))
SHARED = reference_data.schemas(reference_data.ROOT)
UNSTATED = {"string", "integer", "number", "boolean", "null", "object", "array"}


class Part(NamedTuple):
    """A schema that speaks about a place, and the shared file that it is written in (empty: the contract)."""

    schema: dict[str, Any]
    file: str


class Deviation(NamedTuple):
    """`what` is missing, unknown or a type; `where` starts at the innermost shared schema, else at the operation."""

    what: str
    where: str


def parts(schema: Any, file: str) -> Iterator[Part]:
    """Yield the schema and all that it refers to, with every branch of an alternative."""
    if not isinstance(schema, dict):
        return
    yield Part(schema, file)
    if "$ref" in schema:
        name, _, pointer = schema["$ref"].partition("#/")
        target = SHARED[name or file]
        for step in pointer.split("/") if pointer else ():
            target = target[step]
        yield from parts(target, name or file)
    for keyword in ("allOf", "anyOf"):
        for member in schema.get(keyword, ()):
            yield from parts(member, file) if member.keys() != {"required"} else ()
    for keyword in ("then", "else"):
        yield from parts(schema.get(keyword), file)


def types(found: list[Part]) -> set[str]:
    """JSON types that one of the schemas speaks about; an integer is a number."""
    named: set[str] = set()
    for schema, _ in found:
        stated = schema.get("type", ())
        named |= {stated} if isinstance(stated, str) else set(stated)
        named |= {shape_of(value) for value in schema.get("enum", ())}
        named |= {shape_of(schema["const"])} if "const" in schema else set()
    return (named | {"integer"} if "number" in named else named) or UNSTATED


def shape_of(value: Any) -> str:
    return {bool: "boolean", int: "integer", str: "string", type(None): "null"}[type(value)]


def deviations(shape: str, found: list[Part], where: str) -> Iterator[Deviation]:
    """Hold a published shape against the schemas of its place."""
    where = next((file for schema, file in reversed(found) if "required" in schema and file), where)
    kind = "array" if shape.startswith("[") else "object" if shape.startswith("#") else shape
    if kind not in types(found):
        yield Deviation("type", f"{where}: {kind}")
    elif kind == "array" and shape != "[]":
        items = [part for schema, file in found for part in parts(schema.get("items"), file)]
        yield from deviations(shape[1:-1], items, f"{where}/*") if items else ()
    elif kind == "object":
        yield from members(PUBLISHED["objects"][shape[1:]], found, where)


def members(published: dict[str, list[str]], found: list[Part], where: str) -> Iterator[Deviation]:
    names = {name: shape for shape, names in published.items() for name in names}
    closed = any(schema.get("additionalProperties") is False for schema, _ in found)
    for name, shape in names.items():
        known = [part for schema, file in found for part in parts(schema.get("properties", {}).get(name), file)]
        known = known or [part for schema, file in found for part in parts(schema.get("additionalProperties"), file)]
        if known:
            yield from deviations(shape, known, f"{where}/{name}")
        elif closed:
            yield Deviation("unknown", f"{where}/{name}")
    for name in {name for schema, _ in found for name in schema.get("required", ())} - set(names):
        yield Deviation("missing", f"{where}/{name}")
    for schema, _ in found:
        spellings = [branch["required"] for branch in schema.get("anyOf", ()) if branch.keys() == {"required"}]
        if spellings and not any(set(spelling) <= names.keys() for spelling in spellings):
            yield Deviation("missing", f"{where}/{spellings[0][0]}")


def found_in(operation_id: str) -> set[Deviation]:
    schema = next(iter(contracts.get(operation_id).responses.values()))
    return set(deviations(PUBLISHED["operations"][operation_id], list(parts(schema, "")), operation_id))


def excused() -> set[Deviation]:
    return {Deviation(what, where) for entry in DEVIATIONS["places"] for what, where in places(entry)}


def places(entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    return ((what, where) for what in ("missing", "unknown", "type") for where in entry.get(what, ()))


def excused_bodies() -> set[str]:
    return {operation for entry in DEVIATIONS["bodies"] for operation in entry["operations"]}


@pytest.mark.parametrize("operation_id", sorted(PUBLISHED["operations"].keys() - excused_bodies()))
def test_published_sample_fits_its_contract(operation_id: str) -> None:
    assert found_in(operation_id) - excused() == set()


@pytest.mark.parametrize("operation_id", sorted(excused_bodies()))
def test_sample_of_another_body_does_deviate(operation_id: str) -> None:
    assert found_in(operation_id) - excused() != set()


def test_every_known_deviation_occurs() -> None:
    met = {deviation for name in PUBLISHED["operations"].keys() - excused_bodies() for deviation in found_in(name)}
    assert excused() - met == set()


def test_every_known_deviation_has_a_reason() -> None:
    assert [entry for entries in DEVIATIONS.values() for entry in entries if len(entry["reason"]) < 20] == []


def test_samples_are_of_known_operations() -> None:
    assert PUBLISHED["operations"].keys() - {operation.id for operation in contracts.operations()} == set()
    assert len(PUBLISHED["operations"]) == 237
