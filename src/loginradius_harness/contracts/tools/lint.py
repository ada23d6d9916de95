"""Validation of a contracts directory: each defect is one line with file and JSON pointer."""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import load
from loginradius_harness.contracts.operation import Operation
from loginradius_harness.contracts.router import Owner, Routes
from loginradius_harness.contracts.tools.grades import answered, promises
from loginradius_harness.contracts.tools.lint_rules import rule_problems
from loginradius_harness.contracts.tools.lint_schemas import Problem, schema_problems

Json = Any
PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[a-z_0-9]+)*)\}")
PATH_PARAMETER = re.compile(r"\{([a-z_]+)\}")
TABLES = (
    "contract.schema.json",
    "credentials.json",
    "error_codes.json",
    "oauth_errors.json",
    "preconditions.json",
    "default_error_codes.json",
    "rule.schema.json",
)


@dataclass(frozen=True)
class _Source:
    """The files of a contracts directory. One that cannot be read is a problem and is left out of the other checks."""

    directory: Path
    unread: list[Problem] = field(default_factory=list)
    tables: dict[str, Json] = field(default_factory=dict)
    shared: dict[str, Json] = field(default_factory=dict)
    contracts: dict[Path, Json] = field(default_factory=dict)

    def read(self) -> None:
        """Read every file that can be read."""
        self.tables.update((file.name, data) for file, data in self._each([self.directory / name for name in TABLES]))
        schemas = list(self.directory.glob("schemas/*.json"))
        self.shared.update((file.name, True) for file in schemas)  # a reference to a broken file is still valid
        self.shared.update((file.name, data) for file, data in self._each(schemas))
        self.contracts.update(self._each(self.directory.glob("operations/*/*.json")))

    def _each(self, files: Iterable[Path]) -> Iterator[tuple[Path, Json]]:
        for file in sorted(files):
            try:
                yield file, json.loads(file.read_bytes())
            except FileNotFoundError:
                self.unread.append(Problem(file, "", "expected this file"))
            except ValueError as error:
                self.unread.append(Problem(file, "", f"not valid JSON: {error}"))


def problems(directory: Path) -> list[Problem]:
    """Return every defect of the contracts, rules, tables and shared schemas below a directory."""
    source = _Source(directory)
    source.read()
    malformed = list(_malformed(source))
    found = [*source.unread, *malformed, *_contracts(source, {problem.file for problem in malformed})]
    found += _shared(source)
    if not source.unread and not malformed:  # else one defect would be reported several times
        found += [*_unused(source), *_siblings(source), *_unfounded(source)]
    if "rule.schema.json" in source.tables:
        found += rule_problems(
            directory / "rules", frozenset(_id(file) for file in directory.glob("operations/*/*.json"))
        )
    return list(dict.fromkeys(found))


def _id(file: Path) -> str:
    return f"{file.parent.name}.{file.stem}"


def _malformed(source: _Source) -> Iterator[Problem]:
    """Yield the defects that contract.schema.json finds."""
    form = reference_data.compile_schema(source.tables.get("contract.schema.json", True), None)
    for file, data in source.contracts.items():
        for error in form.iter_errors(data):
            yield Problem(file, "".join(f"/{step}" for step in error.instance_path), f"{error.message:.300}")


def _contracts(source: _Source, malformed: Collection[Path]) -> Iterator[Problem]:
    if "contract.schema.json" not in source.tables:
        return
    for file, data in source.contracts.items():
        if file not in malformed:
            yield from _contract(file, data, source)


def _contract(file: Path, data: dict[str, Json], source: _Source) -> Iterator[Problem]:
    for place, schema in _request_and_responses(data):
        yield from schema_problems(file, place, schema, source.shared)
    yield from _codes(file, data, source.tables.get("error_codes.json"))
    yield from _oauth_errors(file, data, source.tables.get("oauth_errors.json"))
    yield from _placeholders(file, data["example"], source.tables.get("preconditions.json"))
    for name in _without_value([data["path"], *data.get("aliases", ())], data["example"]):
        yield Problem(file, "/example/path", f"expected a value for the path parameter {name!r}")


def _without_value(templates: Iterable[str], example: Mapping[str, Json]) -> set[str]:
    """Return the path parameters that an example gives no value for."""
    given: Mapping[str, str] = example.get("path", {})
    return {name for template in templates for name in PATH_PARAMETER.findall(template)} - given.keys()


def _request_and_responses(data: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    yield from ((f"/{part}", data[part]) for part in ("query", "body") if part in data)
    yield from ((f"/responses/{status}", schema) for status, schema in data["responses"].items())


def _codes(file: Path, data: dict[str, Json], known: Mapping[str, Json] | None) -> Iterator[Problem]:
    if known is None:
        return
    for place, code in enumerate(data["errors"]):
        if str(code) not in known:
            yield Problem(file, f"/errors/{place}", f"expected a code of error_codes.json, got {code}")
    for part in ("query", "body"):
        for code in reference_data.codes_in(data.get(part)):
            if str(code) not in known:
                yield Problem(file, f"/{part}", f"x-missing and x-invalid name codes of error_codes.json, got {code}")


def _oauth_errors(file: Path, data: dict[str, Json], known: Mapping[str, Json] | None) -> Iterator[Problem]:
    for place, name in enumerate(data.get("oauth_errors", ())):
        if known is not None and name not in known:
            yield Problem(file, f"/oauth_errors/{place}", f"expected a name of oauth_errors.json, got {name!r}")


def _placeholders(file: Path, example: dict[str, Json], known: Mapping[str, Json] | None) -> Iterator[Problem]:
    if known is None:
        return
    for name in [*PLACEHOLDER.findall(json.dumps(example)), *example.get("preconditions", ())]:
        if not any(name == given or name.startswith(f"{given}.") for given in known):
            yield Problem(file, "/example", f"expected a name of preconditions.json, got {name!r}")


def _shared(source: _Source) -> Iterator[Problem]:
    for name, schema in source.shared.items():
        yield from schema_problems(source.directory / "schemas" / name, "", schema, source.shared)


def _unused(source: _Source) -> Iterator[Problem]:
    """Yield shared schemas and definitions that nothing refers to."""
    used = {("error.json", ""), ("oauth_error.json", "")}
    for file, data in source.contracts.items():
        used.update(_references(data, file.name))
    for name, schema in source.shared.items():
        used.update(_references(schema, name))
    for name, schema in source.shared.items():
        file = source.directory / "schemas" / name
        definitions = schema.get("$defs", {}) if isinstance(schema, dict) else {}
        if not definitions and not any(target == name for target, _ in used):
            yield Problem(file, "", "no contract refers to this schema")
        for definition in definitions:
            if (name, f"/$defs/{definition}") not in used:
                yield Problem(file, f"/$defs/{definition}", "nothing refers to this definition")


def _unfounded(source: _Source) -> Iterator[Problem]:
    """Yield members of responses that are required without evidence."""
    schemas = [
        (source.directory / "schemas" / name, "", source.shared[name])
        for name in sorted(answered(source.contracts, source.shared))
    ]
    for file, data in source.contracts.items():
        schemas += [(file, f"/responses/{status}", schema) for status, schema in data["responses"].items()]
    for file, place, schema in schemas:
        for promise in promises(schema, place):
            if promise.kind == "presence" and promise.grade is None:
                text = (
                    f"expected `x-evidence` beside {promise.member!r} or around it: who shows that it is always there?"
                )
                yield Problem(file, promise.pointer, text)


def _references(data: Json, name: str) -> Iterator[tuple[str, str]]:
    """Yield file and pointer of every reference below a value of the named file."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key == "$ref" and isinstance(value, str):
                target, _, pointer = value.partition("#")
                yield target or name, pointer
            else:
                yield from _references(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _references(value, name)


def _siblings(source: _Source) -> Iterator[Problem]:
    """Demand that operations on one route differ in `when`, have one default, and receive their own example."""
    routes = Routes([load(file, None) for file in source.contracts])
    for siblings in routes.siblings():
        clashes = list(_indistinct(siblings))
        yield from clashes or (problem for operation in siblings for problem in _reached(operation, routes))


def _indistinct(siblings: list[Operation]) -> Iterator[Problem]:
    met: dict[str, Operation] = {}
    for operation in siblings:
        first = met.setdefault(repr(operation.when), operation)
        if first is not operation:
            yield Problem(
                operation.file, "/when", f"cannot be distinguished from {first.id}: both have the same `when`"
            )
    catching = [operation for operation in siblings if operation.default or operation.when.weight == 0]
    if len(siblings) > 1 and len(catching) != 1:
        named = ", ".join(operation.id for operation in siblings)
        text = f"expected exactly one default among {named}, got {len(catching)}"
        yield Problem(siblings[0].file, "/default", text)


def _reached(operation: Operation, routes: Routes) -> Iterator[Problem]:
    example = operation.example
    if _without_value(operation.paths, example):
        return  # reported already
    for template in operation.paths:
        path = template.format_map(example.get("path", {}))
        match = routes.resolve(operation.method, path, example.get("query", {}), example.get("body"), _owner(operation))
        if match is None or match.operation is not operation:
            other = match.operation.id if match else "no operation"
            yield Problem(operation.file, "/example", f"the request at {template} belongs to {other}")


def _owner(operation: Operation) -> Owner:
    """Return a server that attributes every value to this operation's flow."""
    return lambda name, _value: {key.lower(): flow for key, flow in operation.when.owner.items()}.get(name.lower())
