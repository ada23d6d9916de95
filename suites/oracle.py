"""What a request of the wrong shape must be answered with, read from the contracts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import contracts
from contracts import Operation, refusal, refusals
from suites.drawing import typed_query

Json = Any


@dataclass(frozen=True, slots=True)
class Expectation:
    """The operation that a request belongs to, and the codes of which one must refuse it; none where it is valid."""

    operation: Operation
    codes: frozenset[int]


def expect(operation: Operation, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Expectation:
    """Judge a request as the operation's that it belongs to: one that lost its telling member is a sibling's."""
    filled = operation.path.format_map(path)
    match = contracts.resolve(operation.method, filled, query, body, lambda _name, _value: None)
    owner = match.operation if match else operation
    return Expectation(owner, frozenset(_query_codes(owner, query)) or frozenset(_body_codes(owner, body)))


def _query_codes(operation: Operation, query: Mapping[str, Json]) -> Iterator[int]:
    if operation.query is not None:
        known = operation.query.get("properties", {})
        named = {name: value for name, value in typed_query(operation, query).items() if name in known}
        for error in operation.query_validator.iter_errors(named):
            yield _code(operation, "query", error)


def _body_codes(operation: Operation, body: Json) -> Iterator[int]:
    """Nulls of the first level do not count, unless nothing else is wrong with a body that is no object."""
    if operation.body is None:
        return
    if body is None:
        if not operation.body_optional:
            yield refusals()[operation.method]["not_json"]
        return
    given = {name: value for name, value in body.items() if value is not None} if isinstance(body, dict) else body
    for error in operation.body_validator.iter_errors(given):
        yield _code(operation, "body", error)


def _code(operation: Operation, part: Any, error: Any) -> int:
    missing = error.kind.as_dict().get("property") if error.kind.name == "required" else None
    steps = [*error.instance_path, missing] if missing else list(error.instance_path)
    return refusal.code(operation, part, steps, missing=missing is not None)
