"""Processes that play tests side by side, each with suites and emulator of its own."""

import contextlib
import multiprocessing
import time
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection, wait
from typing import Any, Self

import msgspec
import pytest

from loginradius_harness.mailbox import mailbox
from loginradius_harness.target import target as targets
from loginradius_harness.target.target import Limits, Target

LOADED = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"  # the harness, whose patience is set below
ARGUMENTS = ("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", LOADED)
STRICT = "addopts=--strict-markers --strict-config --import-mode=importlib"
LONGEST = 900.0  # seconds after which a process is taken for dead
MAIL_COMES_WITHIN = 0.5  # seconds; one that a fault swallows will not come later
ANSWER_COMES_WITHIN = 4.0
Task = tuple[Any, ...]


class Hand:
    """One process and the line to it."""

    def __init__(self, folder: str) -> None:
        self.task: Task = ()
        self.since = 0.0
        self._folder = folder
        self._start()

    def _start(self) -> None:
        self.line, far = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_play, args=(far, self._folder), daemon=True)
        self._process.start()
        far.close()

    def collected(self) -> dict[str, tuple[str, ...]]:
        """The first that comes over the line: each test's name, and the rules that it proves."""
        tests: dict[str, tuple[str, ...]] = self.line.recv()
        return tests

    def give(self, task: Task) -> None:
        """Hand over a task; the answer comes over the line."""
        self.task, self.since = task, time.monotonic()
        self.line.send(task)

    @property
    def is_done(self) -> bool:
        """Whether there is an answer, or none is to be hoped for."""
        return self.line.poll() or time.monotonic() - self.since > LONGEST

    def answer(self) -> Any:
        """What came back; None where the process hangs or has died, and then another takes its place."""
        with contextlib.suppress(EOFError):
            if self.line.poll():
                return self.line.recv()
        self._process.kill()
        self._process.join()
        self._start()
        self.collected()
        return None

    def end(self) -> None:
        """Nothing more to do."""
        self.line.send(None)
        self._process.join(10)


class Workers:
    """So many processes, each of which knows the tests of a folder."""

    def __init__(self, number: int, folder: str = "suites") -> None:
        self._hands = [Hand(folder) for _ in range(number)]
        self.tests, *_ = [hand.collected() for hand in self._hands]  # they collect side by side

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for hand in self._hands:
            hand.end()

    def play(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        """Each task with its answer, in the order in which they come; None for a task that no process survives."""
        waiting, idle, busy = iter(tasks), list(self._hands), list[Hand]()
        while True:
            while idle and (task := next(waiting, None)) is not None:
                idle[-1].give(task)
                busy.append(idle.pop())
            if not busy:
                return
            wait([hand.line for hand in busy], timeout=1)
            for hand in [hand for hand in busy if hand.is_done]:
                yield hand.task, hand.answer()
                busy.remove(hand)
                idle.append(hand)


def _play(line: Connection, folder: str) -> None:
    """The life of one process."""
    from evaluation.fault_injection.test_runner import Player  # noqa: PLC0415  # the world of the suites, which the parent does not need

    mailbox.WAIT_SECONDS = MAIL_COMES_WITHIN
    load = targets.load_target

    def impatient(*where: Any, **how: Any) -> Target:
        limits = Limits(timeout_seconds=ANSWER_COMES_WITHIN)
        return msgspec.structs.replace(load(*where, **how), limits=limits)

    targets.load_target = impatient  # the target comes from the root conftest, which takes no limits
    pytest.main([folder, *ARGUMENTS, "-o", STRICT], plugins=[Player(line)])
