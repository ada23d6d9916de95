"""pytest plugin: listens to the suites, writes the record, and at the end everything that is read from it.

`conftest.py` names it in `pytest_plugins` and calls `begin` once the target is known. Only tests below `suites/` are
recorded; the project's own tests leave the last report alone.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

import pytest
from msgspec.structs import replace

from loginradius_harness.report.analysis import coverage, failure_causes, known_issues
from loginradius_harness.report.formats.text import cut
from loginradius_harness.report.recording import events
from loginradius_harness.report.recording.event_stream import (
    OUT,
    STREAM,
    Announced,
    Recorder,
    RecordUnwritable,
    clear,
    evidence,
)
from loginradius_harness.report.recording.progress import Progress, say_in
from loginradius_harness.report.recording.running_test import RunningTest

SUITES = "suites"
LEAVING_OUT = ("keyword", "markexpr", "deselect", "ignore", "ignore_glob", "maxfail", "lf", "stepwise")  # options
REPORTER = pytest.StashKey["Reporter"]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where the report goes, and how strict it is."""
    group = parser.getgroup("reports")
    folder = f"folder of the report, written --report=DIR (default: {OUT})"
    group.addoption("--report", metavar="DIR", default=str(OUT), help=folder)
    group.addoption(
        "--strict-contract",
        action="store_true",
        help="fail also on new drift and, where all suites ask an emulator, on gaps in gated coverage",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Explain the marks."""
    for mark in (
        "operation(*ids): operations that the test is about, where no parameter `operation` says so",
        "rule(*ids): rules of contracts/rules/ that the test proves",
        "security(row, *standards): row of the security checklist, and the requirements it checks",
    ):
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def recorder(pytestconfig: pytest.Config) -> "Reporter":
    """What a test tells beyond its verdict: exchanges, steps, coverage, security judgements."""
    return pytestconfig.stash[REPORTER]


def begin(config: pytest.Config, run: events.RunStarted, redact: Callable[[str], str]) -> "Reporter":
    """Start recording. To be called once in `pytest_configure`, in the controller and in each worker.

    `redact` makes any text fit to be shown; failure messages go through it.
    """
    try:
        reporter = Reporter(config, run, redact)
    except known_issues.KnownIssuesInvalid as error:
        pytest.exit(str(error), returncode=error.exit_code)
    except OSError as error:
        pytest.exit(f"The report cannot be written: {error}", returncode=RecordUnwritable.exit_code)
    config.stash[REPORTER] = reporter
    config.pluginmanager.register(reporter, "reporter")
    return reporter


class Reporter:
    """Listens to one pytest process."""

    def __init__(self, config: pytest.Config, run: events.RunStarted, redact: Callable[[str], str]) -> None:
        self._config = config
        self._run = replace(run, whole=_asks_everything(config))
        self._redact = redact
        self._current: RunningTest | None = None
        self._successes: Counter[str] = Counter()
        self._is_worker = hasattr(config, "workerinput")
        self._decided = known_issues.read()
        self._is_on = _asks_suites(config)
        self._out = config.rootpath / config.getoption("--report")
        self._summary = ""
        if self._is_on and not self._is_worker:
            clear(self._out / STREAM)
        self._recorder = Recorder(self._out / STREAM if self._is_on else Path(os.devnull))
        self._introduce()

    # What tests and fixtures tell ----------------------------------------------------------------------------------

    def exchange(self, exchange: Announced) -> None:
        """A call was made: to be added to the client's listeners."""
        self._recorder.exchange(exchange)
        if self._current is not None:
            self._current.exchange(exchange)
        if exchange.status is not None and exchange.error_code is None:
            self._look_at_members(exchange)

    def _look_at_members(self, exchange: Announced) -> None:
        """Of an operation's successes the 1st, 2nd, 4th, 8th ... are looked at: later ones rarely show anything new."""
        self._successes[exchange.operation] += 1
        if self._successes[exchange.operation].bit_count() == 1:
            seen = coverage.members_seen(exchange.operation, exchange.status, exchange.response_body)
            self._recorder.covered("C5", *seen)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of a journey: `with record.step("enrol an authenticator app"):`."""
        started, clock, passed = datetime.now(UTC), time.perf_counter(), False
        try:
            yield
            passed = True
        finally:
            test = self._current.item.nodeid if self._current else ""
            seconds = round(time.perf_counter() - clock, 6)
            self._recorder.append(events.Step(test=test, name=name, started=started, seconds=seconds, passed=passed))

    def covered(self, criterion: str, *items: str, seen: bool = True) -> None:
        """Items of a coverage criterion were seen, or (`seen=False`) are asked for."""
        self._recorder.covered(criterion, *items, seen=seen)

    def judge(self, outcome: events.Outcome, reason: str, *, expected: str = "", actual: str = "") -> None:
        """Say how the running test ends where it does not fail: warning, by-design, not-observable, not-applicable."""
        if self._current is None:
            raise RuntimeError("judge() is called from within a test")
        self._current.judged = {
            "outcome": outcome,
            "message": self._redact(reason),
            "expected": self._redact(expected),
            "actual": self._redact(actual),
        }

    def tell(self, event: events.AnyEvent) -> None:
        """Any other event: a fault that was found, a load run."""
        self._recorder.append(event)

    def found(self, url: str, *, is_emulator: bool) -> None:
        """The target has an address now. What an emulator answers confirms nothing about a tenant."""
        self._run = replace(self._run, url=url, emulator=is_emulator)
        self._introduce()

    def _introduce(self) -> None:
        if not self._is_worker:
            self._recorder.append(self._run)
            self._recorder.flush()

    def abort(self, error: Exception) -> NoReturn:
        """End the run before its first test, with a report that says why. `error.exit_code` is the exit code."""
        failure = failure_causes.explain(error)
        if not self._is_worker:
            self.tell(_aborted(failure, self._redact(str(error))))
            self._conclude(failure_causes.EXIT_CODES[failure.cause])
        pytest.exit(self._redact(str(error)), returncode=failure_causes.EXIT_CODES[failure.cause])

    # What pytest tells ---------------------------------------------------------------------------------------------

    def pytest_sessionstart(self) -> None:
        """From here on there is a terminal, in the process that the user started."""
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if terminal is not None and self._is_on and not self._is_worker:
            self._config.pluginmanager.register(Progress(say_in(terminal), self._run.operations), "progress")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """One test, from its fixtures' set-up to their end."""
        self._current = RunningTest(item)
        try:
            return (yield)
        finally:
            self._write(self._current)
            self._current = None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, Any]:
        """One phase of a test."""
        report = yield
        current = self._current
        if current is None:  # a test that was started in another way, e.g. by pytester
            return report
        current.seconds += call.duration
        if report.failed and call.excinfo is not None:
            self._note_failure(current, call.excinfo.value, report)
        elif report.skipped and current.outcome == "passed":
            current.outcome = "skipped"
            current.reason = self._redact(_skip_reason(report))
        return report

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
        """A comparison failed: what was expected stands on its right."""
        if self._current is not None:
            sign = "" if op == "==" else f"{op} "
            sides = (f"{sign}{right!r}", repr(left))
            self._current.comparison = (self._redact(cut(sides[0], 500)), self._redact(cut(sides[1], 500)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A worker died: its test has no report of its own."""
        if report.when not in {"setup", "call", "teardown"} and self._is_on:
            message = self._redact(cut(report.longreprtext, 2_000))
            self.tell(_crashed(report.nodeid, message))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report and give the run the exit code of its weightiest failure."""
        if self._is_worker or not self._is_on or self._config.getoption("collectonly"):
            self._recorder.close()
            return
        session.exitstatus = self._conclude(int(exitstatus))

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say how it went and where to read more."""
        if self._summary:
            terminalreporter.section("report")
            terminalreporter.write_line(self._summary)

    # -----------------------------------------------------------------------------------------------------------------

    def _note_failure(self, current: RunningTest, error: BaseException, report: pytest.TestReport) -> None:
        failure = failure_causes.explain(error)
        plain = not failure.expected and current.comparison is None
        text = f"{failure.message}\n\n{report.longreprtext}" if plain else failure.message
        told = {
            name: self._redact(getattr(failure, name))
            for name in ("operation", "requirement", "expected", "actual", "replay")
        }
        current.failure = failure_causes.Failure(failure.cause, self._redact(cut(text, 4_000)), **told)
        current.outcome = "failed"
        excuse = self._excuse(current)
        if excuse is not None:
            current.outcome, reason = excuse
            report.outcome = "skipped"  # together with `wasxfail` this is how pytest spells "failed as foreseen"
            report.wasxfail = reason

    def _excuse(self, current: RunningTest) -> tuple[events.Outcome, str] | None:
        """Whether a ledger foresees this failure."""
        verdict = current.verdict()
        known = known_issues.expected(verdict, self._run.target, self._decided.expected)
        if known is not None:
            return "expected", f"since {known.since}: {known.reason}"
        flaky = known_issues.quarantined(verdict.test, self._run.started.date(), self._decided.quarantine)
        return None if flaky is None else ("quarantined", f"until {flaky.until}: {flaky.reason}")

    def _write(self, current: RunningTest) -> None:
        self.tell(current.verdict())
        if current.is_worth_keeping:
            for exchange in current.exchanges:
                self.tell(evidence(current.item.nodeid, exchange))
        with contextlib.suppress(RecordUnwritable):  # said once, at the end of the run
            self._recorder.flush()

    def _conclude(self, exit_code: int) -> int:
        """Close the stream and write what is read from it; the exit code of the run."""
        # Templates, charts and history take half a second to load, and only the end of a run needs them.
        from loginradius_harness.report import finish  # noqa: PLC0415  # see above
        from loginradius_harness.report.formats import render  # noqa: PLC0415

        try:
            self._recorder.flush()
            strict = self._config.getoption("--strict-contract")
            told = finish.finish_run(self._out, exit_code, strict=strict)
        except OSError as error:
            self._summary = f"The report could not be written: {error}"
            return RecordUnwritable.exit_code
        self._summary = f"{told.headline}\n{self._out / render.PAGE}"
        return told.exit_code


def _asks_suites(config: pytest.Config) -> bool:
    """Whether this run is about a tenant, and not about the project's own tests."""
    if config.getoption("collectonly") or config.getoption("help"):
        return False
    suites = config.rootpath / SUITES
    return any(path.is_relative_to(suites) or suites.is_relative_to(path) for path in _asked(config))


def _asks_everything(config: pytest.Config) -> bool:
    """Whether no suite and no test is left out."""
    suites = config.rootpath / SUITES
    left_out = [config.getoption(name, None) for name in LEAVING_OUT]  # None: a plug-in that is switched off
    return any(map(suites.is_relative_to, _asked(config))) and not any(left_out)


def _asked(config: pytest.Config) -> list[Path]:
    return [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]


def _skip_reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, or why its failure was foreseen by an `xfail` mark."""
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(getattr(report, "wasxfail", ""))


def _crashed(test: str, message: str) -> events.Verdict:
    return events.Verdict(
        test=test,
        suite=PurePosixPath(test.partition("::")[0]).parent.name,
        question="did not end",
        outcome="failed",
        cause="infrastructure",
        title="The worker that ran this test died",
        message=message,
    )


def _aborted(failure: failure_causes.Failure, message: str) -> events.Verdict:
    return events.Verdict(
        test="target",
        suite="run",
        question="target",
        outcome="failed",
        cause=failure.cause,
        title="The target cannot be tested",
        message=message,
    )
