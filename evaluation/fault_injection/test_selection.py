"""Orders the tests for a fault: those that name its rule, those about its operations, then all that can notice it."""

from collections import Counter
from collections.abc import Iterable

from evaluation.fault_injection.verdict import Test
from loginradius_harness import contracts
from loginradius_harness.faults import Fault
from loginradius_harness.faults.source_patch import SourcePatch


def order(fault: Fault, patch: SourcePatch, tests: Iterable[Test]) -> list[Test]:
    """Return the tests that can notice what a patch changes, the most likely first, then the fastest.

    Among equally likely tests, each test function comes once before one comes again with other parameters.
    """
    concerned = concerned_operations(fault)
    passed = [test for test in tests if test.outcome == "passed"]
    able = [test for test in passed if names(fault, test) or can_notice(patch, test)]
    repetition = repetitions(able)
    return sorted(
        able,
        key=lambda test: (
            not names(fault, test), not is_about(test, concerned), not test.operations & concerned,
            repetition[test.id], test.seconds,
        ),
    )  # fmt: skip


def repetitions(tests: list[Test]) -> dict[str, int]:
    """Return the rank of each test among those of the same function, the fastest being 0."""
    seen: Counter[str] = Counter()
    ranks = {}
    for test in sorted(tests, key=lambda test: test.seconds):
        ranks[test.id] = seen[test.function]
        seen[test.function] += 1
    return ranks


def can_notice(patch: SourcePatch, test: Test) -> bool:
    """Return whether a test runs a changed function or gets a changed response."""
    return patch.is_everywhere or bool(patch.code & test.functions or patch.operations & test.operations)


def names(fault: Fault, test: Test) -> bool:
    """Return whether a test names what the fault violates: the rule, or the operation's contract."""
    return fault.violates in test.rules or f"[{fault.violates}" in test.id


def is_about(test: Test, operations: frozenset[str]) -> bool:
    """Return whether a test has one of the operations as its parameter; other tests only call it."""
    return any(operation in test.id for operation in operations & test.operations)


def concerned_operations(fault: Fault) -> frozenset[str]:
    """Return the operations of the rule that a fault violates, or the one whose contract it violates."""
    try:
        return frozenset(contracts.rule(fault.violates).operations)
    except KeyError:
        return frozenset({fault.violates})
