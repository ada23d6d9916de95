"""A pytest plug-in for runs of the suites: each test of the table meets its own fault, on an emulator of its own."""

from contextlib import nullcontext

import pytest
from _pytest.runner import runtestprotocol

from loginradius_harness import faults
from tests.checks.fault_classes import CLASSES

FAULTS = {known.test: known.fault for known in CLASSES}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Without it, the same tests meet a clean emulator."""
    parser.addoption("--with-faults", action="store_true", help="switch on the fault that each test should see")


def pytest_runtest_protocol(item: pytest.Item) -> bool:
    """Play a test alone: no fixture outlives it."""
    broken = item.config.getoption("--with-faults")
    with faults.activated(FAULTS[item.nodeid]) if broken else nullcontext():
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        runtestprotocol(item, nextitem=None)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True
