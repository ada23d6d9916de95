"""Which tests to ask first: those that name the rule, then those about its operations, then all that can notice."""

from collections import Counter
from collections.abc import Iterable

from evaluation.fault_injection.verdict import Test
from loginradius_harness import contracts
from loginradius_harness.faults import Fault
from loginradius_harness.faults.source_patch import SourcePatch


def order(fault: Fault, patch: SourcePatch, tests: Iterable[Test]) -> list[Test]:
    """The tests that can notice what a patch changes, the likeliest first and the quick before the slow.

    Of those that are no likelier than others, each question is asked once before one is asked again.
    """
    concerned = concerned_operations(fault)
    passed = [test for test in tests if test.outcome == "passed"]
    able = [test for test in passed if names(fault, test) or can_notice(patch, test)]  # a survey may have cached
    asked = turns(able)
    return sorted(
        able,
        key=lambda test: (
            not names(fault, test), not is_about(test, concerned), not test.operations & concerned,
            asked[test.id], test.seconds,
        ),
    )  # fmt: skip


def turns(tests: list[Test]) -> dict[str, int]:
    """The number of a test among those that ask the same question, the quickest first."""
    asked: Counter[str] = Counter()
    found = {}
    for test in sorted(tests, key=lambda test: test.seconds):
        found[test.id] = asked[test.question]
        asked[test.question] += 1
    return found


def can_notice(patch: SourcePatch, test: Test) -> bool:
    """Whether a test runs a changed function or gets a changed answer."""
    return patch.is_everywhere or bool(patch.code & test.functions or patch.operations & test.operations)


def names(fault: Fault, test: Test) -> bool:
    """Whether a test says that it proves what the fault breaks: the rule, or the operation's contract."""
    return fault.violates in test.rules or f"[{fault.violates}" in test.id


def is_about(test: Test, operations: frozenset[str]) -> bool:
    """Whether a test has one of the operations as its parameter; others call it on their way."""
    return any(operation in test.id for operation in operations & test.operations)


def concerned_operations(fault: Fault) -> frozenset[str]:
    """The operations of the rule that a fault breaks, or the one whose contract it breaks."""
    try:
        return frozenset(contracts.rule(fault.violates).operations)
    except KeyError:
        return frozenset({fault.violates})
