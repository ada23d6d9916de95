"""A request checked against the request side of its contract: names, types, required members.

Only the request side is read here; answers of the emulator never come from a contract.
"""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import jsonschema_rs

from loginradius_harness import contracts
from loginradius_harness.contracts import Operation, expected_errors
from loginradius_harness.contracts.expected_errors import resolved
from loginradius_harness.emulator.core.errors import ApiError

Json = Any

_INTEGER = re.compile(r"-?[0-9]{1,4000}")  # Python refuses to read more than 4,300 digits
PROBLEMS = {  # keyword of a schema -> what is wrong with the member that breaks it
    "required": "is missing",
    "type": "has the wrong type",
    "minLength": "is too short",
    "maxLength": "is too long",
    "pattern": "has the wrong form",
    "enum": "is not one of the known values",
}


class RequestValidator:
    """Checks requests of one operation."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._query = _names(operation.query)
        self._body = _names(operation.body)

    def query(self, given: Mapping[str, str]) -> dict[str, Json]:
        """Return the query in the contract's spelling and types, without what the contract does not name.

        Raise PARAMETER_MALFORMED or x-code.
        """
        read = {}
        for name, text in given.items():
            known = self._query.get(name)
            # An empty parameter counts as absent (product-facts.md#tolerance); an unescaped `+1555...` arrives with a
            # blank before it.
            if known is not None and (stripped := text.strip()):
                read[known[0]] = _typed(stripped, known[1])
        if not self._operation.query_validator.is_valid(read):
            raise self._refusal("query", self._operation.query_validator, read)
        return read

    def body(self, given: Json) -> tuple[Json, Json]:
        """Return the body in the contract's spelling, without the nulls of its first level and with them.

        Raise BODY_MALFORMED or x-code.
        """
        sent = _spelled(given, self._operation.body)
        body = {name: value for name, value in sent.items() if value is not None} if isinstance(sent, dict) else sent
        if not self._operation.body_validator.is_valid(body):
            raise self._refusal("body", self._operation.body_validator, body)
        return body, sent

    def _refusal(
        self, part: Literal["query", "body"], validator: jsonschema_rs.Draft202012Validator, given: Json
    ) -> ApiError:
        """Return the refusal for the first error; its description names the member, never its value."""
        try:
            error = next(iter(validator.iter_errors(given)))
        except ValueError:  # nested too deeply to be looked at
            return ApiError(expected_errors.code(self._operation, part, [], missing=False))
        missing = error.kind.as_dict().get("property") if error.kind.name == "required" else None
        steps = [*error.instance_path, missing] if missing else list(error.instance_path)
        code = expected_errors.code(self._operation, part, steps, missing=bool(missing))
        name = next((step for step in reversed(steps) if isinstance(step, str)), None)
        return ApiError(code, f"{name} {PROBLEMS[error.kind.name]}." if name and error.kind.name in PROBLEMS else None)


@cache
def request_validator(operation_id: str) -> RequestValidator:
    """Return the validator of an operation, made on first use."""
    return RequestValidator(contracts.get(operation_id))


_spellings: dict[int, dict[str, tuple[str, Json]]] = {}  # by identity of a schema: schemas live as long as the process


def _names(schema: Json) -> dict[str, tuple[str, Json]]:
    """Return lower-case name -> (name as the contract spells it, its schema)."""
    known = _spellings.get(id(schema))
    if known is None:
        properties = resolved(schema or {}).get("properties", {})
        known = {name.lower(): (name, resolved(member)) for name, member in properties.items()}
        if schema is not None:
            _spellings[id(schema)] = known
    return known


def _typed(text: str, schema: Json) -> Json:
    """Return a query value in the type of its schema; the text itself where it does not fit."""
    wanted = schema.get("type") if isinstance(schema, dict) else None
    if wanted == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    if wanted == "integer" and _INTEGER.fullmatch(text):
        return int(text)
    return text


def _spelled(given: Json, schema: Json) -> Json:
    schema = resolved(schema)
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


def known_members(schema: Json, sent: Json) -> Json:
    """Return a valid value without the members, at any depth, that its schema does not name."""
    names = resolved(schema or {}).get("properties")
    if names is None or not isinstance(sent, dict):
        return sent
    return {name: known_members(names[name], value) for name, value in sent.items() if name in names}
