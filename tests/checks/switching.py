"""Run each test of the table with its own fault, on an emulator of its own (a pytest plug-in)."""

from contextlib import nullcontext

import pytest
from _pytest.runner import runtestprotocol

from loginradius_harness import faults
from tests.checks.fault_classes import CLASSES

FAULTS = {known.test: known.fault for known in CLASSES}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that switches the faults on; without it, the tests meet a clean emulator."""
    parser.addoption("--with-faults", action="store_true", help="switch on the fault that each test should see")


def pytest_runtest_protocol(item: pytest.Item) -> bool:
    """Run a test alone: no fixture outlives it."""
    broken = item.config.getoption("--with-faults")
    with faults.activated(FAULTS[item.nodeid]) if broken else nullcontext():
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        runtestprotocol(item, nextitem=None)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
