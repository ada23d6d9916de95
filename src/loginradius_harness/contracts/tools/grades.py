"""How well the promises of a contracts directory are founded: their number by grade, and those without evidence."""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from loginradius_harness.contracts import expected_errors, policy, reference_data
from loginradius_harness.contracts.policy import Grade
from loginradius_harness.contracts.rules import rules_of

Json = Any
LEVELS = {"rules that must hold": "must", "security requirements": "security", "rules of detail": "should"}
MAPS = frozenset({"properties", "$defs"})  # name -> schema
BRANCHES = frozenset({"items", "additionalProperties", "then", "else", "anyOf", "allOf", "oneOf"})


class Promise(NamedTuple):
    """One promise of a response schema: `kind` is `presence` or `value`, `pointer` leads to it."""

    kind: policy.Aspect
    pointer: str
    member: str
    grade: Grade | None


def promises(schema: Json, pointer: str = "", grade: Grade | None = None) -> Iterator[Promise]:
    """Yield what a response schema promises: which members are present, and what their values are.

    `grade` is what the schemas around it state.
    """
    if isinstance(schema, list):
        for number, member in enumerate(schema):
            yield from promises(member, f"{pointer}/{number}", grade)
    if not isinstance(schema, Mapping):
        return
    grade = policy.stated(schema, "value") or grade
    properties = schema.get("properties", {})
    for name in schema.get("required", ()):
        stated = policy.stated(properties.get(name) or {}, "presence")
        yield Promise("presence", f"{pointer}/required", name, stated or grade)
    for name, member in properties.items():
        yield Promise("value", f"{pointer}/properties/{name}", name, policy.stated(member, "value") or grade)
    for keyword, value in schema.items():
        if keyword in MAPS:
            for name, member in value.items():
                yield from promises(member, f"{pointer}/{keyword}/{name}", grade)
        elif keyword in BRANCHES:
            yield from promises(value, f"{pointer}/{keyword}", grade)


def answered(contracts: Mapping[Path, Json], shared: Mapping[str, Json]) -> set[str]:
    """Return the names of the shared schemas that responses use, directly or through another."""
    found: set[str] = set()
    waiting: list[Json] = [
        {"$ref": "error.json"},
        {"$ref": "oauth_error.json"},
        *(data.get("responses") for data in contracts.values()),
    ]
    while waiting:
        for name in set(_references(waiting.pop())) & shared.keys() - found:
            found.add(name)
            waiting.append(shared[name])
    return found


def _references(data: Json) -> Iterator[str]:
    if isinstance(data, Mapping):
        if isinstance(data.get("$ref"), str):
            yield data["$ref"].partition("#")[0]
        for value in data.values():
            yield from _references(value)
    elif isinstance(data, list):
        for value in data:
            yield from _references(value)


def table(directory: Path) -> dict[str, Counter[Grade]]:
    """Count the promises of a valid contracts directory: kind of promise -> grade -> number.

    A shared schema counts once, however many operations answer with it.
    """
    shared = reference_data.schemas(directory)
    contracts = {file: reference_data.read(file) for file in directory.glob("operations/*/*.json")}
    responses = [schema for data in contracts.values() for schema in data["responses"].values()]
    found = [promise for schema in responses for promise in promises(schema)]
    found += [promise for name in answered(contracts, shared) for promise in promises(shared[name])]
    rules = rules_of(directory)
    by_rule = expected_errors.stated_by(rules)
    return {
        "members present": Counter(promise.grade or "inferred" for promise in found if promise.kind == "presence"),
        "values of members": Counter(promise.grade or "inferred" for promise in found if promise.kind == "value"),
        "error codes": Counter(
            "documented" if data["evidence"] == "documented" else by_rule.get((_id(file), code), "inferred")
            for file, data in contracts.items()
            for code in data["errors"]
        ),
        **{
            name: Counter(policy.grade_of_rule(rule.evidence) for rule in rules if rule.level == level)
            for name, level in LEVELS.items()
        },
    }


def _id(file: Path) -> str:
    return f"{file.parent.name}.{file.stem}"


def text(directory: Path) -> str:
    """Return the table as Markdown, as docs/results.md shows it."""
    rows = [f"| {'Promises by grade':22} |" + "".join(f" {grade:>10} |" for grade in policy.GRADES)]
    rows.append(f"|{'-' * 24}|" + f"{'-' * 11}:|" * len(policy.GRADES))
    for kind, counts in table(directory).items():
        rows.append(f"| {kind:22} |" + "".join(f" {counts[grade]:10,} |" for grade in policy.GRADES))
    return "\n".join(rows)
