"""Everything that stands between a run and a tenant that others use too: ledger, guard, budget, cleaning up."""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from loginradius_harness.client.client import Client
from loginradius_harness.target.shared_tenant import created_resources as ledgers
from loginradius_harness.target.shared_tenant.budget import RateLimiter, RunBudget
from loginradius_harness.target.shared_tenant.cleanup import remove_all
from loginradius_harness.target.shared_tenant.created_resources import ResourceLog
from loginradius_harness.target.shared_tenant.guard import SharedTenantGuard
from loginradius_harness.target.target import Target

STATE = Path(".harness")  # below the directory in which a run starts
RUN = "PYTEST_XDIST_TESTRUNUID"  # the variable by which the processes of one run know each other


class SharedTenantProtection:
    """One per process and shared tenant. `protect` a client before its first call; `close` removes what was made."""

    def __init__(
        self,
        target: Target,
        *,
        allow: frozenset[str] = frozenset(),
        state: Path = STATE,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = partial(Client, target, transport, sleep=sleep)
        self._directory = ledgers.log_folder(target, state)
        self.budget = RunBudget(self._directory / f"spent-{_run()}.json", target)
        rate = target.requests_per_second
        self._pace = RateLimiter(self._directory / "pace.json", rate, sleep=sleep) if rate else None
        self.resources = ResourceLog.begin(self._directory)
        self.resources.record_ids(*target.phones)
        self.budget.reserve = lambda: 2 * len(self.resources.entries)  # an account may cost a look and a removal
        self._guard = SharedTenantGuard(self.resources, allow)

    def protect(self, client: Client) -> None:
        """Have every call of a client watched, counted and paced."""
        client.before_call += [self._guard.check_allowed, self.budget.spend_on]
        client.after_call.append(self._guard.record_ids)
        client.sender.before_attempt.append(self.budget.spend_request)
        self._keep_pace(client)

    def finish_dead_runs(self) -> list[str]:
        """Remove what runs that died have left behind; one line for each thing that could not be removed."""
        return [line for left in ledgers.unfinished_logs(self._directory) for line in self._empty(left)]

    def close(self) -> list[str]:
        """Remove what this process has created; one line for each thing that could not be removed."""
        return self._empty(self.resources)

    def _empty(self, ledger: ResourceLog) -> list[str]:
        try:
            with self._client() as client:
                self._keep_pace(client)
                return remove_all(client, ledger)
        finally:
            ledger.close()

    def _keep_pace(self, client: Client) -> None:
        if self._pace is not None:
            client.sender.before_attempt.append(self._pace.wait_for_turn)


def _run() -> str:
    return os.environ.get(RUN) or f"{os.getpid()}-{time.time_ns()}"
