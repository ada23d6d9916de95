"""Which code refuses a request whose shape is wrong: the contract's own, or the default of default_error_codes.json."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.operation import Operation

Json = Any


@cache
def _shared() -> dict[str, Json]:
    return reference_data.schemas(reference_data.ROOT)


def resolved(schema: Json) -> Json:
    """The schema behind a reference into the shared schemas."""
    while isinstance(schema, dict) and "$ref" in schema:
        name, _, pointer = schema["$ref"].partition("#/")
        schema = _shared()[name]
        for step in pointer.split("/") if pointer else ():
            schema = schema[step]
    return schema


def code(
    operation: Operation, part: Literal["query", "body"], steps: Sequence[str | int], *, missing: bool = False
) -> int:
    """The product code for the member at `steps` of a part being `missing`, or else of a wrong type or form.

    The innermost member on the way that names a code (x-missing, x-invalid) decides; without steps it is the whole
    part that is wrong (say, none of two members is there).
    """
    keyword = "x-missing" if missing else "x-invalid"
    schema = operation.query if part == "query" else operation.body
    for member in reversed(_along(schema, steps) if steps else [schema]):
        if isinstance(member, dict) and keyword in member:
            return int(member[keyword])
    defaults = reference_data.default_error_codes()
    return defaults["any"]["parameter"] if part == "query" else defaults[operation.method]["body"]


def _along(schema: Json, steps: Sequence[str | int]) -> list[Json]:
    """The schemas met on the way, outermost first: each as referred to, then as written where it is used."""
    met: list[Json] = []
    for step in steps:
        schema = resolved(schema)
        if not isinstance(schema, dict):
            break
        schema = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        met += [resolved(schema), schema] if schema is not None else []
    return met
