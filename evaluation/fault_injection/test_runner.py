"""Plays chosen tests of the suites on demand, in one process that has collected them once.

Each fault meets an emulator of its own: what session fixtures have made is thrown away between two faults.
"""

import logging
import time
from collections.abc import Callable, Generator
from itertools import pairwise
from multiprocessing.connection import Connection
from typing import Any, Literal, cast

import pytest
from _pytest.runner import runtestprotocol
from msgspec.structs import replace

from evaluation.fault_injection.exchange_counter import Witness
from evaluation.fault_injection.test_selection import names
from evaluation.fault_injection.tracing import Trace
from evaluation.fault_injection.verdict import Test, Verdict
from loginradius_harness import contracts, faults
from loginradius_harness.report.analysis import failure_causes

LONGEST_MESSAGE = 300  # characters


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
        from loginradius_harness.report.recording.plugin import (
            REPORTER,  # the root conftest has to be the first to load it
        )

        config.pluginmanager.unregister(name="reporter")
        config.stash[REPORTER] = cast("Any", self._witness)  # what fixtures use of a reporter, it has
        logging.getLogger("emulator").addHandler(self._crashes)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Answer tasks until there are none."""
        self._items = {item.nodeid: item for item in session.items}
        self._line.send({name: _rules(item) for name, item in self._items.items()})
        tasks: dict[str, Callable[..., Any]] = {"survey": self._survey, "try": self._try}
        while (task := self._line.recv()) is not None:
            name, *arguments = task
            self._line.send(tasks[name](*arguments))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep what failed first."""
        report = yield
        if report.failed and call.excinfo is not None and self._error is None:
            self._error = call.excinfo.value
        return report

    def _survey(self, chosen: list[str]) -> list[Test]:
        """How tests go without a fault, and what they touch."""
        found = []
        with Trace() as trace:
            for name, following in pairwise([*chosen, ""]):
                trace.listen()
                test = self._play(name, following)
                found.append(replace(test, functions=frozenset(trace.functions)))
        return [self._unhurried(test) for test in found]

    def _unhurried(self, test: Test) -> Test:
        """A failure under the trace, which slows the emulator down, counts only where it comes without it as well."""
        if test.outcome != "failed":
            return test
        again = self._play(test.id)
        return again if again.outcome == "failed" else replace(again, outcome="unsteady", message=test.message)

    def _try(self, name: str, chosen: list[Test], replay: bool) -> Verdict:  # noqa: FBT001  # a task is a plain tuple
        """Whether one of the tests notices a fault: the first that does ends the search, and may be played again."""
        verdict = Verdict(name=name, violates=faults.find(name).violates, outcome="no effect")
        with faults.activated(name):
            verdict = self._search(verdict, chosen)
            self._put_away()
            if verdict.outcome != "found" or not replay:
                return verdict
            again = self._play(verdict.by).complains
        return replace(verdict, replays=again and self._play(verdict.by).outcome == "passed")

    def _search(self, verdict: Verdict, chosen: list[Test]) -> Verdict:
        began = time.monotonic()
        for number, known in enumerate(chosen, 1):
            test = self._play(known.id, chosen[number].id if number < len(chosen) else "")
            verdict = replace(
                verdict,
                requests=verdict.requests + self._witness.requests,
                seconds=round(time.monotonic() - began, 3),
                tests=number,
            )
            if test.complains:
                return self._complained(verdict, test)
            if test.look != known.look:
                verdict = replace(verdict, outcome="missed")
        return verdict

    def _complained(self, verdict: Verdict, test: Test) -> Verdict:
        failure = (
            failure_causes.explain(self._error) if self._error is not None else failure_causes.Failure("contract", "")
        )
        proves = names(faults.find(verdict.name), test)
        return replace(
            verdict,
            outcome="crashed" if self._crashes.messages else "found",
            by=test.id,
            named=verdict.violates if proves else ", ".join(test.rules) or failure.operation,
            is_localised=proves or failure.operation == verdict.violates,
            message="; ".join(self._crashes.messages)[:LONGEST_MESSAGE] or test.message,
        )

    def _play(self, name: str, following: str = "") -> Test:
        """Run one test; where none follows, the emulator goes away after it."""
        item = self._items[name]
        self._witness.listen()
        self._crashes.messages.clear()
        self._error, began = None, time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=self._items.get(following))
        message = self._witness.warning if self._error is None else failure_causes.explain(self._error).message
        return Test(
            id=name,
            rules=_rules(item),
            operations=frozenset(self._witness.operations | _about(item)),
            functions=frozenset(),
            seconds=round(time.monotonic() - began, 4),
            look=self._witness.digest(),
            outcome=self._outcome(reports),
            message=message[:LONGEST_MESSAGE],
        )

    def _outcome(self, reports: list[pytest.TestReport]) -> Literal["passed", "failed", "warned", "skipped"]:
        if any(report.failed for report in reports):
            return "failed"
        if self._witness.warning:
            return "warned"
        return "skipped" if any(report.skipped for report in reports) else "passed"

    def _put_away(self) -> None:
        """End every fixture, the emulator's among them."""
        next(iter(self._items.values())).session._setupstate.teardown_exact(None)


def _rules(item: pytest.Item) -> tuple[str, ...]:
    """The rules that a test says it proves."""
    return tuple(rule for mark in item.iter_markers("rule") for rule in mark.args)


def _about(item: pytest.Item) -> set[str]:
    """Operations that a test is about by its parameter or its mark."""
    marked = {operation for mark in item.iter_markers("operation") for operation in mark.args}
    operation = getattr(getattr(item, "callspec", None), "params", {}).get("operation")
    return marked | ({operation.id} if isinstance(operation, contracts.Operation) else set())
