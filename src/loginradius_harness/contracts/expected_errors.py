"""Expected error codes of malformed requests: the contract's own, or the default of default_error_codes.json."""

from collections.abc import Sequence
from typing import Any, Literal

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.operation import Operation

Json = Any


def resolved(schema: Json) -> Json:
    """Return the schema that a reference into the shared schemas leads to."""
    home = ""
    while isinstance(schema, dict) and "$ref" in schema:
        schema, home = reference_data.referred(schema["$ref"], home, schema)
    return schema


def code(
    operation: Operation, part: Literal["query", "body"], steps: Sequence[str | int], *, missing: bool = False
) -> int:
    """Return the product code for a member that is missing, or has a wrong type or form.

    `steps` leads from the part to the member; without steps the part as a whole is wrong (say, none of two members
    is present). The innermost schema on the way that names a code (x-missing, x-invalid) decides.
    """
    keyword = "x-missing" if missing else "x-invalid"
    schema = operation.query if part == "query" else operation.body
    for member in reversed(_along(schema, steps) if steps else [schema]):
        if isinstance(member, dict) and keyword in member:
            return int(member[keyword])
    defaults = reference_data.default_error_codes()
    return defaults["any"]["parameter"] if part == "query" else defaults[operation.method]["body"]


def _along(schema: Json, steps: Sequence[str | int]) -> list[Json]:
    """Return the schemas on the way, outermost first: each as referred to, then as written where it is used."""
    met: list[Json] = []
    for step in steps:
        schema = resolved(schema)
        if not isinstance(schema, dict):
            break
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        met += [resolved(schema), schema] if schema is not None else []
    return met
