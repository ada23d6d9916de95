"""Detectors of a changed contract: each is one of the project's checks, run on what the change affects."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from evaluation.contract_mutation.allowed_mutants import allowing
from evaluation.contract_mutation.mutations import Mutation
from evaluation.contract_mutation.recorded_behaviour import Seen
from evaluation.contract_mutation.runner import trials
from evaluation.contract_mutation.working_copy import WorkingCopy
from loginradius_harness import contracts, faults
from loginradius_harness.checks.generation import expected_error
from loginradius_harness.contracts import Operation, loader
from loginradius_harness.contracts.loader import ContractError
from loginradius_harness.contracts.router import Routes
from loginradius_harness.contracts.tools.lint import problems
from tests.architecture import rules
from tests.contracts import test_bounds as chosen
from tests.contracts import test_code_families as code_families
from tests.contracts import test_siblings as siblings

ENOUGH = 3  # operations tried of those that share a changed schema


class Detectors:
    """The detectors, with the exchanges of the suites by operation."""

    def __init__(self, copy: WorkingCopy, seen: Mapping[str, list[Seen]]) -> None:
        self._copy = copy
        self._seen = seen
        self._named = _named_rules()
        self.detectors: dict[str, Callable[[Mutation], bool]] = {
            "rules are named by tests and faults": self.is_named,
            "bounds and words are chosen": self.is_stray,
            "codes come in families": self.is_orphaned,
            "siblings differ in their conditions": self.is_idle,
            "contracts check": self.is_malformed,
            "answers and requests seen by the suites": self.is_contradicted,
            "wrong instances are refused": self.is_lenient,
        }

    def detect(self, change: Mutation) -> str:
        """Return the name of the first detector that reports the change; empty if none does."""
        with self._copy.changed(change):
            return next((name for name, reports in self.detectors.items() if reports(change)), "")

    def is_named(self, change: Mutation) -> bool:
        """test_rules_are_proved.py, test_faults.py: a test or a fault names a removed rule."""
        if change.kind != "rule":
            return False
        known = {entry["id"] for entry in json.loads((self._copy.directory / change.file).read_bytes())}
        area = change.file.removeprefix("rules/").removesuffix(".json")
        return any(name.startswith(f"{area}.") and name not in known for name in self._named)

    def is_stray(self, change: Mutation) -> bool:
        """tests/contracts/test_bounds.py."""
        data = json.loads((self._copy.directory / change.file).read_bytes())
        return change.kind != "rule" and bool(chosen.odd(change.file, data) or chosen.strays(data))

    def is_orphaned(self, change: Mutation) -> bool:
        """tests/contracts/test_code_families.py."""
        return change.kind == "error" and any(
            gap for operation in self._copy.affected(change) for gap in code_families.gaps(operation)
        )

    def is_idle(self, change: Mutation) -> bool:
        """tests/contracts/test_siblings.py."""
        return change.kind == "when" and any(map(siblings.is_idle, self._copy.affected(change)))

    def is_malformed(self, _change: Mutation) -> bool:
        """`loginradius-harness contracts check`."""
        return bool(problems(self._copy.directory))

    def is_lenient(self, change: Mutation) -> bool:
        """tests/evaluation/test_contract_mutation.py: a wrong instance passes that is not allowed."""
        if change.kind in {"error", "when", "rule"}:
            return False
        try:
            return any(_passes(_about(operation, change)) for operation in self._copy.affected(change)[:ENOUGH])
        except ContractError:
            return True  # no valid instance is left

    def is_contradicted(self, change: Mutation) -> bool:
        """Compare with the suites: a broken answer, a request of a sibling or one accepted differently."""
        affected = self._copy.affected(change)
        if change.kind == "when":
            routes = loader.ContractSet(self._copy.directory).routes
            return any(self._strays(seen, routes) for operation in affected for seen in self._on_route(operation))
        return any(self._contradicts(seen, operation) for operation in affected for seen in self._seen[operation.id])

    def _on_route(self, operation: Operation) -> Iterator[Seen]:
        for other in self._copy.clean.operations:
            if other.method == operation.method and set(other.paths) & set(operation.paths):
                yield from self._seen[other.id]

    def _strays(self, seen: Seen, routes: Routes) -> bool:
        """Whether another operation than before answers a request."""
        asked = (seen.method, seen.path, seen.query, seen.body)
        before, now = self._copy.clean.routes.resolve(*asked), routes.resolve(*asked)
        return (before and before.operation.id) != (now and now.operation.id)

    def _contradicts(self, seen: Seen, now: Operation) -> bool:
        before = self._copy.clean.by_id[now.id]
        projected = any(name.lower() == "fields" for name in seen.query)
        if before.check(seen.status, seen.answer, projected=projected):
            return False  # a sibling has answered
        return bool(now.check(seen.status, seen.answer, projected=projected)) or _is_accepted_differently(
            seen, before, now
        )


def _is_accepted_differently(seen: Seen, before: Operation, now: Operation) -> bool:
    """Whether an accepted request is malformed now, or the fault of a refused one is no longer a fault."""
    then, since = _shape_codes(before, seen), _shape_codes(now, seen)
    return bool(since and not then) if seen.code is None else seen.code in then - since


def _shape_codes(operation: Operation, seen: Seen) -> set[int]:
    wrong = [*expected_error._query_errors(operation, seen.query)] or [
        *expected_error._body_errors(operation, seen.body)
    ]
    return {expected_error._code(operation, part, error) for part, error in wrong}


def _about(operation: Operation, change: Mutation) -> Operation:
    """Return the operation with only the changed part, or all of it if a shared schema has changed."""
    parts: dict[str, Any] = {"query": None, "body": None, "responses": {}}
    if change.at[0] not in parts or change.file.startswith("schemas/"):
        return operation
    return replace(operation, **{part: nothing for part, nothing in parts.items() if part != change.at[0]})


def _passes(operation: Operation) -> bool:
    return any(allowing(survivor) is None for trial in trials(operation) for survivor in trial.survivors)


def _named_rules() -> frozenset[str]:
    named = frozenset(rules.proofs()) | {fault.violates for fault in faults.all_faults().values()}
    return named & {rule.id for rule in contracts.rules()}
