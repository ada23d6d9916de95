"""The promises about behaviour: one plain sentence each, in rules/<area>.json (shape: rule.schema.json)."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.tools.problem import Problem

Level = Literal["must", "should", "by_design", "not_observable"]
Evidence = Literal["documented", "sdk", "observed", "inferred"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One fact about behaviour. `checklist` holds rows of the security checklist, `reason` why it never fails a run."""

    id: str
    statement: str
    level: Level
    evidence: Evidence
    source: tuple[str, ...]
    operations: tuple[str, ...]
    checklist: tuple[int, ...] = ()
    reason: str = ""

    @property
    def area(self) -> str:
        """The file that holds the rule, without its ending."""
        return self.id.partition(".")[0]


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, by area; read once per process and taken as valid (`loginradius-harness contracts check` validates)."""
    files = sorted((reference_data.ROOT / "rules").glob("*.json"))
    return tuple(_rule(entry) for file in files for entry in reference_data.read(file))


@cache
def _by_id() -> dict[str, Rule]:
    return {rule.id: rule for rule in rules()}


def rule(rule_id: str) -> Rule:
    """The rule with this id; KeyError with the nearest ids where there is none."""
    known = _by_id()
    if rule_id in known:
        return known[rule_id]
    raise KeyError(f"no rule {rule_id!r}{_near(rule_id, known)}")


def _rule(entry: dict[str, Any]) -> Rule:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Rule(**{**entry, **lists})


def _near(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=3)
    return f"; did you mean {', '.join(near)}?" if near else ""


def problems(directory: Path, operation_ids: Collection[str]) -> list[Problem]:
    """Every defect of the rule files in a directory, whose schema lies beside it; an empty list is a pass."""
    schema = reference_data.compile_schema(reference_data.read(directory.parent / "rule.schema.json"), None)
    found: list[Problem] = []
    met: dict[str, str] = {}
    for file in sorted(directory.glob("*.json")):
        try:
            entries = json.loads(file.read_bytes())
        except ValueError as error:
            found.append(Problem(file, "", f"not valid JSON: {error}"))
            continue
        malformed = list(_malformed(file, entries, schema))
        found += malformed or _misplaced(file, entries, operation_ids, met)
    return found


def _malformed(file: Path, entries: Any, schema: jsonschema_rs.Draft202012Validator) -> Iterator[Problem]:
    for error in schema.iter_errors(entries):
        yield Problem(file, "".join(f"/{step}" for step in error.instance_path), error.message)


def _misplaced(file: Path, entries: Any, operation_ids: Collection[str], met: dict[str, str]) -> Iterator[Problem]:
    """Rules in the wrong file, ids and sentences that were met before, operations that nobody knows."""
    for number, entry in enumerate(entries):
        if not entry["id"].startswith(f"{file.stem}."):
            yield Problem(file, f"/{number}/id", f"expected {file.stem}.<fact>, got {entry['id']!r}")
        for member in ("id", "statement"):
            here = f"{file.name}/{number}"
            first = met.setdefault(entry[member], here)
            if first != here:
                yield Problem(file, f"/{number}/{member}", f"{entry[member]!r} stands at {first} already")
        for place, name in enumerate(entry["operations"]):
            if name not in operation_ids:
                text = f"no operation {name!r}{_near(name, operation_ids)}"
                yield Problem(file, f"/{number}/operations/{place}", text)
