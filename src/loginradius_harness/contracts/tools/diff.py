"""Compare two versions of the contracts: what breaks a client, what does not.

Either side may also be an OpenAPI document; operations are then paired by method and path.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.loader import ContractError, ContractSet
from loginradius_harness.contracts.operation import Operation
from loginradius_harness.contracts.tools import openapi_plain

Json = Any
Level = Literal["breaking", "non-breaking"]
DEPTH = 8  # members further inside are not compared: schemas may contain themselves
ALTERNATIVES = ("anyOf", "oneOf")
METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two versions of an operation."""

    level: Level
    operation: str
    place: str
    text: str

    def __str__(self) -> str:
        return (
            f"{self.level}: {self.operation}: {self.place}: {self.text}"
            if self.place
            else (f"{self.level}: {self.operation}: {self.text}")
        )


@dataclass(frozen=True, slots=True)
class Member:
    """What a schema says of one member."""

    required: bool
    types: frozenset[str]  # empty: any


@dataclass(frozen=True, slots=True)
class Described:
    """What is compared of an operation. Members are named by place: `body/email`, `200/Profile/Uid`."""

    request: Mapping[str, Member]
    answer: Mapping[str, Member]
    codes: frozenset[int]


Version = Mapping[str, Described]


def read(path: Path) -> tuple[Version, bool]:
    """Return the operations of a contracts folder or an OpenAPI document, and whether they are named by route.

    Raises:
        ContractError: the path holds neither.
    """
    if path.is_dir():
        schemas = reference_data.schemas(path)
        contracts = ContractSet(path).operations
        if not contracts:
            raise ContractError(f"{path}: no contracts; name a folder that holds operations/")
        return {operation.id: _contract(operation, schemas) for operation in contracts}, False
    try:
        document = json.loads(path.read_bytes())
        return dict(_document(document)), True
    except OSError as error:
        raise ContractError(f"{path}: {error.strerror}") from None
    except (ValueError, KeyError, AttributeError, TypeError):
        raise ContractError(f"{path}: neither a contracts folder nor an OpenAPI document in JSON") from None


def by_route(path: Path) -> Version:
    """Return the operations of a contracts folder by method and path, as an OpenAPI document names them."""
    return dict(_document(openapi_plain.document(directory=path)))


def compare(old: Path, new: Path) -> list[Change]:
    """Return the changes from `old` to `new`, breaking ones first.

    Raises:
        ContractError: one of the paths holds neither contracts nor an OpenAPI document.
    """
    (before, before_by_route), (after, after_by_route) = read(old), read(new)
    if before_by_route != after_by_route:
        before = before if before_by_route else by_route(old)
        after = after if after_by_route else by_route(new)
    found = list(_changes(before, after))
    return sorted(found, key=lambda change: (change.level != "breaking", change.operation, change.place))


def _changes(before: Version, after: Version) -> Iterator[Change]:
    for name in before.keys() - after.keys():
        yield Change("breaking", name, "", "operation removed")
    for name in after.keys() - before.keys():
        yield Change("non-breaking", name, "", "operation added")
    for name in before.keys() & after.keys():
        yield from _request(name, before[name].request, after[name].request)
        yield from _answer(name, before[name].answer, after[name].answer)
        for code in sorted(after[name].codes - before[name].codes):
            yield Change("non-breaking", name, "errors", f"error code {code} added")
        for code in sorted(before[name].codes - after[name].codes):
            yield Change("non-breaking", name, "errors", f"error code {code} removed")


def _request(name: str, before: Mapping[str, Member], after: Mapping[str, Member]) -> Iterator[Change]:
    for place in sorted(after.keys() - before.keys()):
        level: Level = "breaking" if after[place].required else "non-breaking"
        yield Change(level, name, place, f"{'required' if after[place].required else 'optional'} member added")
    for place in sorted(before.keys() - after.keys()):
        yield Change("breaking", name, place, "member removed from the request")
    for place in sorted(before.keys() & after.keys()):
        old, new = before[place], after[place]
        if new.required and not old.required:
            yield Change("breaking", name, place, "became required")
        elif old.required and not new.required:
            yield Change("non-breaking", name, place, "became optional")
        if new.types and not (old.types and old.types <= new.types):
            if old.types != new.types:
                yield Change("breaking", name, place, f"type narrowed: {_named(old)} to {_named(new)}")
        elif old.types != new.types:
            yield Change("non-breaking", name, place, f"type widened: {_named(old)} to {_named(new)}")


def _answer(name: str, before: Mapping[str, Member], after: Mapping[str, Member]) -> Iterator[Change]:
    for place in sorted(after.keys() - before.keys()):
        yield Change("non-breaking", name, place, "member added to the answer")
    for place in sorted(before.keys() - after.keys()):
        yield Change("breaking", name, place, "member removed from the answer")
    for place in sorted(before.keys() & after.keys()):
        old, new = before[place], after[place]
        if old.required and not new.required:
            yield Change("breaking", name, place, "no longer always present")
        elif new.required and not old.required:
            yield Change("non-breaking", name, place, "always present now")
        if old.types and not (new.types and new.types <= old.types):
            if old.types != new.types:
                yield Change("breaking", name, place, f"type widened: {_named(old)} to {_named(new)}")
        elif old.types != new.types:
            yield Change("non-breaking", name, place, f"type narrowed: {_named(old)} to {_named(new)}")


def _named(member: Member) -> str:
    return ", ".join(sorted(member.types)) or "any"


# --- reading --------------------------------------------------------------------------------------------------------

Follow = Callable[[str, str], tuple[Json, str]]
"""(reference, file that holds it) -> (the schema that it names, the file that holds that)"""


@dataclass(frozen=True)
class Reader:
    """Reads the members of schemas that refer to each other."""

    follow: Follow

    def members(self, schema: Json, place: str) -> dict[str, Member]:
        """Return every member below a schema by its place; of alternatives, what any of them has."""
        return dict(self._members(schema, place, "", DEPTH))

    def types(self, schema: Json, file: str = "", depth: int = DEPTH) -> frozenset[str]:
        """Return the JSON types that a schema takes; empty for any."""
        if depth == 0 or not isinstance(schema, dict):
            return frozenset()
        if "$ref" in schema:
            return self.types(*self.follow(schema["$ref"], file), depth - 1)
        named = schema.get("type")
        if named is not None:
            return frozenset([named] if isinstance(named, str) else named)
        parts = [self.types(part, file, depth - 1) for key in ALTERNATIVES for part in schema.get(key, ())]
        return frozenset[str]().union(*parts) if all(parts) else frozenset()

    def _members(self, schema: Json, place: str, file: str, depth: int) -> Iterator[tuple[str, Member]]:
        if depth == 0 or not isinstance(schema, dict):
            return
        if "$ref" in schema:
            target, file = self.follow(schema["$ref"], file)
            yield from self._members(target, place, file, depth - 1)
        for keyword in ALTERNATIVES:
            for part in schema.get(keyword, ()):
                for here, member in self._members(part, place, file, depth - 1):
                    yield here, replace(member, required=False)
        for part in schema.get("allOf", ()):
            yield from self._members(part, place, file, depth - 1)
        yield from self._members(schema.get("items"), f"{place}/*", file, depth - 1)
        for name, member in schema.get("properties", {}).items():
            here = f"{place}/{name}"
            yield here, Member(name in schema.get("required", ()), self.types(member, file))
            yield from self._members(member, here, file, depth - 1)


def _contract(operation: Operation, schemas: Mapping[str, Json]) -> Described:
    def follow(reference: str, file: str) -> tuple[Json, str]:
        name, _, pointer = reference.partition("#/")
        schema = schemas[name.removesuffix("#") or file]
        for step in pointer.split("/") if pointer else ():
            schema = schema[step]
        return schema, name or file

    reader = Reader(follow)
    request = reader.members(operation.query, "query") | reader.members(operation.body, "body")
    answer: dict[str, Member] = {}
    for status, schema in operation.responses.items():
        answer |= reader.members(schema, str(status))
    return Described(request, answer, frozenset(operation.errors))


def _document(document: Json) -> Iterator[tuple[str, Described]]:
    def follow(reference: str, _file: str) -> tuple[Json, str]:
        schema = document
        for step in reference.removeprefix("#/").split("/"):
            schema = schema[step.replace("~1", "/").replace("~0", "~")]
        return schema, ""

    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield _route(method, path), _entry(item[method], Reader(follow))


def _entry(entry: Json, reader: Reader) -> Described:
    request: dict[str, Member] = {}
    for given in entry.get("parameters", ()):
        parameter = reader.follow(given["$ref"], "")[0] if "$ref" in given else given
        if parameter["in"] == "query":
            types = reader.types(parameter.get("schema", {}))
            request[f"query/{parameter['name']}"] = Member(parameter.get("required", False), types)
    request |= reader.members(_content(entry.get("requestBody", {})), "body")
    answer: dict[str, Member] = {}
    for status, response in entry.get("responses", {}).items():
        if status.startswith("2"):
            answer |= reader.members(_content(response), status)
    return Described(request, answer, frozenset())


def _content(part: Json) -> Json:
    return part.get("content", {}).get("application/json", {}).get("schema", {})


def _route(method: str, path: str) -> str:
    shape = "/".join("{}" if part.startswith("{") else part for part in path.partition("#")[0].lower().split("/"))
    return f"{method.upper()} {shape}"
