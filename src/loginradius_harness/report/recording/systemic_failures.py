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
FEWEST, PATIENCE = 2, 60.0  # verdicts, and seconds that they took together, where nothing of the API answers
SHARE = 0.9  # of all verdicts: a foreign host may answer a few requests well
NO_ANSWER = ("infrastructure: ", "contract: responses at /")  # no response, or none in a form of the API
_VALUES = re.compile(r"[0-9a-fA-F-]{8,}|\d+|'[^']*'|\"[^\"]*\"|[\w.]+@[\w.]+")


class SystemicFailures:
    """Skips the rest of a test function's parameters when its first verdicts all fail alike.

    The run ends when all its verdicts so far fail alike. Where nothing of the API answers, nearly all of them suffice,
    or a few that took long.
    """

    def __init__(self, workers: int = 1) -> None:
        self._limit = max(LEAST, LIMIT // max(workers, 1))
        self._failures: dict[str, Counter[str]] = {}
        self._varied: set[str] = set()  # functions of which a verdict passed, or failed otherwise
        self._all: Counter[str] = Counter()
        self._seconds = 0.0
        self._verdicts = 0

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
        self._verdicts += report.failed or report.when == "call"
        if report.failed and call.excinfo is not None:
            self._seconds += call.duration
            self._failed(item, _likeness(call.excinfo.value))
        elif report.when == "call":
            self._varied.add(_kind(item))
        return report

    def _failed(self, item: pytest.Item, likeness: str) -> None:
        seen = self._failures.setdefault(_kind(item), Counter())
        seen[likeness] += 1
        if len(seen) > 1:
            self._varied.add(_kind(item))
        self._all[likeness] += 1
        if self._is_hopeless(likeness):
            alike = f"{self._all[likeness]} of the first {self._verdicts} tests failed alike"
            item.session.shouldstop = f"{alike}: {likeness}. Is this the API host of a tenant?"

    def _is_hopeless(self, likeness: str) -> bool:
        seen = self._all[likeness]
        if not likeness.startswith(NO_ANSWER):
            return self._limit <= seen == self._verdicts
        is_slow = seen >= FEWEST and self._seconds >= PATIENCE
        return (seen >= self._limit or is_slow) and seen >= SHARE * self._verdicts


def register(config: pytest.Config) -> None:
    """Add the plug-in to a run; parallel workers share the limit."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    config.pluginmanager.register(SystemicFailures(workers), "systemic-failures")


def _kind(item: pytest.Item) -> str:
    return str(getattr(item, "originalname", item.name))


def _likeness(error: BaseException) -> str:
    """Return what is alike in failures: requirement and cause, without values."""
    failure = failure_causes.explain(error)
    text = failure.requirement or getattr(error, "trouble", "") or failure.message.partition("\n")[0]
    return _VALUES.sub("…", f"{failure.cause}: {text}")[:200]
