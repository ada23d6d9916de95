"""A request held against the request side of its contract: names, types, required members.

Only the request side is read here; what the emulator answers never comes from a contract.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import contracts
from contracts import Operation, tables
from emulator.errors import ApiError

Json = Any


class Shape:
    """The names and codes of one operation's request."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._query = _names(operation.query)
        self._body = _names(operation.body)

    def query(self, given: Mapping[str, str]) -> dict[str, Json]:
        """The query in the contract's spelling and types, without what the contract does not name; 908 or x-code."""
        read = {}
        for name, text in given.items():
            known = self._query.get(name)
            if known is not None and text:  # an empty parameter counts as absent (domain 1.6)
                read[known[0]] = _typed(text, known[1])
        if not self._operation.query_validator.is_valid(read):
            default = contracts.refusals()["any"]["parameter"]
            raise ApiError(_code(self._operation.query_validator, read, self._operation.query, default))
        return read

    def body(self, given: Json) -> Json:
        """The body in the contract's spelling; nulls of the first level are dropped. 1090 or the member's x-code."""
        spelled = _spelled(given, self._operation.body)
        if isinstance(spelled, dict):
            spelled = {name: value for name, value in spelled.items() if value is not None}
        if not self._operation.body_validator.is_valid(spelled):
            default = contracts.refusals()[self._operation.method]["body"]
            raise ApiError(_code(self._operation.body_validator, spelled, self._operation.body, default))
        return spelled

    def spelled(self, given: Json) -> Json:
        """The body in the contract's spelling, nulls kept."""
        return _spelled(given, self._operation.body)


@cache
def shape(operation_id: str) -> Shape:
    """The shape of an operation, made on first need."""
    return Shape(contracts.get(operation_id))


@cache
def _shared() -> dict[str, Json]:
    return tables.schemas(tables.ROOT)


def _resolved(schema: Json) -> Json:
    """The schema behind a reference into the shared schemas."""
    while isinstance(schema, dict) and "$ref" in schema:
        name, _, pointer = schema["$ref"].partition("#/")
        schema = _shared()[name]
        for step in pointer.split("/") if pointer else ():
            schema = schema[step]
    return schema


def _names(schema: Json) -> dict[str, tuple[str, Json]]:
    """Lower-case name -> (name as the contract spells it, its schema)."""
    properties = _resolved(schema or {}).get("properties", {})
    return {name.lower(): (name, _resolved(member)) for name, member in properties.items()}


def _typed(text: str, schema: Json) -> Json:
    """A query value in the type that its schema asks for; the text itself where it does not fit."""
    wanted = schema.get("type") if isinstance(schema, dict) else None
    if wanted == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if wanted == "integer" and text.lstrip("-").isascii() and text.lstrip("-").isdigit():
        return int(text)
    return text


def _spelled(given: Json, schema: Json) -> Json:
    schema = _resolved(schema)
    if not isinstance(schema, dict):
        return given
    if isinstance(given, dict):
        names = _names(schema)
        return {
            (known := names.get(name.strip().lower(), (name, schema.get("additionalProperties"))))[0]: _spelled(
                value, known[1]
            )
            for name, value in given.items()
        }
    if isinstance(given, list) and "items" in schema:
        return [_spelled(item, schema["items"]) for item in given]
    return given


def _code(validator: Any, given: Json, schema: Json, default: int) -> int:
    """The product code for the first thing wrong with a request."""
    error = next(iter(validator.iter_errors(given)))
    missing = getattr(error.kind, "property", None)
    path = [*error.instance_path, missing] if missing else list(error.instance_path)
    keyword = "x-missing" if missing else "x-invalid"
    for member in reversed(_along(schema, path)):
        if isinstance(member, dict) and keyword in member:
            return int(member[keyword])
    return default


def _along(schema: Json, path: list[Any]) -> list[Json]:
    """The schemas met on the way down a path, outermost first: each as written and as referred to."""
    met: list[Json] = []
    for step in path:
        schema = _resolved(schema)
        if not isinstance(schema, dict):
            break
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        met += [_resolved(schema), schema] if schema is not None else []
    return met
