"""Stop asking what fails alike every time: 50 equal failures teach no more than one."""

import os
import re
from collections import Counter
from collections.abc import Generator
from typing import Any

import pytest

from loginradius_harness.report.analysis import failure_causes

LIMIT = 50  # verdicts, over all workers
LEAST = 10  # in one worker
_VALUES = re.compile(r"[0-9a-fA-F-]{8,}|\d+|'[^']*'|\"[^\"]*\"|[\w.]+@[\w.]+")


class SystemicFailures:
    """Skips the rest of a test function's parameters when its first verdicts all fail alike.

    When all verdicts of the run so far fail alike, the run ends.
    """

    def __init__(self, workers: int = 1) -> None:
        self._limit = max(LEAST, LIMIT // max(workers, 1))
        self._failures: dict[str, Counter[str]] = {}
        self._varied: set[str] = set()  # functions of which a verdict passed, or failed otherwise
        self._all: Counter[str] = Counter()
        self._any_passed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a test whose like have all failed alike."""
        kind = _kind(item)
        if kind in self._varied:
            return
        seen = self._failures.get(kind, Counter())
        if seen.total() >= self._limit:
            pytest.skip(f"not asked: the first {seen.total()} tests of {kind} failed alike: {next(iter(seen))}")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, Any]:
        """Count a verdict; end the run when nothing but one failure was seen."""
        report = yield
        if report.when == "teardown" or report.skipped:
            return report
        if report.failed and call.excinfo is not None:
            self._failed(item, _likeness(call.excinfo.value))
        elif report.when == "call":
            self._varied.add(_kind(item))
            self._any_passed = True
        return report

    def _failed(self, item: pytest.Item, likeness: str) -> None:
        seen = self._failures.setdefault(_kind(item), Counter())
        seen[likeness] += 1
        if len(seen) > 1:
            self._varied.add(_kind(item))
        self._all[likeness] += 1
        if not self._any_passed and len(self._all) == 1 and self._all.total() >= self._limit:
            item.session.shouldstop = (
                f"the first {self._all.total()} tests failed alike: {likeness}. Is this the API host of a tenant?"
            )


def register(config: pytest.Config) -> None:
    """Add the plug-in to a run; parallel workers share the limit."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    config.pluginmanager.register(SystemicFailures(workers), "systemic-failures")


def _kind(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", item.name))


def _likeness(error: BaseException) -> str:
    """Return what is alike in failures: requirement and cause, without values."""
    failure = failure_causes.explain(error)
    text = failure.requirement or failure.message.partition("\n")[0]
    return _VALUES.sub("…", f"{failure.cause}: {text}")[:200]
