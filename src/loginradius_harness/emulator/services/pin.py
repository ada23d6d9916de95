"""PINs: which ones a tenant accepts, setting one, checking one (product-facts.md#pin)."""

from typing import Literal

from loginradius_harness.contracts.codes import ErrorCode
from loginradius_harness.emulator.core.errors import ApiError
from loginradius_harness.emulator.http.request import RequestContext
from loginradius_harness.emulator.services.login import check_lock, require_usable_account
from loginradius_harness.emulator.state.accounts import Account, Pin

PinEvent = Literal["SetPIN", "ChangePIN", "ResetPIN"]


def require_pin_login(call: RequestContext) -> None:
    """Raise PIN_NOT_CONFIGURED where the tenant has no PINs."""
    if not call.settings.pin:
        raise ApiError(ErrorCode.PIN_NOT_CONFIGURED)


def require_pin(account: Account) -> str:
    """Return the hash of the account's PIN. Raise ACCOUNT_HAS_NO_PIN where there is none."""
    if account.pin is None or account.pin.hash is None:
        raise ApiError(ErrorCode.ACCOUNT_HAS_NO_PIN)
    return account.pin.hash


async def check_pin(call: RequestContext, account: Account, pin: str, wrong: int = ErrorCode.PIN_INCORRECT) -> None:
    """Check a PIN. Raise ACCOUNT_BLOCKED, ACCOUNT_LOGIN_DISABLED, the lock's code, ACCOUNT_HAS_NO_PIN, `wrong`.

    A wrong PIN counts towards the lock.
    """
    require_usable_account(account)
    check_lock(call, account)
    right = await call.tenant.passwords.matches(pin, require_pin(account))
    check_lock(call, account)
    if not right:
        raise call.tenant.lockout.fail(account, call.settings, wrong)
    call.tenant.lockout.succeed(account)


async def set_pin(call: RequestContext, account: Account, pin: str, event: PinEvent) -> None:
    """Set a new PIN and fire `event`. Raise FIELD_VALIDATION_FAILED for one that is too short or too long."""
    low, high = call.settings.pin_min_length, call.settings.pin_max_length
    if not low <= len(pin) <= high:
        message = f"The PIN must have {low} to {high} characters."
        raise ApiError(ErrorCode.FIELD_VALIDATION_FAILED, Errors=[{"FieldName": "PIN", "ErrorMessage": message}])
    hashed = await call.tenant.passwords.hash(pin, call.settings.hash_rounds)
    account.pin = Pin(hash=hashed, changed=call.now)
    account.modified = call.now
    call.tenant.webhooks.fire(event, account)
