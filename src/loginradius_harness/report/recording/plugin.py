"""pytest plug-in that records a run of the suites, and writes the report at its end.

`conftest.py` names it in `pytest_plugins` and calls `begin` once the target is known. Only tests below `suites/` are
recorded; the project's own tests leave the last report as it is.
"""

import contextlib
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from msgspec.structs import replace

from loginradius_harness import contracts
from loginradius_harness.report import folder
from loginradius_harness.report.analysis import blocked, coverage, failure_causes, known_issues
from loginradius_harness.report.formats.text import cut
from loginradius_harness.report.recording import events, resume, terminal
from loginradius_harness.report.recording.event_stream import (
    OUT,
    STREAM,
    ExchangeLike,
    Recorder,
    RecordUnwritable,
    ViolationLike,
    evidence,
)
from loginradius_harness.report.recording.progress import Progress, line_printer
from loginradius_harness.report.recording.running_test import RunningTest
from loginradius_harness.report.recording.selection import runs_everything, runs_suites

if TYPE_CHECKING:
    from filelock import FileLock

REPORTER = pytest.StashKey["Reporter"]()
_FIRST_WORKER = "gw0"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the report."""
    group = parser.getgroup("reports")
    group.addoption("--report", metavar="DIR", help=f"folder of the report (default: {OUT} of the root folder)")
    group.addoption(
        resume.OPTION,
        action="store_true",
        help="go on with the last run of this report folder where it was stopped or killed; the other options are those"
        " of that run",
    )
    group.addoption(
        "--strict-contract",
        action="store_true",
        help="fail on promises with weak evidence and on new drift too and, when all suites run against an emulator, "
        "on gaps in gated coverage",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Describe the marks."""
    for mark in (
        "operation(*ids): operations that the test is about, if it has no parameter `operation`",
        "rule(*ids): rules of contracts/rules/ that the test proves",
        "security(row, *standards): row of the security checklist, and the requirements it checks",
    ):
        config.addinivalue_line("markers", mark)


@pytest.fixture(scope="session")
def recorder(pytestconfig: pytest.Config) -> "Reporter":
    """Return the recorder of exchanges, steps, coverage and security results."""
    return pytestconfig.stash[REPORTER]


def begin(config: pytest.Config, run: events.RunStarted, redact: Callable[[str], str]) -> "Reporter":
    """Start recording. Call it once in `pytest_configure`, in the controller and in each worker.

    `redact` removes secrets from a text; failure messages go through it.
    """
    try:
        reporter = Reporter(config, run, redact)
    except (known_issues.KnownIssuesInvalid, resume.CannotResume) as error:
        pytest.exit(str(error), returncode=error.exit_code)
    config.stash[REPORTER] = reporter
    config.pluginmanager.register(reporter, "reporter")
    return reporter


class Reporter:
    """Record what happens in one pytest process."""

    def __init__(self, config: pytest.Config, run: events.RunStarted, redact: Callable[[str], str]) -> None:
        self._config = config
        chosen = config.getoption("--report")
        self._out = config.invocation_params.dir / chosen if chosen else config.rootpath / OUT
        self._resumes = bool(config.getoption(resume.OPTION))
        self._run = replace(run, whole=runs_everything(config))
        self._redact = redact
        self._current: RunningTest | None = None
        self._successes: Counter[str] = Counter()
        self._failed_by: dict[blocked.Key, str] = {}  # deviation -> the test that fails by it; others are blocked
        self._is_worker = hasattr(config, "workerinput")
        self._known_issues = known_issues.read()
        self._is_on = runs_suites(config)
        self._gave_up = False  # the run has ended itself, because asking on taught nothing
        self._summary: list[str] = []
        self._lock: FileLock | None = None
        self._recorder = Recorder(Path(os.devnull))  # until the session starts
        if self._resumes:
            self._go_on()

    def _go_on(self) -> None:
        """Take the place of the run before. Raises resume.CannotResume."""
        if not self._is_worker:
            self._run = resume.last_run(self._out, self._run)
            setattr(self._config.option, "day", self._run.started.date())  # noqa: B010  # whose share of tests is run
        self._config.pluginmanager.register(resume.UnansweredOnly(self._out / STREAM), "unanswered-only")

    # Called by tests and fixtures ------------------------------------------------------------------------------------

    def exchange(self, exchange: ExchangeLike) -> None:
        """Record a call: a listener of the client."""
        self._recorder.exchange(exchange)
        if self._current is not None:
            self._current.exchange(exchange)
        if exchange.status is not None and exchange.error_code is None:
            self._record_members(exchange)

    def hint(self, operation: str, violation: ViolationLike) -> None:
        """Record a promise with weak evidence that a test found violated: a hint listener of the client."""
        self._recorder.hint(operation, violation)

    def _record_members(self, exchange: ExchangeLike) -> None:
        """Look at an operation's 1st, 2nd, 4th, 8th ... success: later ones rarely show a new member."""
        self._successes[exchange.operation] += 1
        if self._successes[exchange.operation].bit_count() == 1:
            seen = coverage.members_seen(exchange.operation, exchange.status, exchange.response_body)
            self._recorder.covered("C5", *seen)

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Record a step of a journey: `with recorder.step("enrol an authenticator app"):`."""
        started, clock, passed = datetime.now(UTC), time.perf_counter(), False
        try:
            yield
            passed = True
        finally:
            test = self._current.item.nodeid if self._current else ""
            seconds = round(time.perf_counter() - clock, 6)
            self.append(events.Step(test=test, name=name, started=started, seconds=seconds, passed=passed))

    def covered(self, criterion: str, *items: str, seen: bool = True) -> None:
        """Record items of a coverage criterion that were seen, or (`seen=False`) are required."""
        self._recorder.covered(criterion, *items, seen=seen)

    def set_outcome(self, outcome: events.Outcome, reason: str, *, expected: str = "", actual: str = "") -> None:
        """Set the outcome of the running test, if it does not fail, e.g. to `warning` or `by-design`."""
        if self._current is None:
            raise RuntimeError("set_outcome() is called from within a test")
        self._current.security_result = {
            "outcome": outcome,
            "message": self._redact(reason),
            "expected": self._redact(expected),
            "actual": self._redact(actual),
        }

    def append(self, event: events.AnyEvent) -> None:
        """Record any other event, e.g. a load run."""
        self._recorder.append(event)

    def found(self, url: str, *, is_emulator: bool, overlay: str = "") -> None:
        """Record the target's address and overlay. Results of an emulator confirm nothing about a tenant."""
        self._run = replace(self._run, url=url, emulator=is_emulator, overlay=overlay)

    def abort(self, error: Exception) -> NoReturn:
        """End the run before its first test, with a report of the reason. `error.exit_code` is the exit code."""
        failure = failure_causes.explain(error)
        exit_code = failure_causes.EXIT_CODES[failure.cause]
        if self._is_on and not self._is_worker:
            self._open()
            self.append(_aborted(failure, self._redact(str(error))))
            self._finish(exit_code)
        pytest.exit(self._redact(str(error)), returncode=exit_code)

    # Called by pytest ------------------------------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Open the stream, before any worker starts."""
        if not self._is_on:
            return
        self._open()
        printer = self._config.pluginmanager.get_plugin("terminalreporter")
        if printer is not None and not self._is_worker:
            terminal.shorten(self._config)
            operations = {operation.id for operation in contracts.operations()}
            self._config.pluginmanager.register(Progress(line_printer(printer), operations), "progress")

    def _open(self) -> None:
        try:
            if not self._is_worker:
                self._lock = folder.lock(self._out)
                folder.begin(self._out, self._run, keep=(STREAM,) if self._resumes else ())
            first = resume.event(self._out / STREAM) if self._resumes else self._run
            self._recorder = Recorder(self._out / STREAM)
        except folder.FolderInUse as error:
            self._is_on = False
            pytest.exit(str(error), returncode=error.exit_code)
        except OSError as error:
            self._is_on = False
            pytest.exit(f"The report cannot be written: {error}", returncode=RecordUnwritable.exit_code)
        if not self._is_worker:
            self._recorder.append(first)
            self._recorder.flush()

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """Record that tests are left out, and why the tier does so: all processes of a run leave out the same."""
        worker = getattr(self._config, "workerinput", {"workerid": _FIRST_WORKER})["workerid"]
        reasons = Counter(str(text) for item in items for name, text in item.user_properties if name == "left_out")
        if items:
            first = worker == _FIRST_WORKER
            self.append(events.Deselected(tests=len(items), reasons=dict(reasons) if first else {}))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, Any, Any]:
        """Record one test, with the set-up and tear-down of its fixtures."""
        self._current = RunningTest(item)
        try:
            result = yield
            self._write(self._current)  # a test that was interrupted has no verdict
        finally:
            self._current = None
        return result

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Start again where the same test is set up a second time, as pytest-rerunfailures does."""
        if self._current is not None and self._current.phases:
            self._current = self._current.next_attempt()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, Any]:
        """Record one phase of a test."""
        report = yield
        current = self._current
        if current is None:  # a test that was started in another way, e.g. by pytester
            return report
        current.phases += 1
        current.seconds += call.duration
        if report.failed and call.excinfo is not None:
            self._record_failure(current, call.excinfo.value, report)
        elif report.skipped and current.outcome == "passed":
            current.outcome = "skipped"
            current.reason = self._redact(_skip_reason(report))
        return report

    def pytest_assertrepr_compare(self, op: str, left: object, right: object) -> None:
        """Record both sides of a failed comparison; the expected value stands on the right."""
        if self._current is not None:
            sign = "" if op == "==" else f"{op} "
            sides = (f"{sign}{right!r}", repr(left))
            self._current.comparison = (self._redact(cut(sides[0], 500)), self._redact(cut(sides[1], 500)))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Record a test whose worker died; tell pytest that tests behind a deviation have not failed themselves."""
        if report.when not in {"setup", "call", "teardown"} and self._is_on:  # it has no report of its own
            message = self._redact(cut(report.longreprtext, 2_000))
            self.append(_crashed(report.nodeid, message))
        key = getattr(report, "deviation", None)
        if key is None or self._is_worker or not report.failed:
            return
        decisive = self._failed_by.setdefault(tuple(key), report.nodeid)
        if decisive != report.nodeid:
            report.outcome = "skipped"
            report.longrepr = (report.location[0], report.location[1] or 0, f"Skipped: blocked by {decisive}")

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Tell a run that has ended itself from one that a person or a signal has stopped."""
        is_own = issubclass(excinfo.type, KeyboardInterrupt) and excinfo.type is not KeyboardInterrupt
        self._gave_up = is_own and "keyboard-interrupt" not in str(excinfo.value)  # so xdist reports one of a worker

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Write the report, and set the run's exit code to that of its gravest failure."""
        if self._is_worker or not self._is_on or self._config.getoption("collectonly"):
            self._recorder.close()
            return
        nothing_left = self._resumes and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
        session.exitstatus = self._finish(0 if nothing_left else int(exitstatus))
        terminal.drop_tracebacks(self._config, session.testsfailed)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print the result and the path of the report."""
        if self._summary:
            terminalreporter.section("report")
            for line in self._summary:
                terminalreporter.write_line(line)

    def pytest_unconfigure(self) -> None:
        """Release the folder."""
        if self._lock is not None:
            self._lock.release()

    # -----------------------------------------------------------------------------------------------------------------

    def _record_failure(self, current: RunningTest, error: BaseException, report: pytest.TestReport) -> None:
        failure = failure_causes.explain(error)
        plain = not failure.expected and current.comparison is None
        text = f"{failure.message}\n\n{report.longreprtext}" if plain else failure.message
        details = {name: self._redact(getattr(failure, name)) for name in failure_causes.DETAILS}
        current.failure = failure_causes.Failure(failure.cause, self._redact(cut(text, 4_000)), **details)
        current.outcome = "failed"
        vars(report)["deviation"] = blocked.deviation(current.verdict())  # reaches the controller with the report
        excuse = self._excuse(current)
        if excuse is not None:
            current.outcome, reason = excuse
            report.outcome = "skipped"  # together with `wasxfail` this is how pytest marks an expected failure
            report.wasxfail = reason

    def _excuse(self, current: RunningTest) -> tuple[events.Outcome, str] | None:
        """Return outcome and reason where a known issue or the quarantine accepts this failure."""
        verdict, today = current.verdict(), self._run.started.date()
        known = known_issues.expected(verdict, self._run.target, today, self._known_issues.expected)
        if known is not None:
            return "expected", f"since {known.since}: {known.reason}"
        flaky = known_issues.quarantined(verdict.test, today, self._known_issues.quarantine)
        return None if flaky is None else ("quarantined", f"until {flaky.until}: {flaky.reason}")

    def _write(self, current: RunningTest) -> None:
        self.append(current.verdict())
        if current.is_worth_keeping:
            for exchange in current.exchanges:
                self.append(evidence(current.item.nodeid, exchange))
        with contextlib.suppress(RecordUnwritable):  # reported once, at the end of the run
            self._recorder.flush()

    def _finish(self, exit_code: int) -> int:
        """Close the stream and write the report; return the exit code of the run."""
        # Templates, charts and history take half a second to import, and only the end of a run needs them.
        from loginradius_harness.report import finish  # noqa: PLC0415  # see above
        from loginradius_harness.report.formats import summary_lines  # noqa: PLC0415  # see above

        try:
            self._recorder.close()
            strict = self._config.getoption("--strict-contract")
            report = finish.finish_run(self._out, exit_code, strict=strict, gave_up=self._gave_up)
            self._summary = [*summary_lines.lines(report), str(self._out / folder.PAGE)]
            finish.render(report, self._out)
        except (OSError, finish.ReportsExtraMissing) as error:
            self._summary.append(f"The report could not be written: {error}")
            return RecordUnwritable.exit_code
        return report.exit_code


def _skip_reason(report: pytest.TestReport) -> str:
    """Return why a test was skipped, or why an `xfail` mark expected its failure."""
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
