"""Weakened contracts: every single change of the kinds below."""

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Json = Any
Kind = Literal["required", "enumeration", "bound", "error", "when", "rule"]
KINDS: Mapping[Kind, str] = {
    "required": "a member is no longer required",
    "enumeration": "one more value is allowed",
    "bound": "a bound is off by one, to either side",
    "error": "an error code is no longer listed",
    "when": "a condition between siblings is removed",
    "rule": "a rule is removed",
}
BOUNDS = (
    "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "minProperties", "maxProperties",
)  # fmt: skip
Step = str | int


@dataclass(frozen=True)
class Mutation:
    """One change of one file: the value at `at` becomes `value`, or is removed if there is none."""

    kind: Kind
    file: str  # below contracts/
    at: tuple[Step, ...]
    value: Json = None

    @property
    def name(self) -> str:
        """`<file>/<pointer>: <kind>`, with the new value where there is one."""
        new = "" if self.value is None else f" {json.dumps(self.value)}"
        return f"{self.file}{''.join(f'/{step}' for step in self.at)}: {self.kind}{new}"

    def applied(self, data: Json) -> Json:
        """Return a changed copy of the data."""
        data = deepcopy(data)
        *way, last = self.at
        parent = data
        for step in way:
            parent = parent[step]
        if self.value is None:
            del parent[last]
        else:
            parent[last] = self.value
        return data


def changes(directory: Path) -> Iterator[Mutation]:
    """Yield every change of the contracts, shared schemas and rules below a directory."""
    for file in sorted(directory.glob("operations/*/*.json")):
        name, data = str(file.relative_to(directory)), json.loads(file.read_bytes())
        for part in ("query", "body", "responses"):
            yield from _of_schema(name, data.get(part), (part,))
        yield from (Mutation("error", name, ("errors", place)) for place in range(len(data["errors"])))
        for part, conditions in data.get("when", {}).items():
            yield from (Mutation("when", name, ("when", part, condition)) for condition in conditions)
    for file in sorted(directory.glob("schemas/*.json")):
        yield from _of_schema(str(file.relative_to(directory)), json.loads(file.read_bytes()), ())
    for file in sorted(directory.glob("rules/*.json")):
        rules = json.loads(file.read_bytes())
        yield from (Mutation("rule", str(file.relative_to(directory)), (place,)) for place in range(len(rules)))


def _of_schema(file: str, schema: Json, at: tuple[Step, ...]) -> Iterator[Mutation]:
    if isinstance(schema, list):
        for place, member in enumerate(schema):
            yield from _of_schema(file, member, (*at, place))
    if not isinstance(schema, dict):
        return
    if isinstance(schema.get("required"), list):
        yield from (Mutation("required", file, (*at, "required", place)) for place in range(len(schema["required"])))
    if isinstance(schema.get("enum"), list):
        yield Mutation("enumeration", file, (*at, "enum"), [*schema["enum"], "Elsewhere"])
    for keyword in BOUNDS:
        bound = schema.get(keyword)
        if type(bound) is int:
            yield from (Mutation("bound", file, (*at, keyword), bound + by) for by in (-1, 1) if bound + by >= 0)
    for name, member in schema.items():
        if name not in {"examples", "enum", "const", "required"}:
            yield from _of_schema(file, member, (*at, name))
