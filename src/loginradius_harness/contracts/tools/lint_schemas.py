"""Validation of the schemas: known keywords, references that resolve, examples that fit."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema_rs

from loginradius_harness.contracts import policy

Json = Any

KEYWORDS = frozenset(
    """
    $schema $id $ref $defs $comment title description default examples type enum const allOf anyOf oneOf not if then
    else properties patternProperties additionalProperties propertyNames unevaluatedProperties required
    dependentRequired minProperties maxProperties items prefixItems contains minItems maxItems uniqueItems minLength
    maxLength pattern format contentMediaType minimum maximum exclusiveMinimum exclusiveMaximum multipleOf x-missing
    x-invalid x-evidence
    """.split()
)
MAPS = frozenset({"properties", "patternProperties", "$defs"})  # name -> schema
LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SINGLE = frozenset(
    {"items", "additionalProperties", "propertyNames", "unevaluatedProperties", "contains", "not", "if", "then", "else"}
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One defect of a contracts directory.

    `pointer` is a JSON pointer into `file`; `text` says what was expected.
    """

    file: Path
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.pointer or '/'}: {self.text}"


def schema_problems(file: Path, place: str, schema: Json, shared: Mapping[str, Json]) -> Iterator[Problem]:
    """Yield the defects of the schema at `place` (a JSON pointer) of a file.

    `shared` holds the shared schemas by file name.
    """
    try:
        jsonschema_rs.meta.validate(schema)
    except jsonschema_rs.ValidationError as error:
        where = place + "".join(f"/{step}" for step in error.instance_path)
        yield Problem(file, where, f"not a JSON Schema: {error.message:.200}")
        return
    yield from _walk(file, place, schema, {**shared, "": schema if not place else None})


def _walk(file: Path, place: str, schema: Json, shared: Mapping[str, Json]) -> Iterator[Problem]:
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        here = f"{place}/{keyword}"
        if keyword not in KEYWORDS:
            yield Problem(file, here, f"{keyword!r} is not a keyword of JSON Schema")
        elif keyword == "$ref":
            yield from _reference(file, here, value, shared)
        elif keyword == "x-evidence" and not _is_evidence(value):
            yield Problem(
                file, here, f"expected a grade ({', '.join(policy.GRADES)}), or one for `presence` and `value`"
            )
        for step, member in _below(keyword, value):
            yield from _walk(file, here + step, member, shared)
    if "pattern" in schema or "examples" in schema:
        yield from _examples(file, place, schema)


def _is_evidence(value: Json) -> bool:
    grades = value.values() if isinstance(value, dict) and value.keys() == {"presence", "value"} else [value]
    return all(isinstance(grade, str) and grade in policy.GRADES for grade in grades)


def _below(keyword: str, value: Json) -> Iterator[tuple[str, Json]]:
    """Yield the schemas under a keyword, each with the pointer that leads to it."""
    if keyword in MAPS:
        yield from ((f"/{name}", member) for name, member in value.items())
    elif keyword in LISTS:
        yield from ((f"/{number}", member) for number, member in enumerate(value))
    elif keyword in SINGLE:
        yield "", value


def _reference(file: Path, place: str, reference: str, shared: Mapping[str, Json]) -> Iterator[Problem]:
    name, _, pointer = reference.partition("#")
    target = shared.get(name)
    if target is None:
        yield Problem(file, place, f"expected a file of schemas/, got {name or reference!r}")
        return
    if target is True:  # a file that could not be read
        return
    for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
        target = target.get(step) if isinstance(target, dict) else None
    if target is None:
        yield Problem(file, place, f"{name or 'the file itself'} has nothing at #{pointer}")


def _examples(file: Path, place: str, schema: Mapping[str, Json]) -> Iterator[Problem]:
    """Demand an example of each text with a pattern, unless it is what a text must not be: samples start from it."""
    try:
        own = {key: value for key, value in schema.items() if key in {"type", "pattern", "minLength", "maxLength"}}
        validator = jsonschema_rs.Draft202012Validator(own)
    except jsonschema_rs.ValidationError as error:
        yield Problem(file, f"{place}/pattern", f"not a regular expression: {error.message:.200}")
        return
    if not schema.get("examples") and not place.endswith("/not"):
        yield Problem(file, place, "expected `examples` beside `pattern`, at least one")
    for number, example in enumerate(schema.get("examples", ())):
        if not validator.is_valid(example):
            yield Problem(file, f"{place}/examples/{number}", f"{example!r} does not fit the schema that it stands in")
