"""What a run may spend on a shared tenant: its share of requests a second, and requests, users, mails and SMS in all.

Both are kept in small files under a lock, so that all processes of a run, and all runs on this machine, share them.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from loginradius_harness.client.errors import BudgetExhausted
from loginradius_harness.client.request import Call
from loginradius_harness.contracts import Operation
from loginradius_harness.target.target import Target

_MARGIN = 1.02  # requests leave a little slower than allowed, because the network bunches them
_STALE_SECONDS = 60.0  # a turn further away than this was left by a clock that has been set since
_POLL_SECONDS = 0.005

USERS = frozenset(
    "authentication.register_by_email authentication.register_by_captcha phone.register_by_phone"
    " account.create_account one_touch_login.by_email one_touch_login.by_email_legacy one_touch_login.by_phone"
    " one_touch_login.by_phone_legacy".split()
)
MAILS = frozenset(
    "authentication.register_by_email authentication.register_by_captcha authentication.resend_email_verification"
    " authentication.forgot_password authentication.add_email authentication.request_account_deletion"
    " authentication.send_welcome_email authentication.send_social_link_verification_email"
    " authentication.verify_email authentication.verify_email_by_otp authentication.change_password"
    " authentication.reset_password_by_reset_token authentication.reset_password_by_email_otp"
    " authentication.reset_password_by_otp_and_username"
    " authentication.reset_password_by_security_answer_and_email"
    " authentication.reset_password_by_security_answer_and_phone"
    " authentication.reset_password_by_security_answer_and_username"
    " account.invalidate_email_verification_by_uid passwordless_login.by_email passwordless_login.by_username"
    " smart_login.by_email smart_login.by_username one_touch_login.by_email one_touch_login.by_email_legacy"
    " mfa.send_email_otp mfa.send_email_otp_by_access_token reauthentication.send_email_otp pin.forgot_by_email"
    " pin.forgot_by_username".split()
)
SMS = frozenset(
    "phone.register_by_phone phone.resend_otp phone.resend_otp_by_access_token phone.update_phone"
    " phone.forgot_password account.invalidate_phone_verification_by_uid mfa.update_phone"
    " mfa.update_phone_by_access_token mfa.resend_sms_otp reauthentication.trigger passwordless_login.by_phone"
    " one_touch_login.by_phone one_touch_login.by_phone_legacy pin.forgot_by_phone".split()
)


@dataclass(frozen=True)
class Cost:
    """Requests, users created, mails and SMS sent."""

    requests: int = 0
    users: int = 0
    mails: int = 0
    sms: int = 0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(**{name: amount + getattr(other, name) for name, amount in asdict(self).items()})


def cost(operation: Operation) -> Cost:
    """What one call may cost at most, without repetitions."""
    return Cost(1, operation.id in USERS, operation.id in MAILS, operation.id in SMS)


class RunBudget:
    """What one run has spent. Every process of the run opens the same file."""

    def __init__(self, path: Path, target: Target) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _Shared(path)
        self._target = target
        self.reserve: Callable[[], int] = lambda: 0  # requests that are kept back for cleaning up

    def announcement(self) -> str:
        """What the run may spend, in one line to print before the first call."""
        limits, rate = self._target.limits, self._target.requests_per_second
        pace = f"{rate:g} requests/s" if rate else "any rate"
        return (
            f"Budget on {self._target.name}: {pace}, {limits.requests} requests, {limits.users} users, "
            f"{limits.mails} mails, {limits.sms} SMS."
        )

    def spend_on(self, call: Call) -> None:
        """Pay for what a call creates and sends; its requests are paid one by one."""
        price = cost(call.operation)
        self._spend(Cost(0, price.users, price.mails, price.sms))

    def spend_request(self) -> None:
        """Pay for one request about to leave, a repetition as well."""
        self._spend(Cost(1))

    def spent(self) -> Cost:
        """What the whole run has spent so far."""
        with self._file as state:
            return Cost(**state)

    def _spend(self, price: Cost) -> None:
        with self._file as state:
            total = Cost(**state) + price
            for name, amount in asdict(total).items():
                kept = self.reserve() if name == "requests" else 0
                if getattr(price, name) and amount + kept > getattr(self._target.limits, name):
                    raise BudgetExhausted(self._advice(name))
            state.update(asdict(total))

    def _advice(self, name: str) -> str:
        limit, target = getattr(self._target.limits, name), self._target.name
        return f"The run may use {limit} {name} on {target} and has spent them: raise limits.{name}, or run less."


class RateLimiter:
    """Turns at a tenant. A turn comes no sooner than the rate allows after the last one of any process."""

    def __init__(
        self,
        path: Path,
        requests_per_second: float,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _Shared(path)
        self._gap = _MARGIN / requests_per_second
        self._now = now
        self._sleep = sleep

    def wait_for_turn(self) -> None:
        """Returns when one request may leave. Others wait meanwhile, as they would have to anyway."""
        with self._file as state:
            wait = state.get("next", 0.0) - self._now()
            if 0 < wait < _STALE_SECONDS:
                self._sleep(wait)
            state["next"] = self._now() + self._gap


class _Shared:
    """A JSON object in a file, changed by one process at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = FileLock(path.with_suffix(".lock"), poll_interval=_POLL_SECONDS)
        self._state: dict[str, Any] = {}

    def __enter__(self) -> dict[str, Any]:
        self._lock.acquire()
        try:
            self._state = json.loads(self._path.read_text())
        except FileNotFoundError:
            self._state = {}
        return self._state

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        try:
            if kind is None:
                fresh = self._path.with_suffix(".new")
                fresh.write_text(json.dumps(self._state))
                fresh.replace(self._path)  # a writer that is killed leaves the old state or the new one
        finally:
            self._lock.release()
