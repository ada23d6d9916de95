"""Behaviour rules: one sentence each, in rules/<area>.json (format: rule.schema.json)."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any, Literal

from loginradius_harness.contracts import policy, reference_data

Level = Literal["must", "security", "should", "by_design", "not_observable"]
Evidence = Literal["documented", "sdk", "observed", "inferred"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One fact about behaviour.

    `checklist` holds rows of the security checklist, `reason` says why the rule never fails a run.
    """

    id: str
    statement: str
    level: Level
    evidence: Evidence
    source: tuple[str, ...]
    operations: tuple[str, ...]
    checklist: tuple[int, ...] = ()
    reason: str = ""

    @property
    def must_hold(self) -> bool:
        """Whether a test fails if the rule does not hold: the vendor promises it, or a security standard demands it."""
        return self.level in {"must", "security"}

    @property
    def requirements(self) -> tuple[str, ...]:
        """Ids of the standards' requirements among the sources, e.g. `ASVS 5.0 2.3.1`."""
        return tuple(source for source in self.source if not source.startswith("product-facts.md#"))

    @property
    def codes(self) -> frozenset[int]:
        """Product error codes that the statement names."""
        named = map(int, re.findall(r"\b\d{3,4}\b", self.statement))
        return frozenset(named) & reference_data.error_definitions().keys()

    def kind(self, *, strict: bool) -> policy.Result:
        """Return what it means that the rule does not hold (policy.py)."""
        return policy.kind_of_rule(self.level, self.evidence, strict=strict)

    @property
    def area(self) -> str:
        """The name of the rule's file, without its extension."""
        return self.id.partition(".")[0]


@cache
def rules() -> tuple[Rule, ...]:
    """Return every rule, by area; read once per process and not validated (`contracts check` does that)."""
    return rules_of(reference_data.ROOT)


def rules_of(directory: Path) -> tuple[Rule, ...]:
    """Return the rules of a contracts directory, by area."""
    files = sorted((directory / "rules").glob("*.json"))
    return tuple(_rule(entry) for file in files for entry in reference_data.read(file))


@cache
def _by_id() -> dict[str, Rule]:
    return {rule.id: rule for rule in rules()}


def rule(rule_id: str) -> Rule:
    """Return the rule with this id; raise KeyError that names similar ids."""
    known = _by_id()
    if rule_id in known:
        return known[rule_id]
    raise KeyError(f"no rule {rule_id!r}{near(rule_id, known)}")


def _rule(entry: dict[str, Any]) -> Rule:
    lists = {name: tuple(value) for name, value in entry.items() if isinstance(value, list)}
    return Rule(**{**entry, **lists})


def near(name: str, known: Collection[str]) -> str:
    """Return a hint with the names most like a wrong one; empty if there are none."""
    names = get_close_matches(name, known, n=3)
    return f"; did you mean {', '.join(names)}?" if names else ""
