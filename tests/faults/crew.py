"""Processes that play tests side by side, each with suites and emulator of its own."""

import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection, wait
from typing import Any

import msgspec
import pytest

from harness import mailbox, settings

SUITES = "suites"
ARGUMENTS = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"]
STRICT = "addopts=--strict-markers --strict-config --import-mode=importlib"
LONGEST = 150.0  # seconds after which a player is taken for dead
Task = tuple[Any, ...]


def _play(line: Connection, paths: list[str]) -> None:
    """The life of one process."""
    from tests.faults.player import Player  # noqa: PLC0415  # it loads the suites' world, which the parent need not

    mailbox.WAIT_SECONDS = 0.5  # a mail that a fault swallows will not come later
    load = settings.load

    def impatient(*where: Any, **how: Any) -> settings.Target:
        limits = settings.Limits(timeout_seconds=4, retries=0)
        return msgspec.structs.replace(load(*where, **how), limits=limits)

    settings.load = impatient  # an answer that a fault holds back will not come later either
    pytest.main([*ARGUMENTS, "-o", STRICT, *paths], plugins=[Player(line)])


class Hand:
    """One process and the line to it."""

    def __init__(self, paths: list[str]) -> None:
        self._paths = paths
        self.tests = self._start()

    def _start(self) -> list[str]:
        self.line, far = multiprocessing.Pipe()
        context = multiprocessing.get_context("spawn")
        self._process = context.Process(target=_play, args=(far, self._paths), daemon=True)
        self._process.start()
        far.close()
        tests: list[str] = self.line.recv()
        return tests

    def give(self, task: Task) -> None:
        """Hand over a task; the answer comes over the line."""
        self.task, self.since = task, time.monotonic()
        self.line.send(task)

    def replace(self) -> None:
        """A new process in the place of one that hangs or has died."""
        self._process.kill()
        self._process.join()
        self._start()

    def end(self) -> None:
        """Nothing more to do."""
        self.line.send(None)
        self._process.join(10)


class Crew:
    """So many processes."""

    def __init__(self, number: int, paths: list[str]) -> None:
        self._hands = [Hand(paths) for _ in range(number)]
        self.tests = self._hands[0].tests

    def play(self, tasks: Iterator[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, in the order in which they come; None for a task that nobody survives."""
        busy: list[Hand] = []
        for hand in self._hands:
            self._next(hand, tasks, busy)
        while busy:
            wait([hand.line for hand in busy], timeout=1)
            for hand in list(busy):
                if hand.line.poll() or time.monotonic() - hand.since > LONGEST:
                    task = hand.task
                    yield task, _answer(hand)
                    busy.remove(hand)
                    self._next(hand, tasks, busy)

    def _next(self, hand: Hand, tasks: Iterator[Task], busy: list[Hand]) -> None:
        task = next(tasks, None)
        if task is not None:
            hand.give(task)
            busy.append(hand)

    def end(self) -> None:
        """Send everybody home."""
        for hand in self._hands:
            hand.end()


def _answer(hand: Hand) -> Any:
    try:
        if hand.line.poll():
            return hand.line.recv()
    except EOFError:
        pass
    hand.replace()
    return None
