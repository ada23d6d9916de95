"""Each class of faults fails the suites, and the failure names the operation and the rule; see `fault_classes`."""

import pytest

from loginradius_harness import contracts, faults
from loginradius_harness.report.recording import event_stream
from loginradius_harness.report.recording.events import Verdict
from tests.checks.conftest import Suite
from tests.checks.fault_classes import CLASSES, FaultClass

PLUGIN = ("-p", "tests.checks.switching")
TESTS = [known.test for known in CLASSES]


@pytest.fixture(scope="module")
def broken(suite: Suite) -> dict[str, Verdict]:
    """Return how each test ends with its fault."""
    run = suite(*PLUGIN, "--with-faults", *TESTS)
    return {verdict.test: verdict for verdict in event_stream.read(run.report / event_stream.STREAM).verdicts}


@pytest.mark.parametrize("known", [pytest.param(known, id=known.description) for known in CLASSES])
def test_fault_is_seen_and_named(known: FaultClass, broken: dict[str, Verdict]) -> None:
    found = broken[known.test]
    only_standards = bool(found.rules) and {contracts.rule(name).level for name in found.rules} == {"security"}
    assert (found.outcome, found.operation) == ("failed", known.operation)
    assert found.cause == ("security" if only_standards else "contract")
    assert any(known.names in named for named in (*found.rules, found.requirement, found.expected))


def test_same_tests_are_green_without_faults(suite: Suite) -> None:
    run = suite(*PLUGIN, *TESTS)
    assert run.code == 0, run.output[-2000:]


def test_there_are_25_classes_with_a_switch_each() -> None:
    assert len({known.fault for known in CLASSES} & set(faults.all_faults())) == len(CLASSES) == 25
