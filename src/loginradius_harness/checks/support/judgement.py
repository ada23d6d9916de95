"""Judge a failed test by the rules that it proves: a broken promise, a security finding, a hint or a warning."""

from typing import Any

import pytest

from loginradius_harness import contracts
from loginradius_harness.checks.security.reporter import Judgement
from loginradius_harness.client.errors import ContractViolationError
from loginradius_harness.contracts import Rule, Violation, policy
from loginradius_harness.contracts.overlay import REFUSED

UNEXPECTED = (AssertionError, LookupError, TypeError, ValueError)  # what tests raise over an unexpected response

_EXCUSES: dict[str, Judgement] = {
    "must": "warning",  # known by inference or from a client's model only
    "should": "warning",
    "by_design": "by-design",
    "not_observable": "not-observable",
}


def excuse(item: pytest.Item, failure: Exception, *, strict: bool) -> tuple[Judgement, Rule] | None:
    """Return the outcome of a failed test whose rules all are weak, and a rule; None if the failure counts.

    A violation of a contract's own promise counts, whatever the test's rules are. That a request is refused which a
    security check sends is no promise of the contract, but the rule's.
    """
    demanded = getattr(failure, "requirement", "") == REFUSED and item.get_closest_marker("security") is not None
    if getattr(failure, "grade", "") in policy.BINDING and not demanded:
        return None
    rules = [contracts.rule(name) for mark in item.iter_markers("rule") for name in mark.args]
    if not rules or any(rule.kind(strict=strict) != "hint" for rule in rules):
        return None
    return _EXCUSES[rules[0].level], rules[0]


def seen(failure: Exception, test: str) -> dict[str, str]:
    """Return what was expected, at least by the name of the test, and what was seen."""
    if isinstance(failure, ContractViolationError):
        return {"expected": failure.expected, "actual": failure.actual}
    return {"expected": test.removeprefix("test_").replace("_", " "), "actual": str(failure).partition("\n")[0]}


def hint(rule: Rule, details: dict[str, Any]) -> Violation:
    """Return the hint that a rule does not hold."""
    grade = policy.grade_of_rule(rule.evidence)
    return Violation("hint", "", rule.id, rule.statement, details["actual"], grade, ", ".join(rule.source))


def reason(rule: Rule) -> str:
    """Return why the failure is none of the run."""
    return rule.reason or f"should hold, and does not: {rule.statement}"
