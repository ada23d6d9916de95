"""Processes that run tests in parallel, each with its own copy of the suites and its own emulator."""

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

LOADED = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"  # the harness, whose timeouts are set below
ARGUMENTS = ("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-W", LOADED)
STRICT = "addopts=--strict-markers --strict-config --import-mode=importlib"
TASK_TIMEOUT = 900.0  # seconds after which a worker counts as dead
MAIL_TIMEOUT = 0.5  # seconds; a mail that a fault suppresses does not come later
RESPONSE_TIMEOUT = 4.0  # seconds
Task = tuple[Any, ...]
Tests = dict[str, tuple[str, ...]]  # test id -> the rules that it proves


class WorkerNotStartedError(Exception):
    """A worker could not collect the tests; the text says why."""


class StartFailure(msgspec.Struct, frozen=True):
    """Sent by a worker instead of its tests: modules that could not be collected, with the errors."""

    errors: list[str]


class Worker:
    """One process and the connection to it."""

    def __init__(self, folder: str, *, tenant: bool) -> None:
        self.task: Task = ()
        self.since = 0.0
        self._folder = folder
        self._tenant = tenant
        self._start()

    def _start(self) -> None:
        self.connection, other_end = multiprocessing.Pipe()
        spawn = multiprocessing.get_context("spawn")
        self._process = spawn.Process(target=_serve, args=(other_end, self._folder, self._tenant), daemon=True)
        self._process.start()
        other_end.close()

    def collected(self) -> Tests:
        """Return the tests that the process has collected.

        Raises:
            WorkerNotStartedError: It could not collect them.

        """
        try:
            received: Tests | StartFailure = self.connection.recv()
        except EOFError:
            self._process.join()
            raise WorkerNotStartedError(
                f"pytest ended with exit code {self._process.exitcode} before it had collected {self._folder}; "
                "its own message is above"
            ) from None
        if isinstance(received, StartFailure):
            raise WorkerNotStartedError("\n".join([f"{self._folder} cannot be collected:", *received.errors]))
        return received

    def send(self, task: Task) -> None:
        """Send a task; the result comes back over the connection."""
        self.task, self.since = task, time.monotonic()
        self.connection.send(task)

    @property
    def is_done(self) -> bool:
        """Return whether there is a result, or the process has exceeded its time."""
        return self.connection.poll() or time.monotonic() - self.since > TASK_TIMEOUT

    def result(self) -> Any:
        """Return the result; None if the process hangs or has died, which then is replaced by a new one."""
        with contextlib.suppress(EOFError):
            if self.connection.poll():
                return self.connection.recv()
        self.kill()
        self._start()
        self.collected()
        return None

    def stop(self) -> None:
        """Let the process end by itself."""
        with contextlib.suppress(BrokenPipeError):
            self.connection.send(None)
        self._process.join(10)

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()


class Workers:
    """A number of processes that have collected the tests of a folder; `tenant` makes weak promises hints.

    Raises:
        WorkerNotStartedError: The tests cannot be collected.

    """

    def __init__(self, number: int, folder: str = "suites", *, tenant: bool = False) -> None:
        self._workers = [Worker(folder, tenant=tenant) for _ in range(number)]
        try:
            self.tests, *_ = [worker.collected() for worker in self._workers]  # they collect in parallel
        except WorkerNotStartedError:
            for worker in self._workers:
                worker.kill()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        for worker in self._workers:
            worker.stop()

    def run(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Any]]:
        """Yield each task with its result, in order of completion; None for a task that killed its process."""
        waiting, idle, busy = iter(tasks), list(self._workers), list[Worker]()
        while True:
            while idle and (task := next(waiting, None)) is not None:
                idle[-1].send(task)
                busy.append(idle.pop())
            if not busy:
                return
            wait([worker.connection for worker in busy], timeout=1)
            for worker in [worker for worker in busy if worker.is_done]:
                yield worker.task, worker.result()
                busy.remove(worker)
                idle.append(worker)


def _serve(connection: Connection, folder: str, tenant: bool) -> None:  # noqa: FBT001  # arguments of a process
    """Run pytest in this process and serve tasks until there are none."""
    from evaluation.fault_injection.test_runner import TestRunner  # noqa: PLC0415  # the parent does not need the suites

    mailbox.WAIT_SECONDS = MAIL_TIMEOUT
    load = targets.load_target

    def load_with_short_timeout(*where: Any, **how: Any) -> Target:
        limits = Limits(timeout_seconds=RESPONSE_TIMEOUT)
        return msgspec.structs.replace(load(*where, **how), limits=limits, strict=not tenant)

    targets.load_target = load_with_short_timeout  # the root conftest loads the target, and takes no limits
    code = pytest.main([folder, *ARGUMENTS, "-o", STRICT], plugins=[TestRunner(connection, tenant=tenant)])
    raise SystemExit(int(code))
