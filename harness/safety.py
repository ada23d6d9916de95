"""Everything that stands between a run and a tenant that others use too: ledger, guard, budget, cleaning up."""

import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx

from harness import ledger as ledgers
from harness.budget import Pace, Purse
from harness.client import Client
from harness.guard import Guard
from harness.ledger import Ledger
from harness.removal import clean
from harness.settings import Target

STATE = Path(".harness")  # below the directory in which a run starts
RUN = "PYTEST_XDIST_TESTRUNUID"  # the variable by which the processes of one run know each other


class Safety:
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
        self._directory = ledgers.home(target, state)
        self.purse = Purse(self._directory / f"spent-{_run()}.json", target)
        rate = target.requests_per_second
        self._pace = Pace(self._directory / "pace.json", rate, sleep=sleep) if rate else None
        self.ledger = Ledger.begin(self._directory)
        self.ledger.learn(*target.phones)
        self.purse.reserve = lambda: 2 * len(self.ledger.entries)  # an account may cost a look and a removal
        self._guard = Guard(self.ledger, allow)

    def protect(self, client: Client) -> None:
        """Have every call of a client watched, counted and paced."""
        client.gates += [self._guard.admit, self.purse.spend_on]
        client.witnesses.append(self._guard.learn)
        client.sender.before_attempt.append(self.purse.spend_request)
        self._keep_pace(client)

    def finish_dead_runs(self) -> list[str]:
        """Remove what runs that died have left behind; one line for each thing that could not be removed."""
        return [line for left in ledgers.left_behind(self._directory) for line in self._empty(left)]

    def close(self) -> list[str]:
        """Remove what this process has created; one line for each thing that could not be removed."""
        return self._empty(self.ledger)

    def _empty(self, ledger: Ledger) -> list[str]:
        try:
            with self._client() as client:
                self._keep_pace(client)
                return clean(client, ledger)
        finally:
            ledger.close()

    def _keep_pace(self, client: Client) -> None:
        if self._pace is not None:
            client.sender.before_attempt.append(self._pace.wait_for_turn)


def _run() -> str:
    return os.environ.get(RUN) or f"{os.getpid()}-{time.time_ns()}"
