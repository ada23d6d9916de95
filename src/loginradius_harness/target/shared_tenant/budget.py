"""Limits of a run on a shared tenant: requests per second, and requests, users, mails and SMS in total.

The counts are kept in small files under a lock, so that all processes of a run, and all runs on this machine, share
them.
"""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx

from loginradius_harness.client.errors import BudgetExhausted
from loginradius_harness.client.request import call_of
from loginradius_harness.contracts import Operation
from loginradius_harness.target.shared_tenant.shared_numbers import SharedNumbers
from loginradius_harness.target.target import Target

_MARGIN = 1.02  # requests are sent a little slower than allowed, because the network bunches them
_STALE_SECONDS = 60.0  # a later turn was left by a clock that has been changed since


@dataclass(frozen=True)
class Cost:
    """Requests, users created, mails and SMS sent."""

    requests: int = 0
    users: int = 0
    mails: int = 0
    sms: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(**{name: amount + getattr(other, name) for name, amount in asdict(self).items()})


_NAMES = ("requests", "users", "mails", "sms")


def cost(operation: Operation) -> Cost:
    """Return what one call may cost at most, without retries."""
    return Cost(1, operation.creates == "account", "mail" in operation.sends, "sms" in operation.sends)


def announcement(target: Target) -> str:
    """Return the limits of a run on a target, as one line to print before the first request."""
    limits, rate = target.limits, target.requests_per_second
    speed = f"{rate:g} requests/s" if rate else "any rate"
    return (
        f"Budget on {target.name}: {speed}, {limits.requests} requests, {limits.users} users, "
        f"{limits.mails} mails, {limits.sms} SMS."
    )


class RunBudget:
    """What one run has spent. All processes of the run share its file."""

    def __init__(self, path: Path, target: Target) -> None:
        self._file = SharedNumbers(path, count=len(_NAMES))
        self._target = target
        self.reserve: Callable[[], int] = lambda: 0  # requests that are reserved for cleanup

    def spend_on(self, request: httpx.Request) -> None:
        """Count what a request creates and sends; raise BudgetExhausted beyond a limit."""
        call = call_of(request, self._target)
        if call is not None:
            price = cost(call.operation)
            if price != Cost(requests=1):  # most requests create and send nothing
                self._spend(Cost(0, price.users, price.mails, price.sms))

    def spend_request(self) -> None:
        """Count one request that is about to be sent, a retry as well; raise BudgetExhausted beyond the limit."""
        self._spend(Cost(1))

    def spent(self) -> Cost:
        """Return what the whole run has spent so far."""
        with self._file as numbers:
            return Cost(*map(int, numbers))

    def _spend(self, price: Cost) -> None:
        with self._file as numbers:
            for place, name in enumerate(_NAMES):
                amount = getattr(price, name)
                kept = self.reserve() if name == "requests" else 0
                if amount and numbers[place] + amount + kept > getattr(self._target.limits, name):
                    raise BudgetExhausted(self._advice(name))
                numbers[place] += amount

    def _advice(self, name: str) -> str:
        limit, target = getattr(self._target.limits, name), self._target.name
        return f"The run has used all {limit} {name} that it may use on {target}: raise limits.{name}, or run less."


class RateLimiter:
    """Spaces the requests to a tenant of all processes on this machine as its rate demands."""

    def __init__(
        self,
        path: Path,
        requests_per_second: float,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._file = SharedNumbers(path, count=1)
        self._gap = _MARGIN / requests_per_second
        self._now = now
        self._sleep = sleep

    def wait_for_turn(self) -> None:
        """Return when one request may be sent. Other processes wait meanwhile, as they would have to anyway."""
        with self._file as numbers:
            wait = numbers[0] - self._now()
            if 0 < wait < _STALE_SECONDS:
                self._sleep(wait)
            numbers[0] = self._now() + self._gap

    def pause(self, seconds: float) -> None:
        """Let no process send a request for so long: the tenant has refused one because of its rate limit."""
        with self._file as numbers:
            numbers[0] = max(numbers[0], self._now() + min(seconds, _STALE_SECONDS))
