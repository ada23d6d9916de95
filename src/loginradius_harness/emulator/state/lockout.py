"""Brute-force protection (product-facts.md#lockout)."""

from typing import Any

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.clock import Clock, iso
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.core.settings import Settings
from loginradius_harness.emulator.state.accounts import Account

LOCK_CODES = {
    "Suspend": ErrorCode.ACCOUNT_LOCKED_TEMPORARILY,
    "Captcha": ErrorCode.ACCOUNT_LOCKED_UNTIL_CAPTCHA,
    "SecurityQuestion": ErrorCode.ACCOUNT_LOCKED_UNTIL_SECURITY_ANSWER,
    "Block": ErrorCode.ACCOUNT_BLOCKED,
}


class Lockout:
    """Counts consecutive failures of an account and locks it at the threshold."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def check(self, account: Account) -> None:
        """Refuse a locked account with the code of its lock; a suspension that is over is lifted."""
        lock = account.lock
        if lock is None or not lock.locked:
            return
        if lock.until and lock.until <= self._clock.now():
            self.lift(account)
            return
        raise self._refusal(account)

    def fail(self, account: Account, settings: Settings, otherwise: int, **extra: Any) -> ApiError:
        """Count a failure and return the refusal to raise: `otherwise`, or the lock's code once it has locked."""
        lock = account.lockout()
        lock.failures += 1
        if not settings.lockout_threshold or lock.failures < settings.lockout_threshold:
            return ApiError(otherwise, **extra)
        self._lock(account, settings)
        return self._refusal(account) if settings.lock_at_threshold else ApiError(otherwise, **extra)

    def _lock(self, account: Account, settings: Settings) -> None:
        lock, kind = account.lockout(), settings.lockout_type
        if kind == "None" or (kind == "SecurityQuestion" and not account.security_answers):
            return
        lock.locked = True
        if kind == "Suspend":
            lock.until = self._clock.now() + settings.lockout_seconds
        else:
            lock.type = kind
        if kind == "Block":
            account.active = False

    def _refusal(self, account: Account) -> ApiError:
        lock = account.lockout()
        if lock.until:
            return ApiError(ErrorCode.ACCOUNT_LOCKED_TEMPORARILY, Data={"LoginLockedTimeout": iso(lock.until)})
        return ApiError(LOCK_CODES.get(lock.type, ErrorCode.CREDENTIALS_INCORRECT))

    def judge_answers(self, account: Account, settings: Settings, *, right: bool) -> None:
        """Check the outcome of security answers when resetting. Raise SECURITY_QUESTION_OR_ANSWER_INCORRECT.

        After `security_answer_tries` wrong ones, right ones are refused too.
        """
        lock = account.lockout()
        if right and lock.wrong_answers < settings.security_answer_tries:
            return
        lock.wrong_answers += 1
        raise ApiError(ErrorCode.SECURITY_QUESTION_OR_ANSWER_INCORRECT)

    def succeed(self, account: Account) -> None:
        """Reset the failure counter."""
        if account.lock is not None and not account.lock.locked:
            account.lock.failures = 0

    def lift(self, account: Account) -> None:
        """End the lock and forget the failures."""
        account.lock = None
