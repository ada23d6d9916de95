"""Plays chosen tests of the suites on demand, in one process that has collected them once.

Each fault meets an emulator of its own: what session fixtures have made is thrown away between two faults.
"""

import logging
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from msgspec.structs import replace

from emulator import faults
from reports import causes
from tests.faults.choice import names
from tests.faults.tracing import Trace
from tests.faults.verdict import Test, Verdict
from tests.faults.witness import Witness

PATIENCE = 60.0  # seconds for one fault; then it counts as missed


class Crashes(logging.Handler):
    """Defects of the emulator itself: a fault that makes it stumble proves nothing about the suites."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """The emulator logs an exception that nobody handled."""
        error = record.exc_info[1] if record.exc_info else None
        self.messages.append(f"{record.getMessage()}: {error!r}")


class Player:
    """A pytest plugin: collects, tells what there is, and then plays what it is told to, one task after the other."""

    def __init__(self, line: Connection) -> None:
        self._line = line
        self._witness = Witness()
        self._crashes = Crashes()
        self._error: BaseException | None = None
        self._items: dict[str, pytest.Item] = {}

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """The report of the last run of the suites stays as it is."""
        from reports.plugin import REPORTER  # noqa: PLC0415  # the root conftest has to be the first to load it

        config.pluginmanager.unregister(name="reporter")
        config.stash[REPORTER] = self._witness  # type: ignore[assignment]  # what fixtures use of it, it has
        logging.getLogger("emulator").addHandler(self._crashes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer tasks until there are none."""
        self._items = {item.nodeid: item for item in session.items}
        self._line.send(list(self._items))
        tasks: dict[str, Callable[..., Any]] = {"survey": self._survey, "try": self._try}
        while (task := self._line.recv()) is not None:
            self._line.send(tasks[task[0]](*task[1:]))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Iterator[None]:
        """Keep what failed."""
        report = yield
        if report.failed and call.excinfo is not None and self._error is None:  # type: ignore[attr-defined]  # a report
            self._error = call.excinfo.value
        return report  # type: ignore[return-value]  # pluggy's wrappers give back what they were given

    def _survey(self, chosen: list[str]) -> list[Test]:
        """How the tests go without a fault, and what they touch."""
        with Trace() as trace:
            found = []
            for number, name in enumerate(chosen):
                trace.listen()
                test = self._play(name, chosen[number + 1 :])
                found.append(replace(test, functions=frozenset(trace.functions)))
        return found

    def _try(self, name: str, chosen: list[Test]) -> Verdict:
        """Whether one of the tests notices a fault: the first that does ends the search."""
        fault, began, requests = faults.find(name), time.monotonic(), 0
        verdict = Verdict(name=name, breaks=fault.breaks, outcome="no effect")
        with faults.switched_on(name):
            for number, known in enumerate(chosen, 1):
                test = self._play(known.id, [other.id for other in chosen[number:]])
                requests, seconds = requests + self._witness.requests, time.monotonic() - began
                verdict = replace(verdict, requests=requests, seconds=round(seconds, 3), tests=number)
                if test.outcome == "failed":
                    verdict = self._found(verdict, known, test)
                    break
                if test.look != known.look:
                    verdict = replace(verdict, outcome="missed")
                if seconds > PATIENCE:
                    break
            self._put_away()
            fails_again = verdict.outcome != "found" or self._play(verdict.by, []).outcome == "failed"
        if verdict.outcome == "found":
            verdict = replace(verdict, replays=fails_again and self._play(verdict.by, []).outcome == "passed")
        return verdict

    def _found(self, verdict: Verdict, known: Test, test: Test) -> Verdict:
        fault = faults.find(verdict.name)
        failure = causes.explain(self._error) if self._error is not None else causes.Failure("contract", "")
        proves = names(fault, known)
        return replace(
            verdict,
            outcome="crashed" if self._crashes.messages else "found",
            by=known.id,
            named=fault.breaks if proves else ", ".join(known.rules) or failure.operation,
            is_localised=proves or failure.operation == fault.breaks,
            message="; ".join(self._crashes.messages)[:300] or test.message,
        )

    def _play(self, name: str, rest: list[str]) -> Test:
        """Run one test; with no `rest` the emulator goes away after it."""
        item, following = self._items[name], self._items[rest[0]] if rest else None
        self._witness.listen()
        self._crashes.messages.clear()
        self._error, began = None, time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=following)
        failed = any(report.failed for report in reports)
        skipped = any(report.skipped for report in reports)
        return Test(
            id=name,
            order=0,
            rules=tuple(rule for mark in item.iter_markers("rule") for rule in mark.args),
            operations=frozenset(self._witness.operations | _about(item)),
            functions=frozenset(),
            seconds=round(time.monotonic() - began, 4),
            look=self._witness.digest(),
            outcome="failed" if failed else "skipped" if skipped else "passed",
            message="" if self._error is None else causes.explain(self._error).message[:300],
        )

    def _put_away(self) -> None:
        """End every fixture, the emulator's among them."""
        next(iter(self._items.values())).session._setupstate.teardown_exact(None)


def _about(item: pytest.Item) -> set[str]:
    """Operations that a test is about by its parameter or its mark."""
    marked = {operation for mark in item.iter_markers("operation") for operation in mark.args}
    parameters = getattr(getattr(item, "callspec", None), "params", {})
    operation = parameters.get("operation")
    return marked | ({operation.id} if hasattr(operation, "id") else set())
