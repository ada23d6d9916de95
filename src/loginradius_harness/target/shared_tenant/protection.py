"""Protect a shared tenant from a run: guard, budget, rate, resource log and cleanup."""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from loginradius_harness.client.client import Client
from loginradius_harness.target.shared_tenant import created_resources
from loginradius_harness.target.shared_tenant.budget import RateLimiter, RunBudget
from loginradius_harness.target.shared_tenant.cleanup import Progress, remove_all
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.guard import SharedTenantGuard
from loginradius_harness.target.target import Target

STATE = Path(".harness")  # below the folder in which a run starts
_REPORT_SECONDS = 5.0
RUN = "PYTEST_XDIST_TESTRUNUID"  # variable that the processes of one run share


class SharedTenantProtection:
    """One for each process and shared tenant. `protect` a client before its first request; `close` cleans up.

    `state` is the folder of its files. `progress` is called with (removed, of) while something is removed.
    """

    def __init__(  # noqa: PLR0913  # each has a default; callers name what they change
        self,
        target: Target,
        *,
        allow: frozenset[str] = frozenset(),
        state: Path = STATE,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
        progress: Progress = lambda _removed, _of: None,
    ) -> None:
        self._client = partial(Client, target, transport, sleep=sleep)
        self._directory = created_resources.log_folder(target, state)
        self._progress = progress
        self.budget = RunBudget(self._directory / f"spent-{_run()}.bin", target)
        rate = target.requests_per_second
        self._limiter = RateLimiter(self._directory / "rate.bin", rate, sleep=sleep) if rate else None
        self.resources = ResourceLog.begin(self._directory)
        self.resources.record_ids(*target.phones)
        self.budget.reserve = lambda: 2 * len(self.resources.entries)  # an account may take a look-up and a deletion
        self._guard = SharedTenantGuard(target, self.resources, allow)

    def protect(self, client: Client) -> None:
        """Guard, count and delay every request that passes the client's sender."""
        client.sender.before_request += [self._guard.check_request, self.budget.spend_on]
        client.sender.after_response.append(self._guard.record_ids)
        client.sender.before_attempt.append(self.budget.spend_request)
        self._limit_rate(client)

    def finish_dead_runs(self) -> list[str]:
        """Remove what interrupted runs have left; return one line for each thing that could not be removed."""
        return [line for log in created_resources.unfinished_logs(self._directory) for line in self._empty(log)]

    def close(self) -> list[str]:
        """Remove what this process has created; return one line for each thing that could not be removed."""
        return self._empty(self.resources)

    def hand_over(self) -> None:
        """Close the resource log and leave the removal to another process of the run."""
        self.resources.close()

    def _empty(self, resources: ResourceLog) -> list[str]:
        try:
            with self._client() as client:
                self._limit_rate(client)
                return remove_all(client, resources, self._progress)
        finally:
            resources.close()

    def _limit_rate(self, client: Client) -> None:
        if self._limiter is not None:
            client.sender.before_attempt.append(self._limiter.wait_for_turn)
            client.sender.on_rate_limit.append(self._limiter.pause)


def clean_up(target: Target, report: Callable[[str], None], state: Path = STATE) -> int:
    """Remove what ended processes have created; return how many things are left.

    `report` is called with lines to print: the progress, what could not be removed, and how to remove it later.
    """
    total = left_behind(target, state)
    if total:
        protection = SharedTenantProtection(target, state=state, progress=ProgressLines(report, total))
        try:
            for line in protection.finish_dead_runs() + protection.close():
                report(line)
        except KeyboardInterrupt:
            report("Cleanup interrupted.")
    left = left_behind(target, state)
    if left:
        report(f"{left} left on {target.name}: loginradius-harness cleanup {target.name}")
    return left


class ProgressLines:
    """Reports the progress of a cleanup, at most once in some seconds."""

    def __init__(
        self, report: Callable[[str], None], total: int, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._report = report
        self._total = total
        self._done = 0
        self._monotonic = monotonic
        self._started = self._last = monotonic()
        report(f"Removing {total} created by this or an interrupted run ...")

    def __call__(self, _removed: int, _of: int) -> None:
        """Count one removal."""
        self._done += 1
        now = self._monotonic()
        if now - self._last >= _REPORT_SECONDS:
            self._last = now
            rest = (now - self._started) / self._done * (self._total - self._done)
            self._report(f"{self._done} of {self._total} removed, about {rest:.0f} s left")


def left_behind(target: Target, state: Path = STATE) -> int:
    """Return how many things runs have created on a target and not removed."""
    logs = created_resources.log_folder(target, state).glob("*.jsonl")
    return sum(len(list(created_resources.read(log))) for log in logs)


def _run() -> str:
    return os.environ.get(RUN) or f"{os.getpid()}-{time.time_ns()}"
