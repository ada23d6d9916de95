"""Which tests to ask first: those that name the rule, then those of its operations, then all that can notice."""

from collections.abc import Iterable

import contracts
from emulator.faults import Fault
from emulator.faults.patch import Patch
from tests.faults.verdict import Test


def order(fault: Fault, patch: Patch, tests: Iterable[Test]) -> list[Test]:
    """The tests that can notice what a patch changes, the likeliest first and the quick before the slow."""
    concerned = concerned_operations(fault)
    able = [test for test in tests if test.outcome == "passed" and can_notice(patch, test)]
    return sorted(able, key=lambda test: (not names(fault, test), not test.operations & concerned, test.seconds))


def can_notice(patch: Patch, test: Test) -> bool:
    """Whether a test runs a changed function or gets a changed answer."""
    return patch.is_everywhere or bool(patch.code & test.functions or patch.operations & test.operations)


def names(fault: Fault, test: Test) -> bool:
    """Whether a test says that it proves what the fault breaks."""
    return fault.breaks in test.rules or f"[{fault.breaks}" in test.id


def concerned_operations(fault: Fault) -> frozenset[str]:
    """The operations of the rule that a fault breaks, or the one whose contract it breaks."""
    try:
        return frozenset(contracts.rule(fault.breaks).operations)
    except KeyError:
        return frozenset({fault.breaks})
