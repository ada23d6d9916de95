"""Everything that can be wrong in a contracts directory, each told in one line with file and JSON pointer."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from contracts import tables
from contracts.catalogue import load
from contracts.matching import Routes
from contracts.operation import SCHEMA_HOME, Operation
from contracts.problem import Problem
from contracts.rules import problems as rule_problems

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)*)\}")
KEYWORDS = frozenset(
    """
    $schema $id $ref $defs $comment title description default examples type enum const allOf anyOf oneOf not if then
    else properties patternProperties additionalProperties propertyNames unevaluatedProperties required
    dependentRequired minProperties maxProperties items prefixItems contains minItems maxItems uniqueItems minLength
    maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf x-missing x-invalid
    """.split()
)
SCHEMA_MAPS = frozenset({"properties", "patternProperties", "$defs"})  # name -> schema
SCHEMA_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
SCHEMAS = frozenset(
    {"items", "additionalProperties", "propertyNames", "unevaluatedProperties", "contains", "not", "if", "then", "else"}
)


def problems(directory: Path) -> list[Problem]:
    """Every defect of the contracts, rules and shared schemas below a directory; an empty list is a pass."""
    found: list[Problem] = []
    documents = dict(_documents(directory, found))
    shared = {file.name: data for file, data in documents.items() if file.parent.name == "schemas"}
    contracts = {file: data for file, data in documents.items() if file.parent.parent.name == "operations"}
    for file, data in contracts.items():
        found += _contract(file, data, directory, shared)
    for name, schema in shared.items():
        found += _schema(directory / "schemas" / name, "", schema, shared)
    found += _unused(directory, shared, documents)
    broken = {problem.file for problem in found}
    sound = [file for file in contracts if file not in broken]
    found += _siblings(sound, directory)
    return found + rule_problems(directory / "rules", frozenset(_id(file) for file in contracts))


def _id(file: Path) -> str:
    return f"{file.parent.name}.{file.stem}"


def _documents(directory: Path, found: list[Problem]) -> Iterator[tuple[Path, Any]]:
    for file in sorted([*directory.glob("operations/*/*.json"), *directory.glob("schemas/*.json")]):
        try:
            yield file, json.loads(file.read_bytes())
        except ValueError as error:
            found.append(Problem(file, "", f"not valid JSON: {error}"))


def _contract(file: Path, data: Any, directory: Path, shared: dict[str, Any]) -> Iterator[Problem]:
    validator = jsonschema_rs.Draft202012Validator(tables.read(directory / "contract.schema.json"))
    for error in validator.iter_errors(data):
        yield Problem(file, "".join(f"/{step}" for step in error.instance_path), error.message)
    if not isinstance(data, dict):
        return
    for place, schema in _request_and_responses(data):
        yield from _schema(file, place, schema, shared)
    yield from _codes(file, data, directory)
    yield from _placeholders(file, data, directory)
    for name in re.findall(r"\{([a-z_]+)\}", str(data.get("path"))):
        if name not in data.get("example", {}).get("path", {}):
            yield Problem(file, "/example/path", f"expected a value for the path parameter {name!r}")


def _request_and_responses(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for part in ("query", "body"):
        if part in data:
            yield f"/{part}", data[part]
    for status, schema in dict(data.get("responses") or {}).items():
        yield f"/responses/{status}", schema


def _codes(file: Path, data: dict[str, Any], directory: Path) -> Iterator[Problem]:
    known = tables.read(directory / "errors.json")
    for place, code in enumerate(data.get("errors") or ()):
        if str(code) not in known:
            yield Problem(file, f"/errors/{place}", f"expected a code of errors.json, got {code}")
    for part in ("query", "body"):
        for code in tables.codes_in(data.get(part)):
            if str(code) not in known:
                yield Problem(file, f"/{part}", f"x-missing and x-invalid name codes of errors.json, got {code}")


def _placeholders(file: Path, data: dict[str, Any], directory: Path) -> Iterator[Problem]:
    known = tables.read(directory / "givens.json")
    example = data.get("example")
    named = PLACEHOLDER.findall(json.dumps(example)) + list((example or {}).get("given", ()))
    for name in named:
        if not any(name == given or name.startswith(f"{given}.") for given in known):
            yield Problem(file, "/example", f"expected a name of givens.json, got {name!r}")


def _schema(file: Path, place: str, schema: Any, shared: dict[str, Any]) -> Iterator[Problem]:
    """Unknown keywords and references to nowhere, at any depth."""
    if not isinstance(schema, dict):
        return
    for keyword, value in schema.items():
        here = f"{place}/{keyword}"
        if keyword not in KEYWORDS:
            yield Problem(file, here, f"{keyword!r} is not a keyword of JSON Schema")
        elif keyword == "$ref":
            yield from _reference(file, here, value, shared)
        elif keyword in SCHEMA_MAPS:
            for name, member in value.items():
                yield from _schema(file, f"{here}/{name}", member, shared)
        elif keyword in SCHEMA_LISTS:
            for number, member in enumerate(value):
                yield from _schema(file, f"{here}/{number}", member, shared)
        elif keyword in SCHEMAS:
            yield from _schema(file, here, value, shared)


def _reference(file: Path, place: str, reference: str, shared: dict[str, Any]) -> Iterator[Problem]:
    name, _, pointer = reference.partition("#")
    target: Any = shared.get(name) if name else tables.read(file)
    if target is None:
        yield Problem(file, place, f"expected a file of schemas/, got {name!r}")
        return
    for step in pointer.strip("/").split("/") if pointer.strip("/") else ():
        target = target.get(step) if isinstance(target, dict) else None
    if target is None:
        yield Problem(file, place, f"{name or 'the file itself'} has nothing at #{pointer}")


def _unused(directory: Path, shared: dict[str, Any], documents: dict[Path, Any]) -> Iterator[Problem]:
    """Shared schemas and definitions that nothing refers to."""
    used = {ref for file, data in documents.items() for ref in _references(data, file)} | {("error.json", "")}
    for name, schema in shared.items():
        definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        if not definitions and not any(file == name for file, _ in used):
            yield Problem(directory / "schemas" / name, "", "no contract refers to this schema")
        for definition in definitions:
            if (name, f"/$defs/{definition}") not in used:
                yield Problem(directory / "schemas" / name, f"/$defs/{definition}", "nothing refers to this definition")


def _references(data: Any, file: Path) -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "$ref" and isinstance(value, str):
                name, _, pointer = value.partition("#")
                yield name or file.name, pointer
            else:
                yield from _references(value, file)
    elif isinstance(data, list):
        for value in data:
            yield from _references(value, file)


def _siblings(files: list[Path], directory: Path) -> Iterator[Problem]:
    """Operations on one route must have a `when` each, a default among them, and get their own example."""
    registry = jsonschema_rs.Registry([(SCHEMA_HOME + n, s) for n, s in tables.schemas(directory).items()])
    operations = [load(file, registry) for file in files]
    routes = Routes(operations)
    for siblings in routes.siblings():
        yield from _told_apart(siblings)
    for operation in operations:
        yield from _reached(operation, routes)


def _told_apart(siblings: list[Operation]) -> Iterator[Problem]:
    met: dict[str, Operation] = {}
    for operation in siblings:
        condition = repr(operation.when)
        if condition in met and met[condition] is not operation:
            yield Problem(
                operation.file, "/when", f"cannot be told from {met[condition].id}: both have the same `when`"
            )
        met[condition] = operation
    catching = [operation for operation in siblings if operation.default or operation.when.weight == 0]
    if len(siblings) > 1 and len(catching) != 1:
        named = ", ".join(operation.id for operation in siblings)
        text = f"expected exactly one default among {named}, got {len(catching)}"
        yield Problem(siblings[0].file, "/default", text)


def _reached(operation: Operation, routes: Routes) -> Iterator[Problem]:
    example = operation.example
    for template in operation.paths:
        path = template.format_map(example.get("path", {}))
        match = routes.resolve(operation.method, path, example.get("query", {}), example.get("body"), _owner(operation))
        if match is None or match.operation is not operation:
            other = match.operation.id if match else "no operation"
            yield Problem(operation.file, "/example", f"the request at {template} belongs to {other}")


def _owner(operation: Operation) -> Any:
    """A server that knows every value to be of this operation's flow."""
    return lambda name, _value: {key.lower(): flow for key, flow in operation.when.owner.items()}.get(name.lower())
