"""Runs selected tests of the suites on request, in one process that has collected them once.

Each fault meets a new emulator: everything that session fixtures made is torn down between two faults.
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

from evaluation.fault_injection.exchange_counter import ExchangeCounter
from evaluation.fault_injection.test_selection import names
from evaluation.fault_injection.tracing import Trace
from evaluation.fault_injection.verdict import Test, Verdict
from evaluation.fault_injection.workers import StartFailure
from loginradius_harness import contracts, faults
from loginradius_harness.report.analysis import failure_causes

MAX_MESSAGE = 300  # characters


class Crashes(logging.Handler):
    """Errors of the emulator itself: a fault that crashes it proves nothing about the suites."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep an exception that the emulator did not handle."""
        error = record.exc_info[1] if record.exc_info else None
        self.messages.append(f"{record.getMessage()}: {error!r}")


class TestRunner:
    """A pytest plug-in: collects the tests, sends their ids, then runs one task after the other."""

    __test__ = False  # pytest shall not collect this class, despite its name

    def __init__(self, connection: Connection, *, tenant: bool = False) -> None:
        self._connection = connection
        self._tenant = tenant  # a hint or a warning is no detection there
        self._counter = ExchangeCounter()
        self._crashes = Crashes()
        self._error: BaseException | None = None
        self._items: dict[str, pytest.Item] = {}
        self._collection_errors: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_configure(self, config: pytest.Config) -> None:
        """Replace the reporter, so that the report of the last run of the suites is not overwritten."""
        from loginradius_harness.report.recording.plugin import REPORTER  # noqa: PLC0415  # the root conftest loads it

        config.pluginmanager.unregister(name="reporter")
        config.stash[REPORTER] = cast("Any", self._counter)  # it has the methods that fixtures call
        logging.getLogger("emulator").addHandler(self._crashes)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep the error of a module that cannot be collected."""
        if report.failed:
            self._collection_errors.append(f"{report.nodeid}: {report.longreprtext}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run tasks until there are none."""
        if self._collection_errors:
            self._connection.send(StartFailure(self._collection_errors))
            return True
        self._items = {item.nodeid: item for item in session.items}
        self._connection.send({name: _rules(item) for name, item in self._items.items()})
        tasks: dict[str, Callable[..., Any]] = {"survey": self._survey, "try": self._try}
        while (task := self._connection.recv()) is not None:
            name, *arguments = task
            self._connection.send(tasks[name](*arguments))
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the first failure."""
        report = yield
        if report.failed and call.excinfo is not None and self._error is None:
            self._error = call.excinfo.value
        return report

    def _survey(self, selected: list[str]) -> list[Test]:
        """Run tests without a fault and record what they touch."""
        tests = []
        with Trace() as trace:
            for name, following in pairwise([*selected, ""]):
                trace.reset()
                test = self._run(name, following)
                tests.append(replace(test, functions=frozenset(trace.functions)))
        return [self._confirmed(test) for test in tests]

    def _confirmed(self, test: Test) -> Test:
        """Repeat a failed test without the trace, which slows the emulator down; it counts only if it fails again."""
        if test.outcome != "failed":
            return test
        again = self._run(test.id)
        return again if again.outcome == "failed" else replace(again, outcome="flaky", message=test.message)

    def _try(self, name: str, selected: list[Test], replay: bool) -> Verdict:  # noqa: FBT001  # a task is a plain tuple
        """Run tests with a fault until the first one detects it; `replay` runs that one again with and without it."""
        verdict = Verdict(name=name, violates=faults.find(name).violates, outcome="no effect")
        try:
            return self._with_fault(verdict, selected, replay=replay)
        except faults.FaultError as error:
            return replace(verdict, outcome="not activated", message=str(error))

    def _with_fault(self, verdict: Verdict, selected: list[Test], *, replay: bool) -> Verdict:
        with faults.activated(verdict.name):
            verdict = self._search(verdict, selected)
            self._tear_down()
            if verdict.outcome != "detected" or not replay:
                return verdict
            again = self._run(verdict.by).reports_violation
        return replace(verdict, replays=again and self._run(verdict.by).outcome == "passed")

    def _search(self, verdict: Verdict, selected: list[Test]) -> Verdict:
        began = time.monotonic()
        for number, known in enumerate(selected, 1):
            test = self._run(known.id, selected[number].id if number < len(selected) else "")
            verdict = replace(
                verdict,
                requests=verdict.requests + self._counter.requests,
                seconds=round(time.monotonic() - began, 3),
                tests=number,
            )
            if test.outcome == "failed" if self._tenant else test.reports_violation:
                return self._detected(verdict, test)
            if test.responses != known.responses:
                verdict = replace(verdict, outcome="undetected")
        return verdict

    def _detected(self, verdict: Verdict, test: Test) -> Verdict:
        failure = (
            failure_causes.explain(self._error) if self._error is not None else failure_causes.Failure("contract", "")
        )
        proves = names(faults.find(verdict.name), test)
        return replace(
            verdict,
            outcome="crashed" if self._crashes.messages else "detected",
            by=test.id,
            named=verdict.violates if proves else ", ".join(test.rules) or failure.operation,
            is_localised=proves or failure.operation == verdict.violates,
            grade=failure.grade,
            message="; ".join(self._crashes.messages)[:MAX_MESSAGE] or test.message,
        )

    def _run(self, name: str, following: str = "") -> Test:
        """Run one test; if none follows, tear the emulator down after it."""
        item = self._items[name]
        self._counter.reset()
        self._crashes.messages.clear()
        self._error, began = None, time.monotonic()
        reports = runtestprotocol(item, log=False, nextitem=self._items.get(following))
        message = self._counter.warning if self._error is None else failure_causes.explain(self._error).message
        return Test(
            id=name,
            rules=_rules(item),
            operations=frozenset(self._counter.operations | _about(item)),
            functions=frozenset(),
            seconds=round(time.monotonic() - began, 4),
            responses=self._counter.digest(),
            outcome=self._outcome(reports),
            message=message[:MAX_MESSAGE],
        )

    def _outcome(self, reports: list[pytest.TestReport]) -> Literal["passed", "failed", "warned", "skipped"]:
        if any(report.failed for report in reports):
            return "failed"
        if self._counter.warning:
            return "warned"
        return "skipped" if any(report.skipped for report in reports) else "passed"

    def _tear_down(self) -> None:
        """Tear every fixture down, the emulator included."""
        next(iter(self._items.values())).session._setupstate.teardown_exact(None)


def _rules(item: pytest.Item) -> tuple[str, ...]:
    """Return the rules that a test is marked to prove."""
    return tuple(rule for mark in item.iter_markers("rule") for rule in mark.args)


def _about(item: pytest.Item) -> set[str]:
    """Return the operations that a test is about, by its parameter or its mark."""
    marked = {operation for mark in item.iter_markers("operation") for operation in mark.args}
    operation = getattr(getattr(item, "callspec", None), "params", {}).get("operation")
    return marked | ({operation.id} if isinstance(operation, contracts.Operation) else set())
