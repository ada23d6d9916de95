"""Validation of the rule files: format, unique ids and statements, known operations."""

import json
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs

from loginradius_harness.contracts import reference_data
from loginradius_harness.contracts.rules import near
from loginradius_harness.contracts.tools.lint_schemas import Problem


def rule_problems(directory: Path, operation_ids: Collection[str]) -> list[Problem]:
    """Return every defect of the rule files in `directory`; rule.schema.json lies beside it."""
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
    """Yield rules in the wrong file, repeated ids and statements, and unknown operations."""
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
                text = f"no operation {name!r}{near(name, operation_ids)}"
                yield Problem(file, f"/{number}/operations/{place}", text)
