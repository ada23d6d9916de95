"""How far a long run is: a line now and then, the same in a terminal and in CI's log."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest

EVERY = 10.0  # seconds between two lines; a run that is over sooner prints none
_OPERATION = re.compile(r"\[([a-z_]+\.[a-z0-9_]+)")  # a test's id begins its parameters with the operation


class Progress:
    """Counts the tests that ended, in the process that the user started."""

    def __init__(
        self, say: Callable[[str], None], operations: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._say = say
        self._operations = operations
        self._clock = clock
        self._began = self._said = clock()
        self._expected = 0
        self._ended = 0
        self._seen: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Tests of this process."""
        self._expected = max(self._expected, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Tests of the workers: each collects all of them."""
        self._expected = max(self._expected, len(ids))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """A test ended."""
        self._ended += 1
        self._seen.update(_OPERATION.findall(nodeid))
        now = self._clock()
        if now - self._said >= EVERY:
            self._said = now
            self._say(self.line(now - self._began))

    def line(self, elapsed: float) -> str:
        """What is done, and how long the rest will take at this pace."""
        left = elapsed / self._ended * (self._expected - self._ended) if self._ended else 0.0
        return (
            f"{self._ended:,} of {self._expected:,} tests, {len(self._seen)} of {self._operations} operations,"
            f" about {left:.0f} s left"
        )


def say_in(terminal: Any) -> Callable[[str], None]:
    """A line of its own in pytest's terminal."""

    def say(line: str) -> None:
        terminal.ensure_newline()
        terminal.write_line(line)

    return say
