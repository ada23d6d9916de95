"""Read from the contracts which error an invalid request must get."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from loginradius_harness import contracts
from loginradius_harness.checks.generation.case_generation import typed_query
from loginradius_harness.contracts import Operation, default_error_codes, expected_errors

Json = Any
Part = Literal["query", "body"]


@dataclass(frozen=True, slots=True)
class ExpectedError:
    """The operation that a request belongs to, and what is wrong with it: part and validation error of each defect."""

    operation: Operation
    codes: frozenset[int]  # one of them must refuse it; none where it is valid
    errors: tuple[tuple[Part, Any], ...]


def expected_error(
    operation: Operation, path: Mapping[str, str], query: Mapping[str, Json], body: Json
) -> ExpectedError:
    """Judge a request by the operation that it belongs to: without its distinguishing member it is a sibling's."""
    owner = belongs_to(operation, path, query, body)
    if owner.body is not None and not owner.body_optional and body is None:
        return ExpectedError(owner, frozenset({default_error_codes()[owner.method]["not_json"]}), ())
    wrong = [*_query_errors(owner, query)] or [*_body_errors(owner, body)]
    return ExpectedError(owner, frozenset(_code(owner, part, error) for part, error in wrong), tuple(wrong))


def belongs_to(operation: Operation, path: Mapping[str, str], query: Mapping[str, Json], body: Json) -> Operation:
    """Return the operation that answers a request made from another's example: that one, or a sibling."""
    filled = operation.path.format_map(path)
    flows = {name.lower(): flow for name, flow in operation.when.owner.items()}
    match = contracts.resolve(operation.method, filled, query, body, lambda name, _value: flows.get(name.lower()))
    return match.operation if match else operation


def _query_errors(operation: Operation, query: Mapping[str, Json]) -> Iterator[tuple[Part, Any]]:
    if operation.query is not None:
        known = operation.query.get("properties", {})
        named = {name: value for name, value in typed_query(operation, query).items() if name in known}
        yield from (("query", error) for error in operation.query_validator.iter_errors(named))


def _body_errors(operation: Operation, body: Json) -> Iterator[tuple[Part, Any]]:
    """Yield validation errors. Nulls of the first level count as absent."""
    if operation.body is not None and body is not None:
        given = {name: value for name, value in body.items() if value is not None} if isinstance(body, dict) else body
        yield from (("body", error) for error in operation.body_validator.iter_errors(given))


def _code(operation: Operation, part: Part, error: Any) -> int:
    missing = error.kind.as_dict().get("property") if error.kind.name == "required" else None
    steps = [*error.instance_path, missing] if missing else list(error.instance_path)
    return expected_errors.code(operation, part, steps, missing=missing is not None)
