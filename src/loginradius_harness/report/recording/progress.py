"""Print how far a long run is, the same in a terminal and in a CI log."""

import re
import time
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Any

import pytest

FIRST = 10.0  # seconds until the first line; a shorter run prints none
GROWTH = 0.25  # of the elapsed time: the pause before the next line, so that an hour prints about thirty
_OPERATION = re.compile(r"\[([a-z_]+\.[a-z0-9_]+)")  # a test's id begins its parameters with the operation


class Progress:
    """Count finished tests in the process that the user started."""

    def __init__(
        self,
        print_line: Callable[[str], None],
        operations: AbstractSet[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._print_line = print_line
        self._operations = operations
        self._clock = clock
        self._started = clock()
        self._next_line = FIRST
        self._tests = 0
        self._finished = 0
        self._seen: set[str] = set()

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note the number of tests of this process."""
        self._tests = max(self._tests, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Note the number of tests of the workers; each worker collects all of them."""
        self._tests = max(self._tests, len(ids))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Count a test, and print a line where one is due."""
        self._finished += 1
        self._seen.update(self._operations & set(_OPERATION.findall(nodeid)))
        elapsed = self._clock() - self._started
        if elapsed >= self._next_line:
            self._next_line = elapsed + max(FIRST, elapsed * GROWTH)
            self._print_line(self.line(elapsed))

    def line(self, elapsed: float) -> str:
        """Return what is done after `elapsed` seconds, and an estimate of the seconds left."""
        left = elapsed / self._finished * (self._tests - self._finished) if self._finished else 0.0
        return (
            f"{self._finished:,} of {self._tests:,} tests, {len(self._seen)} of {len(self._operations)} operations,"
            f" about {left:.0f} s left"
        )


def line_printer(terminal: Any) -> Callable[[str], None]:
    """Return a function that prints a line of its own in pytest's terminal."""

    def print_line(line: str) -> None:
        terminal.ensure_newline()
        terminal.write_line(line)

    return print_line
