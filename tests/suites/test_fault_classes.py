"""Each class of faults makes the suites red, and the failure names the operation and the rule; see `fault_classes`."""

import pytest

from emulator import faults
from reports import record
from reports.events import Verdict
from tests.suites.conftest import Suite
from tests.suites.fault_classes import CLASSES, FaultClass

PLUGIN = ("-p", "tests.suites.switching")
TESTS = [known.test for known in CLASSES]


@pytest.fixture(scope="module")
def broken(suite: Suite) -> dict[str, Verdict]:
    """How the tests go, each with its fault."""
    run = suite(*PLUGIN, "--with-faults", *TESTS)
    return {verdict.test: verdict for verdict in record.read(run.report / record.STREAM).verdicts}


@pytest.mark.parametrize("known", [pytest.param(known, id=known.says) for known in CLASSES])
def test_fault_is_seen_and_named(known: FaultClass, broken: dict[str, Verdict]) -> None:
    found = broken[known.test]
    assert (found.outcome, found.cause, found.operation) == ("failed", "contract", known.operation)
    assert any(known.names in named for named in (*found.rules, found.requirement, found.expected))


def test_same_tests_are_green_without_faults(suite: Suite) -> None:
    run = suite(*PLUGIN, *TESTS)
    assert run.code == 0, run.output[-2000:]


def test_there_are_25_classes_with_a_switch_each() -> None:
    assert len({known.fault for known in CLASSES} & set(faults.known())) == len(CLASSES) == 25
