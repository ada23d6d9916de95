"""Fixtures of the load tests."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from loginradius_harness import emulator
from loginradius_harness.client.server_clock import ServerClock
from loginradius_harness.target.target import Target, load_target


@pytest.fixture
def clock() -> ServerClock:
    """Return a clock that stands still."""
    return ServerClock(lambda: None, lambda: datetime(2030, 1, 2, 3, 0, tzinfo=UTC))


@pytest.fixture
def target() -> Target:
    """Return the target of an emulator that need not exist."""
    return load_target("http://127.0.0.1:9", environ={}, answers=lambda _: True)


@pytest.fixture
def running() -> Iterator[emulator.Running]:
    """Yield an emulator that listens on a port."""
    with emulator.running() as started:
        yield started
